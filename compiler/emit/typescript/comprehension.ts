/** Comprehensions, targets and what loops go over, as TypeScript. */
import type { ModuleInstance } from '../../ir/module.ts'
import type { Comprehension, Expression, ListComp, Node } from '../../parse/python/ast.ts'
import { members as alternatives } from '../observed-type.ts'
import { type Code, code, ident, joined } from './code.ts'
import { condition } from './comparison.ts'
import { type Context, withLocals } from './context.ts'
import { expression, receiver, sees } from './expression.ts'
import { childTypes, observedType } from './types.ts'

/** `y.extend(f(y[-1]) for x in xs)` adds the items one by one. */
export function extension(list: Code, node: ListComp, cx: Context): Code {
  return build(node, cx, code`forEach`, code`forEach`, item => code`{ ${list}.push(${item}) }`)
}

export function comprehension(node: ListComp, cx: Context): Code {
  const items = build(node, cx, code`map`, code`flatMap`, item => item)
  return node.key === undefined ? items : code`Object.fromEntries(${items})`
}

function build(node: ListComp, cx: Context, last: Code, outer: Code, wrap: (item: Code) => Code): Code {
  const clauses = (generators: readonly Comprehension[], inner: Context): Code => {
    const [first, ...rest] = generators
    const bound = withLocals(inner, targetNames(first!.target))
    let source = tupleItems(first!.target, first!.iter, inner)
    const parameter = targetCode(first!.target)
    for (const test of first!.ifs)
      source = code`${source}.filter(${arrow(parameter)} => ${condition(test, bound)})`
    const body = rest.length > 0 ? clauses(rest, bound) : itemCode(node, bound)
    const wrapped = rest.length === 0 ? wrap(bracketed(body)) : bracketed(body)
    return code`${source}.${rest.length === 0 ? last : outer}(${arrow(parameter)} => ${wrapped})`
  }
  return clauses(node.generators, cx)
}

const bracketed = (body: Code): Code => (body.startsWith('{') ? code`(${body})` : body)

/** An item of a list, or an entry of a dict. */
function itemCode({ key, element }: ListComp, cx: Context): Code {
  const item = expression(element, cx)
  if (key === undefined) return item
  return code`[${expression(key, cx)}, ${item}] as const`
}

/** What a loop goes over; lists of lists of numbers with as many of them as the target takes apart. */
export function tupleItems(target: Node, iter: Expression, cx: Context): Code {
  const source = iterable(iter, cx)
  const type = cx.seen.typeOf(iter)
  if (target.kind !== 'Tuple' && target.kind !== 'List') return source
  // `for m, k in [(conv, 2), (norm, 3)]`: TypeScript takes such items for lists of either.
  const isLiteral =
    (iter.kind === 'List' || iter.kind === 'Tuple') &&
    iter.elements.every(e => e.kind === 'Tuple' || e.kind === 'List')
  if (type?.kind !== 'array' && !isLiteral) return source
  const listed =
    isLiteral ||
    type?.kind !== 'array' ||
    type.items?.kind === 'array' ||
    (type.items?.kind === 'tuple' && type.items.items.every(t => t.kind === 'number'))
  if (!listed || target.elements.some(t => t.kind === 'Starred')) return source
  const items = target.elements.map(t => observedType(cx.seen.typeOf(t), cx.className))
  return code`(${source} as [${joined(items)}][])`
}

const arrow = (parameter: Code): Code => (/^[\w$]+$/.test(parameter) ? parameter : code`(${parameter})`)

export function targetNames(target: Node): string[] {
  if (target.kind === 'Name') return [target.id]
  if (target.kind === 'Tuple' || target.kind === 'List') return target.elements.flatMap(targetNames)
  return target.kind === 'Starred' ? targetNames(target.value) : []
}

/** A target of names only, as a binding pattern. Of `_, _, h, w`, only the last `_` is a name; `later` are those that follow. */
export function targetCode(target: Node, later: readonly string[] = []): Code {
  if (target.kind === 'Name') return later.includes(target.id) ? code`` : ident(target.id)
  if (target.kind === 'Starred') return code`...${targetCode(target.value)}`
  if (target.kind === 'Tuple' || target.kind === 'List') {
    const { elements } = target
    const after = (i: number): string[] => [...later, ...elements.slice(i + 1).flatMap(targetNames)]
    return code`[${joined(elements.map((e, i) => targetCode(e, after(i))))}]`
  }
  return code`_`
}

export const isSequential = (m: ModuleInstance): boolean => m.kind === 'Sequential'

/** What a loop or comprehension goes over, as an array. */
export function iterable(node: Expression, cx: Context): Code {
  const type = cx.seen.typeOf(node)
  if (sees(type, 'tensor')) return code`${receiver(node, cx)}.unbind()`
  const module = type === null ? undefined : alternatives(type).find(t => t.kind === 'module')
  if (module?.kind === 'module') {
    const all = code`[...${receiver(node, cx)}]`
    // A Sequential does not know the classes of its modules.
    return isSequential(module.module)
      ? code`(${all} as (${childTypes(module.module, cx.className)})[])`
      : all
  }
  if (sees(type, 'dict')) return code`Object.keys(${expression(node, cx)})`
  return receiver(node, cx)
}
