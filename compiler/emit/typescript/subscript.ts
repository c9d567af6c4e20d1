/** Indexing and slices as TypeScript. */
import type { Expression } from '../../parse/python/ast.ts'
import { members as alternatives } from '../observed-type.ts'
import { type Code, code, joined } from './code.ts'
import { isSequential } from './comprehension.ts'
import type { Context } from './context.ts'
import { element, expression, receiver, sees } from './expression.ts'
import { childTypes, observedType } from './types.ts'

export function subscriptCode(node: Expression & { kind: 'Subscript' }, cx: Context): Code {
  const { value, index } = node
  const isTensor =
    sees(cx.seen.typeOf(value), 'tensor') || (cx.seen.typeOf(value) === null && isTensorIndex(index))
  if (cx.seen.rowOf(node) !== null || isTensor) {
    return code`${receiver(value, cx)}.getitem(${indexItems(index, cx)})`
  }
  const owner = cx.seen.typeOf(value)
  if (index.kind === 'Slice') {
    const own = cx.seen.typeOf(node)
    const part = listSlice(value, index, cx)
    // Of a tuple, evaluation knows how many items are left.
    const isTuple = own?.kind === 'tuple' && own.items.some(t => t.kind !== 'number')
    return isTuple ? code`(${part} as unknown as ${observedType(own, cx.className)})` : part
  }
  const base = receiver(value, cx)
  if (sees(owner, 'module')) {
    const of = alternatives(owner!).find(t => t.kind === 'module')!
    const container = of.kind === 'module' ? of.module : null
    const isDict = container?.kind === 'ModuleDict'
    const item = code`${base}.${isDict ? code`get` : code`at`}(${expression(index, cx)})`
    const type = observedType(cx.seen.typeOf(node), cx.className)
    // A Sequential does not know the classes of its modules, other containers not which of them stands there.
    const untyped =
      container !== null && (isSequential(container) || childTypes(container, cx.className) !== type)
    return untyped ? code`(${item} as ${type})` : item
  }
  if (sees(owner, 'dict')) {
    // What is written out has literal keys only.
    const dict = value.kind === 'Dict' ? code`(${base} as ${observedType(owner, cx.className)})` : base
    return code`${dict}[${expression(index, cx)}]!`
  }
  const at = cx.seen.typeOf(index)
  // Options may be negative where evaluation saw none.
  const isOption = index.kind !== 'Int' && !(index.kind === 'Name' && cx.locals.has(index.id))
  if (isOption || (at?.kind === 'number' && at.negative)) return code`${base}.at(${expression(index, cx)})!`
  const own = cx.seen.typeOf(node)
  const mixed = value.kind === 'Name' && cx.mixed.has(value.id)
  // A list of several kinds: evaluation knows which one stands here.
  if (mixed && own !== null && own.kind !== 'union') {
    return code`(${base}[${expression(index, cx)}] as ${observedType(own, cx.className)})`
  }
  return code`${base}[${expression(index, cx)}]!`
}

/** What nothing but a tensor is indexed by. */
const isTensorIndex = (index: Expression): boolean =>
  index.kind === 'None' ||
  index.kind === 'Ellipsis' ||
  (index.kind === 'Tuple' && index.elements.some(e => e.kind === 'Slice' || isTensorIndex(e)))

function listSlice(value: Expression, slice: Expression & { kind: 'Slice' }, cx: Context): Code {
  const owner = cx.seen.typeOf(value)
  const list = owner?.kind === 'module' && owner.module.kind === 'ModuleList'
  const base = list ? code`[...${receiver(value, cx)}]` : receiver(value, cx)
  const bound = (e: Expression | undefined): Code => (e === undefined ? code`null` : expression(e, cx))
  if (slice.step === undefined) {
    if (slice.upper === undefined)
      return code`${base}.slice(${slice.lower === undefined ? code`` : expression(slice.lower, cx)})`
    return code`${base}.slice(${slice.lower === undefined ? code`0` : expression(slice.lower, cx)}, ${expression(slice.upper, cx)})`
  }
  return code`py.slice(${base}, ${bound(slice.lower)}, ${bound(slice.upper)}, ${expression(slice.step, cx)})`
}

/** What stands between the brackets of a tensor, as a list of index items. */
export function indexItems(index: Expression, cx: Context): Code {
  const items = index.kind === 'Tuple' ? index.elements : [index]
  const item = (node: Expression): Code => {
    if (node.kind === 'None') return code`'newaxis'`
    const text = element(node, cx)
    if (cx.seen.typeOf(node)?.kind !== 'array') return text
    return cx.device === null ? code`F.tensor(${text})` : code`F.tensor(${text}, { device: ${cx.device} })`
  }
  return code`[${joined(items.map(item))}]`
}

export function sliceCode(node: Expression & { kind: 'Slice' }, cx: Context): Code {
  const bound = (e: Expression | undefined): Code => (e === undefined ? code`null` : expression(e, cx))
  const parts = [
    bound(node.lower),
    bound(node.upper),
    ...(node.step === undefined ? [] : [expression(node.step, cx)]),
  ]
  while (parts.length > 0 && parts.at(-1) === 'null') parts.pop()
  return code`py.sliceOf(${joined(parts)})`
}
