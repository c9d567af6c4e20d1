/**
 * Reverse mode: gradients of a tensor with respect to the leaves that it was computed from.
 * https://docs.pytorch.org/docs/2.13/autograd.html
 */
import { printShape } from '../ops/dim.ts'
import { OpError } from '../ops/error.ts'
import { builderOf } from '../tensor/builder.ts'
import { Cell } from '../tensor/cell.ts'
import { History, type Leaf, type Saved, sourceOf, withRecording } from '../tensor/history.ts'
import { computeSoon } from '../tensor/recording.ts'
import { keep, tidy } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'
import './record.ts'

/** Where a gradient is asked for: a tensor, or a cell. */
export type GradTarget = Tensor | Cell

export interface BackwardOptions {
  /** The gradient of the tensor itself, of its shape; may be left out of tensors with one element, where it is 1. */
  readonly gradient?: Tensor
  /** Keeps what the gradients were computed from, for another backward. As `createGraph` unless given. */
  readonly retainGraph?: boolean
  /** Records the gradients' own computation, for gradients of gradients. */
  readonly createGraph?: boolean
}

export interface GradOptions {
  /** Gradients of the outputs; may be null or left out where an output has one element. */
  readonly gradOutputs?: readonly (Tensor | null)[]
  readonly retainGraph?: boolean
  readonly createGraph?: boolean
  /** Gives null for inputs that no output depends on, instead of an error. */
  readonly allowUnused?: boolean
}

/**
 * Adds the gradients of `loss` to `grad` of every leaf below it that requires one.
 * What was saved for the gradients is let go of, unless `retainGraph` says otherwise.
 * @throws OpError where nothing below requires a gradient, the loss has several elements and no `gradient` is given, or the
 * saved tensors were let go of by an earlier backward
 */
export function backward(loss: Tensor, options: BackwardOptions = {}): void {
  const { createGraph = false, retainGraph = createGraph } = options
  const seed = [seedOf('backward', loss, options.gradient ?? null)] as const
  const found = tidy(() =>
    withRecording(createGraph, () => {
      const { leaves } = propagate('backward', seed, null, retainGraph)
      return [...leaves].map(([leaf, grad]) => {
        const sum = leaf.grad === null ? grad : plus(leaf.grad, grad)
        return { leaf, grad: keep(own(sum)) }
      })
    }),
  )
  for (const { leaf, grad } of found) {
    leaf.grad = grad
    // Gradients are computed with whatever is read next, so that the activations below them can go.
    computeSoon(grad.node)
  }
}

/**
 * The gradients of the sum of `outputs` with respect to each of `inputs`, which need not be leaves. No leaf's `grad` changes.
 * @throws OpError as `backward`, and for inputs that the outputs do not depend on unless `allowUnused`
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: GradTarget | readonly GradTarget[],
  options: GradOptions & { readonly allowUnused: true },
): (Tensor | null)[]
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: GradTarget | readonly GradTarget[],
  options?: GradOptions,
): Tensor[]
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: GradTarget | readonly GradTarget[],
  options: GradOptions = {},
): (Tensor | null)[] {
  const { createGraph = false, retainGraph = createGraph } = options
  const targets = list(inputs).map(sourceOfTarget)
  const seeds = list(outputs).map((y, i) => seedOf('grad', y, options.gradOutputs?.[i] ?? null))
  return tidy(() =>
    withRecording(createGraph, () => {
      const { leaves, histories } = propagate('grad', seeds, new Set(targets), retainGraph)
      return targets.map((target, i) => {
        const found = target instanceof History ? histories.get(target) : leaves.get(target)
        if (found === undefined && options.allowUnused !== true) {
          throw new OpError('argument/value', `grad: the outputs do not depend on input ${i}`, {
            op: 'grad',
            hint: 'allowUnused: true gives null for it',
          })
        }
        return found === undefined ? null : own(found)
      })
    }),
  )
}

/** Runs `fn`, which is synchronous, without recording anything: no result requires a gradient. */
export function noGrad<T>(fn: () => T): T {
  return synchronous('noGrad', false, fn)
}

/** Runs `fn`, which is synchronous, with recording turned on again within `noGrad`. */
export function enableGrad<T>(fn: () => T): T {
  return synchronous('enableGrad', true, fn)
}

function synchronous<T>(op: string, recording: boolean, fn: () => T): T {
  const result = withRecording(recording, fn)
  if (result instanceof Promise) {
    throw new OpError('argument/value', `${op} takes a synchronous function`, {
      op,
      hint: 'compute within it and await data() outside',
    })
  }
  return result
}

const list = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? x : [x as T])

interface Seed {
  readonly source: History | Leaf
  readonly tensor: Tensor
  readonly gradient: Tensor | null
}

function sourceOfTarget(target: GradTarget, i: number): History | Leaf {
  const source = target instanceof Cell ? (target.requiresGrad ? target : null) : sourceOf(target)
  if (source !== null) return source
  throw new OpError('argument/value', `grad: input ${i} does not require a gradient`, {
    op: 'grad',
    hint: 'requiresGrad_() before it is used',
  })
}

