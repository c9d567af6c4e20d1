/** Forward, loss, backward and update of a batch as one plan, captured once for every form of batch and replayed. */
import { backward } from '../autograd/index.ts'
import { compile, type Plan } from '../capture/index.ts'
import { flatten } from '../capture/structure.ts'
import { CaptureError } from '../graph/capture-error.ts'
import { LBFGS, type Optimizer } from '../optim/index.ts'
import { F } from '../tensor/functional.ts'
import { tidy } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'

export interface StepParts<B> {
  /** The mean loss of a batch's samples: a tensor with one element. */
  readonly loss: (batch: B) => Tensor
  readonly optimizer: Optimizer
  /** Between backward and the update: clipping. */
  readonly onGradients?: () => void
}

export interface StepOptions {
  /** What the loss is multiplied with: one over the number of batches whose gradients are added up. */
  readonly scale: number
  /** Whether the optimizer moves the parameters, and the gradients are forgotten. */
  readonly update: boolean
}

export class TrainingStep<B> {
  readonly #parts: StepParts<B>
  readonly #plans = new Map<string, Plan<Tensor>>()
  /** False once the loss turned out to do what no plan can, such as reading elements. */
  #capture = true

  constructor(parts: StepParts<B>) {
    this.#parts = parts
  }

  /** Computes a step, and gives the batch's loss. */
  async run(batch: B, options: StepOptions): Promise<number> {
    const { optimizer } = this.#parts
    if (optimizer instanceof LBFGS) return numberIn(tidy(() => this.#search(batch, optimizer)))
    const form = this.#capture ? formOf(batch) : null
    if (form === null) return numberIn(tidy(() => this.#step(batch, options)))
    try {
      return numberIn(await this.#planFor(batch, form, options).run(tensorsIn(batch)))
    } catch (error) {
      if (!(error instanceof CaptureError)) throw error
      // Capturing changes nothing, so the step can be computed as it stands.
      this.#capture = false
      return this.run(batch, options)
    }
  }

  /** Frees the plans. */
  dispose(): void {
    for (const plan of this.#plans.values()) plan.dispose()
    this.#plans.clear()
  }

  #planFor(batch: B, form: string, options: StepOptions): Plan<Tensor> {
    const key = `${form} ${options.scale} ${options.update}`
    let plan = this.#plans.get(key)
    if (plan === undefined) {
      const rebuild = flatten(batch, [])
      plan = compile((...tensors: Tensor[]) => {
        let next = 0
        return this.#step(rebuild(() => tensors[next++]!) as B, options)
      })
      this.#plans.set(key, plan)
    }
    return plan
  }

  /** LBFGS asks for the loss as often as it likes, and decides by what it reads: no plan can. */
  #search(batch: B, optimizer: LBFGS): Tensor {
    const { loss: lossOf, onGradients } = this.#parts
    const first = optimizer.step(() => {
      optimizer.zeroGrad()
      const loss = lossOf(batch)
      backward(loss)
      onGradients?.()
      return loss
    })
    optimizer.zeroGrad()
    return first
  }

  #step(batch: B, { scale, update }: StepOptions): Tensor {
    const { loss: lossOf, optimizer, onGradients } = this.#parts
    const loss = lossOf(batch)
    backward(scale === 1 ? loss : F.mul(loss, scale))
    if (update) {
      onGradients?.()
      optimizer.step()
      optimizer.zeroGrad()
    }
    return loss
  }
}

/** What waits to be computed, gradients or new parameters, is computed with the loss. */
async function numberIn(loss: Tensor): Promise<number> {
  const value = Number(await loss.item())
  loss.dispose()
  return value
}

function tensorsIn(batch: unknown): Tensor[] {
  const tensors: Tensor[] = []
  flatten(batch, tensors)
  return tensors
}

/** The nesting of a batch as text; null where it holds anything but tensors, which a plan would take for a constant. */
function formOf(batch: unknown): string | null {
  if (batch instanceof Tensor) return 't'
  const isRecord =
    typeof batch === 'object' && batch !== null && Object.getPrototypeOf(batch) === Object.prototype
  if (!Array.isArray(batch) && !isRecord) return null
  const parts = Object.entries(batch as object).map(([name, inner]) => [name, formOf(inner)] as const)
  if (parts.some(([, form]) => form === null)) return null
  return `${isRecord ? 'r' : 'l'}${JSON.stringify(parts)}`
}
