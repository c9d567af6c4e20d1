/**
 * LBFGS: https://docs.pytorch.org/docs/2.13/generated/torch.optim.LBFGS.html
 * A step asks for the loss many times and decides by numbers that it reads, so it needs a device that can be read at once.
 */
import { PyDict } from '../checkpoint/py-dict.ts'
import { PyFloat, type PyValue } from '../checkpoint/python-value.ts'
import { StoredTensor } from '../checkpoint/stored-tensor.ts'
import { realiseSync } from '../graph/realise.ts'
import type { FloatScalar } from '../ops/args.ts'
import { type Vocabulary, vocabulary } from '../ops/functions/vocabulary.ts'
import { builderOf } from '../tensor/builder.ts'
import { Cell } from '../tensor/cell.ts'
import { tensor } from '../tensor/create.ts'
import { withRecording } from '../tensor/history.ts'
import { tidy } from '../tensor/scope.ts'
import { stored } from '../tensor/stored.ts'
import { element, Tensor } from '../tensor/tensor.ts'
import { checkNotNegative } from './check-options.ts'
import type { ParamState, StateReader } from './dictionary.ts'
import type { OlderLayout } from './older-layout.ts'
import { Optimizer, type Params } from './optimizer.ts'
import { numberOf, type ParamGroup } from './param-group.ts'
import { refused } from './refused.ts'
import { type LinePoint, type StepSize, strongWolfe } from './strong-wolfe.ts'

export interface LBFGSOptions {
  readonly lr?: number | FloatScalar
  /** Iterations of a step. */
  readonly max_iter?: number
  /** Evaluations of a step; 5/4 of max_iter if unset. */
  readonly max_eval?: number | null
  readonly tolerance_grad?: number | FloatScalar
  readonly tolerance_change?: number | FloatScalar
  readonly history_size?: number
  readonly line_search_fn?: 'strong_wolfe' | null
}

/** What the first parameter's state has under a name; a number is an int. */
type Entry = number | PyFloat | Cell | (Cell | null)[]

export class LBFGS extends Optimizer {
  /** The state, which PyTorch keeps under the first parameter, in its order. */
  #memory = new Map<string, Entry>()

  /** Throws OpError for options that PyTorch refuses, and for more than one group. */
  constructor(params: Params, options: LBFGSOptions = {}) {
    const most = options.max_iter ?? 20
    super(params, {
      lr: options.lr ?? 1,
      max_iter: most,
      max_eval: options.max_eval ?? Math.floor((most * 5) / 4),
      tolerance_grad: options.tolerance_grad ?? 1e-7,
      tolerance_change: options.tolerance_change ?? 1e-9,
      history_size: options.history_size ?? 100,
      line_search_fn: options.line_search_fn ?? null,
    })
    if (this.paramGroups.length !== 1)
      throw refused("LBFGS doesn't support per-parameter options (parameter groups)")
  }

  protected check(group: ParamGroup): void {
    checkNotNegative(group, ['lr'])
    const search = group.options.get('line_search_fn')
    if (search !== null && search !== 'strong_wolfe') throw refused("only 'strong_wolfe' is supported")
  }

  protected complete(): void {}

  protected older(): OlderLayout {
    return { options: [...this.defaults.keys()] }
  }

  /** Nothing: a step is not one move. */
  protected update(): void {}

