/**
 * Averages of a model's weights over training: https://docs.pytorch.org/docs/2.13/optim.html#weight-averaging-swa-and-ema
 * An average is computed on the device along with the step, by the count in `n_averaged`; nothing is read.
 */
import { defer } from '../../graph/deferred.ts'
import { skipInit } from '../../nn/initial-state.ts'
import { Module } from '../../nn/module.ts'
import { isFloat } from '../../ops/dtype.ts'
import { vocabulary } from '../../ops/functions/vocabulary.ts'
import { builderOf } from '../../tensor/builder.ts'
import { Cell } from '../../tensor/cell.ts'
import { tensor } from '../../tensor/create.ts'
import { F } from '../../tensor/functional.ts'
import { withRecording } from '../../tensor/history.ts'
import { tidy } from '../../tensor/scope.ts'
import { Tensor } from '../../tensor/tensor.ts'
import { refused } from '../refused.ts'

/** A new average out of the one before, what is averaged now, and how many were (an int64 scalar). */
export type AverageFunction = (averaged: Tensor, current: Tensor, count: Tensor) => Tensor

export interface AveragedModelOptions {
  /** How averages are made; the mean of all (SWA) unless given. */
  readonly avg_fn?: AverageFunction
  /** Whether buffers are averaged too, and not copied. */
  readonly use_buffers?: boolean
}

/** A model beside the trained one, whose weights are averages of that one's. */
export class AveragedModel<M extends Module = Module> extends Module {
  /** The model with the averages. */
  readonly module: M
  readonly n_averaged: Cell
  readonly #average: AverageFunction
  readonly #usesBuffers: boolean

  /** `make` makes another model of the same class and options, which takes the weights of the trained one; nothing is drawn for it. */
  constructor(model: M, make: () => M, options: AveragedModelOptions = {}) {
    super()
    this.module = this.registerModule('module', skipInit(make))
    this.module.train(model.training)
    const device = model.parameters()[0]?.value.device
    const zero = tensor(0n, { dtype: 'int64', ...(device === undefined ? {} : { device }) })
    this.n_averaged = this.registerBuffer('n_averaged', new Cell(zero))
    this.#average = options.avg_fn ?? getSwaAvgFn()
    this.#usesBuffers = options.use_buffers ?? false
    copyAll(pairs(model, this.module, 'parameters'))
    copyAll(pairs(model, this.module, 'buffers'))
    for (const [theirs, ours] of pairs(model, this.module, 'parameters'))
      ours.requiresGrad = theirs.requiresGrad
  }

  /** What the averaged model computes. */
  override forward(...inputs: Parameters<M['forward']>): ReturnType<M['forward']> {
    return this.module.forward(...(inputs as never[])) as ReturnType<M['forward']>
  }

  /** Takes the model's weights into the averages; the first time they are the averages. */
  updateParameters(model: Module): void {
    tidy(() =>
      withRecording(false, () => {
        const count = this.n_averaged.value
        const averaged = pairs(model, this.module, 'parameters')
        const buffers = pairs(model, this.module, 'buffers')
        if (this.#usesBuffers) averaged.push(...buffers)
        else copyAll(buffers)
        for (const [theirs, ours] of averaged) {
          const old = ours.value
          const next = this.#average(old, theirs.value, count).to(old.dtype)
          const v = vocabulary(builderOf(old.device))
          put(ours, v.where(v.eq(count, 0), theirs.value, next))
        }
        put(this.n_averaged, F.add(count, 1))
      }),
    )
  }
}

/** `averaged + (current - averaged) / (count + 1)`: the mean of all. */
export function getSwaAvgFn(): AverageFunction {
  return (averaged, current, count) => F.add(averaged, F.div(F.sub(current, averaged), F.add(count, 1)))
}

/** As getSwaAvgFn, of floats as an interpolation by a float32 weight: PyTorch's for accelerators. */
export function getSwaMultiAvgFn(): AverageFunction {
  const mean = getSwaAvgFn()
  return (averaged, current, count) => {
    if (!isFloat(averaged.dtype)) return mean(averaged, current, count)
    const weight = F.reciprocal(F.add(count, 1).to('float32')).to(averaged.dtype)
    const gap = F.sub(current, averaged)
    const fromFar = F.sub(current, F.mul(gap, F.sub(1, weight)))
    return F.where(F.lt(weight, 0.5), F.add(averaged, F.mul(gap, weight)), fromFar)
  }
}

function checkDecay(decay: number): void {
  if (!(decay >= 0 && decay <= 1))
    throw refused(`Invalid decay value ${decay} provided. Please provide a value in [0,1] range.`)
}

/** `decay * averaged + (1 - decay) * current`: an exponential moving average. Throws OpError for a decay outside [0, 1]. */
export function getEmaAvgFn(decay = 0.999): AverageFunction {
  checkDecay(decay)
  return (averaged, current) => F.add(F.mul(averaged, decay), F.mul(current, 1 - decay))
}

/** As getEmaAvgFn, of floats as an interpolation. Throws OpError for a decay outside [0, 1]. */
export function getEmaMultiAvgFn(decay = 0.999): AverageFunction {
  const plain = getEmaAvgFn(decay)
  const weight = 1 - decay
  return (averaged, current, count) => {
    if (!isFloat(averaged.dtype)) return plain(averaged, current, count)
    const gap = F.sub(current, averaged)
    return weight < 0.5 ? F.add(averaged, F.mul(gap, weight)) : F.sub(current, F.mul(gap, 1 - weight))
  }
}

/** Cells of two models of the same class, side by side. */
function pairs(from: Module, to: Module, kind: 'parameters' | 'buffers'): (readonly [Cell, Cell])[] {
  const [theirs, ours] = [from[kind](), to[kind]()]
  if (
    theirs.length !== ours.length ||
    theirs.some((c, i) => `${c.value.shape}` !== `${ours[i]!.value.shape}`)
  )
    throw refused(
      `the averaged model's ${kind} are not those of the model`,
      'make both with the same options',
    )
  return theirs.map((cell, i) => [cell, ours[i]!] as const)
}

function copyAll(list: readonly (readonly [Cell, Cell])[]): void {
  for (const [from, to] of list) put(to, from.value.to(to.value.dtype))
}

function put(cell: Cell, value: Tensor): void {
  cell.value = new Tensor(value.node)
  defer(value.node)
}
