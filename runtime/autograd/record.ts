/** Records primitives for their gradients, by the rules of `gradients.ts`. */
import type { Operation } from '../graph/node.ts'
import { vocabulary } from '../ops/functions/vocabulary.ts'
import type { Primitive } from '../ops/primitives.ts'
import { builderOf, setRecorder } from '../tensor/builder.ts'
import { History, type Saved, type Step } from '../tensor/history.ts'
import type { Tensor } from '../tensor/tensor.ts'
import { gradients } from './gradients.ts'
import type { Application, Differentiable } from './rule.ts'

/** Where a rule is applied to tensors. */
function application(saved: Saved, grad: Tensor): Application<Tensor> {
  const b = builderOf(grad.device)
  return {
    b,
    v: vocabulary(b),
    inputs: saved.inputs,
    x: (i = 0) => saved.input(i),
    y: () => saved.output(),
    wants: i => saved.inputs[i]!.source !== null,
  }
}

/** The step of a primitive; null for those that no gradient passes. */
function stepOf({ op, attrs }: Operation): Step | null {
  // The pair is consistent by the type of Operation; a union over all primitives cannot follow it.
  const rule = gradients[op] as Differentiable<Primitive> | { readonly saves: 'never' }
  if (rule.saves === 'never') return null
  return {
    name: op,
    saves: rule.saves,
    gradient: (saved, grad) => rule.gradient(application(saved, grad), grad, attrs as never),
  }
}

setRecorder((operation, inputs, result) => {
  const step = stepOf(operation)
  return step === null ? null : new History(step, inputs, result)
})