/** Checks what gradients start from. */
function seedOf(op: string, tensor: Tensor, gradient: Tensor | null): Seed {
  const source = sourceOf(tensor)
  if (source === null) {
    throw new OpError(
      'argument/value',
      `${op}: ${tensor} does not depend on anything that requires a gradient`,
      {
        op,
        hint: 'gradients are not recorded within noGrad, and end at detach(), at integers and at comparisons',
      },
    )
  }
  if (gradient === null && tensor.size !== 1) {
    throw new OpError(
      'shape/mismatch',
      `${op}: ${tensor} has several elements: which gradient they have is not known`,
      {
        op,
        hint: 'sum or mean it first, or give the gradient',
      },
    )
  }
  if (gradient !== null && (`${gradient.shape}` !== `${tensor.shape}` || gradient.dtype !== tensor.dtype)) {
    const facts = `${gradient.dtype}${printShape(gradient.shape)}`
    throw new OpError('shape/mismatch', `${op}: the gradient given is ${facts}, the tensor ${tensor}`, { op })
  }
  return { source, tensor, gradient }
}

/** Under a handle of its own: the same gradient may be that of several tensors. */
const own = ({ node, history }: Tensor): Tensor => new Tensor(node, history)

const plus = (a: Tensor, b: Tensor): Tensor => builderOf(a.device).emit('add', [a, b], {})

const one = ({ device, shape, dtype }: Tensor): Tensor =>
  builderOf(device).emit('full', [], { shape, dtype, value: 1 })

interface Propagated {
  readonly leaves: ReadonlyMap<Leaf, Tensor>
  /** Of the histories that were asked for. */
  readonly histories: ReadonlyMap<History, Tensor>
}

/** Walks from the seeds to the leaves, each history after all that were computed from it. Null targets are all leaves. */
function propagate(
  op: string,
  seeds: readonly Seed[],
  targets: ReadonlySet<History | Leaf> | null,
  retain: boolean,
): Propagated {
  const leaves = new Map<Leaf, Tensor>()
  const pending = new Map<History, Tensor>()
  const histories = new Map<History, Tensor>()
  const give = (source: History | Leaf, grad: Tensor): void => {
    const into: Map<History | Leaf, Tensor> = source instanceof History ? pending : leaves
    const before = into.get(source)
    into.set(source, before === undefined ? grad : plus(before, grad))
  }
  const order = below(seeds)
  const needed = leadingTo(order, targets)
  for (const { source, tensor, gradient } of seeds) give(source, gradient ?? one(tensor))
  for (const history of order) {
    const grad = pending.get(history)
    if (grad === undefined) continue
    pending.delete(history)
    if (targets?.has(history)) histories.set(history, grad)
    if (!needed.has(history)) continue
    const found = history.step.gradient(savedOf(op, history, needed, targets), grad)
    for (const [i, { source }] of history.inputs.entries()) {
      const part = found[i]
      if (part != null && source !== null && isNeeded(source, needed, targets)) give(source, part)
    }
    if (!retain) history.free()
  }
  return { leaves, histories }
}

/** The histories below the seeds, the latest first. */
function below(seeds: readonly Seed[]): readonly History[] {
  const found = new Set<History>()
  const open = seeds.flatMap(({ source }) => (source instanceof History ? [source] : []))
  for (let history = open.pop(); history !== undefined; history = open.pop()) {
    if (found.has(history)) continue
    found.add(history)
    for (const { source } of history.inputs) if (source instanceof History) open.push(source)
  }
  return [...found].sort((a, b) => b.id - a.id)
}

/** The histories among them from whose inputs a target can be reached. */
function leadingTo(
  order: readonly History[],
  targets: ReadonlySet<History | Leaf> | null,
): ReadonlySet<History> {
  if (targets === null) return new Set(order)
  const found = new Set<History>()
  for (const history of order.toReversed())
    if (history.inputs.some(({ source }) => source !== null && isNeeded(source, found, targets)))
      found.add(history)
  return found
}

const isNeeded = (
  source: History | Leaf,
  leading: ReadonlySet<History>,
  targets: ReadonlySet<History | Leaf> | null,
): boolean => targets === null || targets.has(source) || (source instanceof History && leading.has(source))

/** A history's saved tensors under handles that lead to the histories of the inputs. */
function savedOf(
  op: string,
  history: History,
  needed: ReadonlySet<History>,
  targets: ReadonlySet<History | Leaf> | null,
): Saved {
  if (history.freed) {
    throw new OpError(
      'argument/value',
      `${op}: what ${history.step.name} saved was let go of by an earlier backward`,
      { op, hint: 'retainGraph: true at the earlier one keeps it' },
    )
  }
  const handle = (node: Tensor['node'], source: History | Leaf | null): Tensor => {
    const tensor = new Tensor(node, source instanceof History ? source : null)
    if (source !== null && !(source instanceof History)) tensor.leaf = source
    return tensor
  }
  return {
    inputs: history.inputs.map(input => ({
      ...input,
      source: input.source !== null && isNeeded(input.source, needed, targets) ? input.source : null,
    })),
    input: i => handle(history.inputNode(i)!, history.inputs[i]!.source),
    output: () => handle(history.outputNode!, history),
  }
}
