/** What a kernel does with the result of its fold: the elementwise operations up to the root, and the store. */
import { cast } from '../../kernels/expr.ts'
import type { Buffer, Expr } from '../../kernels/ir.ts'
import type { Group } from '../fuse.ts'
import type { Value } from '../value.ts'
import { ElementReader, ruleOf } from './element-reader.ts'
import { flatten, type Subscript } from './view.ts'

export interface Stored {
  /** Position in the root's memory. */
  readonly index: Expr
  readonly value: Expr
}

/**
 * Where the fold's element at `at` ends in the root, and with which value.
 * @param result the fold's element, in the register type of its dtype
 */
export function epilogue(
  { root, fold }: Group,
  buffers: ReadonlyMap<Value, Buffer>,
  at: Subscript,
  result: Expr,
): Stored {
  const source = fold!
  const given = cast(source.dtype, result)
  if (source === root) return { index: flatten(at, root.shape), value: given }
  const target = forwardSubscript(root, source, at)!
  const value = new ElementReader(buffers, new Map([[source, given]])).read(root, target)
  return { index: flatten(target, root.shape), value }
}

/** Where the fold's element at `at` ends in the root's memory. */
export function position({ root, fold }: Group, at: Subscript): Expr {
  return flatten(forwardSubscript(root, fold!, at)!, root.shape)
}

/** The subscript in `value` at which the element of `source` at `at` arrives; null if it does not. */
function forwardSubscript(value: Value, source: Value, at: Subscript): Subscript | null {
  const known = new Map<Value, Subscript | null>([[source, at]])
  const visit = (v: Value): Subscript | null => {
    const found = known.get(v)
    if (found !== undefined) return found
    let result: Subscript | null = null
    if (v.operation !== null) {
      const rule = ruleOf(v)
      if (rule.kind === 'map') {
        for (const x of v.inputs) result ??= visit(x)
      } else if (rule.kind === 'view' && rule.forward !== undefined) {
        const operand = visit(v.inputs[0]!)
        result = operand && rule.forward(operand, v.operation.attrs as never, v.inputs[0]!, v)
      }
    }
    known.set(v, result)
    return result
  }
  return visit(value)
}
