/**
 * Activation checkpointing: https://docs.pytorch.org/docs/2.13/checkpoint.html
 * Nothing within is kept for the gradients; backward computes it once more, with the random numbers of the first time.
 */

import { OpError } from '../ops/error.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import { getRngState, setRngState } from '../random/default-generator.ts'
import { builderOf } from '../tensor/builder.ts'
import { History, isRecording, type Leaf, type Step, sourceOf, withRecording } from '../tensor/history.ts'
import { eachRun } from '../tensor/recording.ts'
import { tidy } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'
import { grad as gradOf } from './backward.ts'

/**
 * `fn(...inputs)`, which is computed again in backward instead of being kept. What else `fn` uses that requires gradients, such as
 * a module's parameters, gets them too. `fn` must compute the same both times; running statistics that it updates are updated twice,
 * as in PyTorch.
 * @throws OpError where `fn` gives no tensor
 */
export function checkpoint<I extends readonly Tensor[]>(fn: (...inputs: I) => Tensor, ...inputs: I): Tensor {
  if (!isRecording()) return fn(...inputs)
  let state = getRngState()
  eachRun(() => {
    state = getRngState()
  })
  const { node, leaves } = tidy(() => {
    const given = leavesOf(inputs)
    const output = fn(...(given.map(g => g.tensor) as readonly Tensor[] as I))
    if (!(output instanceof Tensor))
      throw new OpError('argument/value', 'checkpoint: the function gives no tensor', { op: 'checkpoint' })
    // A handle without its history: with the last one the activations that it keeps go.
    return { node: new Tensor(output.node), leaves: foundBelow(output, given) }
  })
  if (leaves.length === 0 && !inputs.some(x => x.requiresGrad)) return node

  const step: Step = {
    name: 'checkpoint',
    saves: 'inputs',
    gradient: (saved, grad) => {
      const records = isRecording()
      const known = inputs.map((_, i) => saved.input(i))
      const again = records ? known.map(aliasOf) : leavesOf(known).map(g => g.tensor)
      let later = state
      eachRun(() => {
        later = getRngState()
        setRngState(state)
      })
      const output = withRecording(true, () => fn(...(again as readonly Tensor[] as I)))
      eachRun(() => setRngState(later))
      const targets = [...again.filter((_, i) => saved.inputs[i]!.source !== null), ...leaves]
      const found = gradOf(output, targets, {
        gradOutputs: [grad],
        allowUnused: true,
        retainGraph: true,
        createGraph: records,
      })
      let next = 0
      return saved.inputs.map(({ source }) => (source === null ? null : found[next++]!))
    },
  }
  return tidy(() => new Tensor(node.node, new History(step, [...inputs, ...leaves], node.node)))
}

/** A tensor that leads to another's history: gradients of gradients pass it. */
const aliasOf = (x: Tensor): Tensor => vocabulary(builderOf(x.device)).mul(x, 1)

/** The inputs as tensors of their own, at which gradients end. */
function leavesOf(inputs: readonly Tensor[]): { readonly tensor: Tensor; readonly leaf: Leaf }[] {
  return inputs.map(({ node, requiresGrad }) => {
    const tensor = new Tensor(node)
    const leaf: Leaf = { requiresGrad, grad: null }
    tensor.leaf = leaf
    return { tensor, leaf }
  })
}

/** Where gradients of a tensor arrive besides the given inputs, as handles that stand for those places. */
function foundBelow(output: Tensor, given: readonly { readonly leaf: Leaf }[]): Tensor[] {
  const own = new Set(given.map(g => g.leaf))
  const found = new Map<Leaf, Tensor>()
  const seen = new Set<History>()
  const open = [sourceOf(output)]
  for (let source = open.pop(); source !== undefined; source = open.pop()) {
    if (!(source instanceof History) || seen.has(source)) continue
    seen.add(source)
    for (const { source: below, shape, dtype } of source.inputs) {
      if (below === null || below instanceof History) open.push(below)
      else if (!own.has(below) && !found.has(below)) {
        const place = builderOf(output.device).emit('full', [], { shape, dtype, value: 0 })
        place.leaf = below
        found.set(below, place)
      }
    }
  }
  return [...found.values()]
}