  /**
   * Moves the parameters by up to max_iter iterations. The closure clears the gradients, computes the loss and them, and returns
   * the loss; that of its first call is returned.
   * @throws OpError without a closure, DeviceError (`device/synchronous`) where the device cannot be read at once
   */
  override step(closure?: () => Tensor): Tensor {
    if (closure === undefined)
      throw refused(
        'LBFGS.step needs a closure',
        'step(() => { optimizer.zeroGrad(); ...; backward(loss); return loss })',
      )
    return tidy(() => withRecording(false, () => this.#step(closure)))
  }

  #step(closure: () => Tensor): Tensor {
    const [group] = this.paramGroups
    const line = new Line(group!.params, closure)
    const memory = this.#memory
    const [rate, mostIterations, mostEvaluations] = ['lr', 'max_iter', 'max_eval'].map(n => group!.number(n))
    const [toleranceGrad, toleranceChange] = ['tolerance_grad', 'tolerance_change'].map(n => group!.number(n))
    this.stateOf(group!.params[0]!)
    const counted = (name: string, by: number): number => {
      const count = (numberOf(memory.get(name) as PyValue) ?? 0) + by
      memory.set(name, count)
      return count
    }
    counted('func_evals', 0)
    counted('n_iter', 0)
    const original = line.evaluate()
    let { loss, grad, largest } = original
    let evaluations = 1
    counted('func_evals', 1)
    if (largest <= toleranceGrad!) return original.tensor

    const curve = new Curvature(memory, line.v, group!.number('history_size'))
    let direction = cellValue(memory.get('d'))
    let t = stepSize(memory.get('t'))
    let before = cellValue(memory.get('prev_flat_grad'))
    let previousLoss = loss
    for (let n = 1; n <= mostIterations!; n++) {
      const isFirst = counted('n_iter', 1) === 1
      if (isFirst || direction === null || before === null || t === null) {
        curve.forget()
        direction = line.v.neg(grad)
      } else direction = curve.direction(grad, before, direction, line.scalar(t))
      before = grad
      previousLoss = loss
      t = isFirst ? line.firstSize(grad, rate!, group!) : plainSize(group!)
      const [slope, norm] = line.read(line.dot(grad, direction), line.largest(direction)) as [number, number]
      if (slope > -toleranceChange!) break

      let made = 0
      if (group!.options.get('line_search_fn') === 'strong_wolfe') {
        const start = line.place()
        const toward = direction
        const found = strongWolfe({ loss, grad, slope }, t, {
          evaluate: size => line.along(start, toward, size),
          norm,
          toleranceChange: toleranceChange!,
          mostEvaluations: mostEvaluations! - evaluations,
        })
        ;({ loss, grad, t, evaluations: made } = found)
        line.move(start, direction, t)
        largest = line.read(line.largest(grad))[0]!
      } else {
        line.move(line.place(), direction, t)
        if (n !== mostIterations) {
          ;({ loss, grad, largest } = line.evaluate())
          made = 1
        }
      }
      evaluations += made
      counted('func_evals', made)
      if (n === mostIterations || evaluations >= mostEvaluations! || largest <= toleranceGrad!) break
      if (norm * Math.abs(t.value) <= toleranceChange!) break
      if (Math.abs(loss - previousLoss) < toleranceChange!) break
    }
    put(memory, 'd', direction!)
    putEntry(memory, 't', t!.type === 'tensor' ? new Cell(line.scalar(t!)) : pythonSize(t!))
    curve.save()
    put(memory, 'prev_flat_grad', before!)
    putEntry(memory, 'prev_loss', new PyFloat(previousLoss))
    return original.tensor
  }

  protected override packState(): PyDict {
    const written = (entry: Entry | null): PyValue =>
      entry instanceof Cell ? stored(entry.value) : Array.isArray(entry) ? entry.map(written) : entry
    return new PyDict(
      'dict',
      [...this.#memory].map(([name, entry]) => [name, written(entry)] as const),
    )
  }

  protected override async unpackState(parts: PyDict, cell: Cell, reader: StateReader): Promise<ParamState> {
    const read = async (entry: PyValue): Promise<Cell | null> => {
      if (entry === null) return null
      if (entry instanceof StoredTensor) return new Cell(await reader.tensor(entry, cell))
      throw refused('the state of LBFGS holds something that is neither a tensor nor a number')
    }
    const memory = new Map<string, Entry>()
    for (const [name, entry] of parts.entries()) {
      if (entry === null) continue
      if (typeof entry === 'number' || entry instanceof PyFloat) memory.set(`${name}`, entry)
      else if (Array.isArray(entry)) memory.set(`${name}`, await Promise.all(entry.map(read)))
      else memory.set(`${name}`, (await read(entry))!)
    }
    this.#memory = memory
    return new Map()
  }
}

/** The loss as a function of the parameters, taken as one vector. */
class Line {
  readonly v: Vocabulary<Tensor>
  readonly #cells: readonly Cell[]
  readonly #closure: () => Tensor

  constructor(cells: readonly Cell[], closure: () => Tensor) {
    this.#cells = cells
    this.#closure = closure
    this.v = vocabulary(builderOf(cells[0]!.value.device))
  }

  /** The loss where the parameters are, its gradient, and the gradient's largest element. */
  evaluate(): { tensor: Tensor; loss: number; grad: Tensor; largest: number } {
    return tidy(() => {
      const loss = withRecording(true, this.#closure)
      const { v } = this
      const parts = this.#cells.map(({ value, grad }) => v.reshape(grad ?? v.fullLike(value, 0), [-1]))
      const grad = new Tensor(v.cat(parts, 0).node)
      const [value, largest] = this.read(loss, this.largest(grad)) as [number, number]
      return { tensor: loss, loss: value, grad, largest }
    })
  }

  /** The parameters as they are. */
  place(): readonly Tensor[] {
    return this.#cells.map(cell => new Tensor(cell.value.node))
  }

  /** Puts the parameters at `start + t * direction`. */
  move(start: readonly Tensor[], direction: Tensor, t: StepSize): void {
    const { v } = this
    const step = v.mul(direction, this.scalar(t))
    let offset = 0
    for (const [i, cell] of this.#cells.entries()) {
      const { shape, size } = cell.value
      const part = v.reshape(v.slice(step, 0, offset, size), shape)
      cell.value = new Tensor(v.add(start[i]!, part).node)
      offset += size
    }
    realiseSync(this.#cells.map(cell => cell.value.node))
  }

  /** The loss at `start + t * direction`; the parameters are at `start` again afterwards. */
  along(start: readonly Tensor[], direction: Tensor, t: StepSize): LinePoint {
    this.move(start, direction, t)
    const { loss, grad } = this.evaluate()
    for (const [i, cell] of this.#cells.entries()) cell.value = new Tensor(start[i]!.node)
    return { loss, grad, slope: this.read(this.dot(grad, direction))[0]! }
  }

  /** The size of the very first step: at most lr / |gradient|. */
  firstSize(grad: Tensor, rate: number, group: ParamGroup): StepSize {
    const [sum] = this.read(this.v.sum(this.v.abs(grad), null)) as [number]
    const isShort = 1 / sum < 1
    const type = isShort ? 'tensor' : 'float'
    return isShort ? { value: (1 / sum) * rate, type } : { value: plainSize(group).value, type }
  }

  dot(a: Tensor, b: Tensor): Tensor {
    return this.v.sum(this.v.mul(a, b), null)
  }

  largest(x: Tensor): Tensor {
    return this.v.reduce('max', this.v.abs(x), null)
  }

  scalar(t: StepSize): Tensor {
    const { dtype, device } = this.#cells[0]!.value
    return tensor(t.value, { dtype, device })
  }

  /** Scalars as numbers, computed together. */
  read(...scalars: readonly Tensor[]): number[] {
    realiseSync(scalars.map(x => x.node))
    return scalars.map(x => Number(element(x.dtype, x.dataSync()[0]!)))
  }
}

/** The inverse of the Hessian, out of the last moves and what they changed of the gradient. */
class Curvature {
  readonly #memory: Map<string, Entry>
  readonly #v: Vocabulary<Tensor>
  readonly #size: number
  #changes: Cell[]
  #moves: Cell[]
  #ro: Cell[]
  #diagonal: Cell | number

  constructor(memory: Map<string, Entry>, v: Vocabulary<Tensor>, size: number) {
    const list = (name: string): Cell[] => ((memory.get(name) ?? []) as Cell[]).slice()
    this.#memory = memory
    this.#v = v
    this.#size = size
    this.#changes = list('old_dirs')
    this.#moves = list('old_stps')
    this.#ro = list('ro')
    this.#diagonal = (memory.get('H_diag') ?? 1) as Cell | number
  }

  forget(): void {
    this.#changes = []
    this.#moves = []
    this.#ro = []
    this.#diagonal = 1
  }

  /** Where to go from a gradient, after a move of `t * direction` from where it was `before`. */
  direction(grad: Tensor, before: Tensor, direction: Tensor, t: Tensor): Tensor {
    const v = this.#v
    const dot = (a: Tensor, b: Tensor): Tensor => v.sum(v.mul(a, b), null)
    return tidy(() => {
      const change = v.sub(grad, before)
      const move = v.mul(direction, t)
      const product = dot(change, move)
      if (Number(element(product.dtype, product.dataSync()[0]!)) > 1e-10) {
        if (this.#changes.length === this.#size)
          for (const list of [this.#changes, this.#moves, this.#ro]) list.shift()?.value.dispose()
        this.#changes.push(new Cell(change))
        this.#moves.push(new Cell(move))
        this.#ro.push(new Cell(v.div(1, product)))
        if (this.#diagonal instanceof Cell) this.#diagonal.value.dispose()
        this.#diagonal = new Cell(v.div(product, dot(change, change)))
      }
      const factors = (this.#memory.get('al') ?? new Array<null>(this.#size).fill(null)) as (Cell | null)[]
      this.#memory.set('al', factors)
      const count = this.#changes.length
      let rest = v.neg(grad)
      for (let i = count - 1; i >= 0; i--) {
        const factor = v.mul(dot(this.#moves[i]!.value, rest), this.#ro[i]!.value)
        factors[i]?.value.dispose()
        factors[i] = new Cell(factor)
        rest = v.sub(rest, v.mul(this.#changes[i]!.value, factor))
      }
      rest = v.mul(rest, this.#diagonal instanceof Cell ? this.#diagonal.value : this.#diagonal)
      for (let i = 0; i < count; i++) {
        const factor = v.mul(dot(this.#changes[i]!.value, rest), this.#ro[i]!.value)
        rest = v.add(rest, v.mul(this.#moves[i]!.value, v.sub(factors[i]!.value, factor)))
      }
      const kept = [...this.#ro, ...factors.flatMap(f => f ?? [])].map(c => c.value.node)
      realiseSync([rest.node, ...kept])
      return rest
    })
  }

  save(): void {
    this.#memory.set('old_dirs', this.#changes)
    this.#memory.set('old_stps', this.#moves)
    this.#memory.set('ro', this.#ro)
    this.#memory.set('H_diag', this.#diagonal)
  }
}

const cellValue = (entry: Entry | undefined): Tensor | null => (entry instanceof Cell ? entry.value : null)

/** The learning rate as a step size. */
function plainSize(group: ParamGroup): StepSize {
  return { value: group.lr, type: group.options.get('lr') instanceof PyFloat ? 'float' : 'int' }
}

function stepSize(entry: Entry | undefined): StepSize | null {
  if (entry instanceof Cell)
    return { value: Number(element(entry.value.dtype, entry.value.dataSync()[0]!)), type: 'tensor' }
  if (entry === undefined || Array.isArray(entry)) return null
  return entry instanceof PyFloat ? { value: entry.value, type: 'float' } : { value: entry, type: 'int' }
}

const pythonSize = (t: StepSize): number | PyFloat => (t.type === 'int' ? t.value : new PyFloat(t.value))

/** Keeps a tensor in the state, under a handle of its own. */
function put(memory: Map<string, Entry>, name: string, value: Tensor): void {
  const known = memory.get(name)
  if (known instanceof Cell) known.value = new Tensor(value.node)
  else memory.set(name, new Cell(new Tensor(value.node)))
}

function putEntry(memory: Map<string, Entry>, name: string, entry: Entry): void {
  const known = memory.get(name)
  if (known instanceof Cell) known.value.dispose()
  memory.set(name, entry)
}
