import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type {
  BinaryOperator,
  Block,
  CompareOperator,
  Expression,
  Node,
  Statement,
  Target,
} from '../../compiler/parse/python/ast.ts'
import { printBlock, printFunction } from '../../compiler/parse/python/print.ts'
import { printExpression, UnprintableError } from '../../compiler/parse/python/print-expression.ts'
import { block, expression as canonical, functionDef } from './canonical.ts'
import { expression, forward, functions } from './parsed.ts'

const range = { start: 0, end: 0 }

/** Random trees. Names never collide with keywords; literals are those whose text says their value. */
const name = fc.constantFrom('x', 'y', 'mask', 'match', 'print', 'é', '_')
const text = fc.string({ unit: 'grapheme', maxLength: 6 })
const inBraces = fc.string({ unit: fc.constantFrom('a', ' ', 'ß'), maxLength: 3 })
const nameNode = name.map((id): Expression => ({ kind: 'Name', range, id }))

const leaf = fc.oneof(
  nameNode,
  fc.nat().map((value): Expression => ({ kind: 'Int', range, value, text: String(value) })),
  fc
    .double({ min: 0, noNaN: true, noDefaultInfinity: true })
    .filter(value => /[.e]/.test(String(value)))
    .map((value): Expression => ({ kind: 'Float', range, value, text: String(value) })),
  fc.boolean().map((value): Expression => ({ kind: 'Bool', range, value })),
  fc.constantFrom<Expression>({ kind: 'None', range }, { kind: 'Ellipsis', range }),
)

const binaryOperators: BinaryOperator[] = [
  '+',
  '-',
  '*',
  '/',
  '//',
  '%',
  '**',
  '@',
  '&',
  '|',
  '^',
  '<<',
  '>>',
]
const compareOperators: CompareOperator[] = ['<', '<=', '>', '>=', '==', '!=', 'in', 'not in', 'is', 'is not']

/** A type alias: fast-check's letrec takes no interface. */
type Trees = {
  expression: Expression
  target: Target
  item: Expression
}

const { expression: tree, target } = fc.letrec<Trees>(tie => {
  const sub = tie('expression')
  const some = fc.array(sub, { maxLength: 3 })
  const items = fc.array(tie('item'), { maxLength: 3 })
  const slicePart = fc.option(sub, { nil: undefined })
  const slice = fc.tuple(slicePart, slicePart, slicePart).map(
    ([lower, upper, step]): Expression => ({
      kind: 'Slice',
      range,
      ...(lower === undefined ? {} : { lower }),
      ...(upper === undefined ? {} : { upper }),
      ...(step === undefined ? {} : { step }),
    }),
  )
  const index = fc.oneof(
    sub,
    slice,
    fc
      .array(fc.oneof(sub, slice), { minLength: 1, maxLength: 3 })
      .map((elements): Expression => ({ kind: 'Tuple', range, elements })),
  )
  const clause = fc
    .tuple(tie('target'), sub, fc.array(sub, { maxLength: 2 }))
    .map(([to, iter, ifs]) => ({ kind: 'Comprehension' as const, range, target: to, iter, ifs }))
  const keywords = fc
    .uniqueArray(name, { maxLength: 2 })
    .chain(names =>
      fc.tuple(
        ...names.map(id =>
          sub.map(value => ({ kind: 'Keyword' as const, range, name: id, nameRange: range, value })),
        ),
      ),
    )
  return {
    item: fc.oneof(
      { weight: 4, arbitrary: sub },
      { weight: 1, arbitrary: sub.map((value): Expression => ({ kind: 'Starred', range, value })) },
    ),
    target: fc.oneof(
      { depthSize: 'small' },
      nameNode as fc.Arbitrary<Target>,
      fc
        .tuple(sub, name)
        .map(([value, attr]): Target => ({ kind: 'Attribute', range, value, attr, attrRange: range })),
      fc
        .array(tie('target'), { minLength: 1, maxLength: 3 })
        .map((elements): Target => ({ kind: 'Tuple', range, elements })),
      fc
        .array(tie('target'), { maxLength: 3 })
        .map((elements): Target => ({ kind: 'List', range, elements })),
    ),
    expression: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      leaf,
      text.map((value): Expression => ({ kind: 'Str', range, value })),
      fc.tuple(inBraces, nameNode, fc.constantFrom<'r' | 's' | undefined>('r', 's', undefined), inBraces).map(
        ([before, value, conversion, after]): Expression => ({
          kind: 'JoinedStr',
          range,
          parts: [
            ...(before === '' ? [] : [before]),
            { kind: 'FormattedValue', range, value, ...(conversion === undefined ? {} : { conversion }) },
            ...(after === '' ? [] : [`${after}{}"'\n`]),
          ],
        }),
      ),
      items.map((elements): Expression => ({ kind: 'Tuple', range, elements })),
      items.map((elements): Expression => ({ kind: 'List', range, elements })),
      fc.array(fc.tuple(sub, sub), { maxLength: 2 }).map(
        (entries): Expression => ({
          kind: 'Dict',
          range,
          entries: entries.map(([key, value]) => ({ key, value })),
        }),
      ),
      fc
        .tuple(fc.constantFrom('-' as const, '+' as const, '~' as const, 'not' as const), sub)
        .map(([op, operand]): Expression => ({ kind: 'Unary', range, op, operand })),
      fc
        .tuple(fc.constantFrom(...binaryOperators), sub, sub)
        .map(([op, left, right]): Expression => ({ kind: 'Binary', range, op, left, right })),
      fc
        .tuple(fc.constantFrom('and' as const, 'or' as const), fc.array(sub, { minLength: 2, maxLength: 3 }))
        .map(([op, values]): Expression => ({ kind: 'BoolOp', range, op, values })),
      fc
        .tuple(
          sub,
          fc.array(fc.tuple(fc.constantFrom(...compareOperators), sub), { minLength: 1, maxLength: 3 }),
        )
        .map(
          ([left, rest]): Expression => ({
            kind: 'Compare',
            range,
            left,
            ops: rest.map(([op]) => op),
            comparators: rest.map(([, right]) => right),
          }),
        ),
      fc
        .tuple(sub, sub, sub)
        .map(([test, body, orelse]): Expression => ({ kind: 'IfExp', range, test, body, orelse })),
      fc
        .tuple(sub, name)
        .map(([value, attr]): Expression => ({ kind: 'Attribute', range, value, attr, attrRange: range })),
      fc.tuple(sub, index).map(([value, at]): Expression => ({ kind: 'Subscript', range, value, index: at })),
      fc
        .tuple(sub, items, keywords)
        .map(([func, args, named]): Expression => ({ kind: 'Call', range, func, args, keywords: named })),
      fc
        .tuple(sub, fc.array(clause, { minLength: 1, maxLength: 2 }))
        .map(([element, generators]): Expression => ({ kind: 'ListComp', range, element, generators })),
      some.map((elements): Expression => ({ kind: 'List', range, elements })),
    ),
  }
})

const simple: fc.Arbitrary<Statement> = fc.oneof(
  fc
    .tuple(fc.array(target, { minLength: 1, maxLength: 2 }), tree)
    .map(([targets, value]): Statement => ({ kind: 'Assign', range, targets, value })),
  fc.tuple(fc.constantFrom(...binaryOperators), tree).map(
    ([op, value]): Statement => ({
      kind: 'AugAssign',
      range,
      target: { kind: 'Name', range, id: 'x' },
      op,
      value,
    }),
  ),
  tree.map((value): Statement => ({ kind: 'Return', range, value })),
  tree.map((value): Statement => ({ kind: 'Expr', range, value })),
  tree.map((value): Statement => ({ kind: 'Raise', range, value })),
  fc.tuple(tree, tree).map(([made, message]): Statement => ({ kind: 'Assert', range, test: made, message })),
  fc.constantFrom<Statement>({ kind: 'Pass', range }, { kind: 'Return', range }, { kind: 'Break', range }),
)

const statement: fc.Arbitrary<Statement> = fc.letrec<{ statement: Statement; block: Block }>(tie => ({
  block: fc
    .array(tie('statement'), { minLength: 1, maxLength: 3 })
    .map((body): Block => ({ kind: 'Block', range, body })),
  statement: fc.oneof(
    { depthSize: 'small' },
    simple,
    fc
      .tuple(
        fc.array(fc.tuple(tree, tie('block')), { minLength: 1, maxLength: 3 }),
        fc.option(tie('block'), { nil: undefined }),
      )
      .map(
        ([branches, orelse]): Statement => ({
          kind: 'If',
          range,
          branches: branches.map(([made, body]) => ({ test: made, body })),
          ...(orelse === undefined ? {} : { orelse }),
        }),
      ),
    fc
      .tuple(target, tree, tie('block'))
      .map(([to, iter, body]): Statement => ({ kind: 'For', range, target: to, iter, body })),
  ),
})).statement

describe('the printer', () => {
  test('prints random expressions so that they read as the same tree', () => {
    fc.assert(
      fc.property(tree, node => {
        const printed = printExpression(node)
        const { node: again, found } = expression(printed)
        expect(found, printed).toEqual([])
        expect(canonical(again), printed).toEqual(canonical(node))
      }),
      { numRuns: 1000, seed: 7 },
    )
  })

  test('prints random statements so that they read as the same tree', () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 4 }), body => {
        const printed = printBlock({ kind: 'Block', range, body })
        const { node: again, found } = forward(printed)
        expect(found, printed).toEqual([])
        expect(block(again), printed).toEqual(
          body.map(node => block({ kind: 'Block', range, body: [node] })[0]),
        )
      }),
      { numRuns: 300, seed: 7 },
    )
  })

  test.each([
    'x = a + b * c',
    'x = (a + b) * c',
    'x = -x ** 2',
    'x = (-x) ** 2',
    'x = not a or b',
    'x = not (a or b)',
    'x = a if b else c if d else e',
    'x = (a if b else c) if d else e',
    'x, (b, *c) = y[..., None, 1:, ::2], z[:, a + 1 :]',
    'a = b = f(x, *y, k=1.e-5)',
    "x = f'layer{i + 1}'".replaceAll("'", '"'),
    'return {"a": [i for i, j in x if i], "b": (x,)}',
    'x += a < b <= c',
    'assert x is not None, "x"',
    'del a, b',
  ])('keeps %j as it is', text => {
    expect(printBlock(forward(text).node)).toBe(`${text}\n`)
  })

  test('breaks long lines where black does', () => {
    const long = `attention_output = scaled_dot_product(query_states, key_states, value_states, attn_mask=attention_mask)`
    expect(printBlock(forward(`if a:\n  ${long}`).node)).toBe(
      [
        'if a:',
        '    attention_output = scaled_dot_product(',
        '        query_states,',
        '        key_states,',
        '        value_states,',
        '        attn_mask=attention_mask,',
        '    )',
        '',
      ].join('\n'),
    )
    const sum = Array.from({ length: 12 }, (_, i) => `hidden_state_${i}`)
    expect(printBlock(forward(`return ${sum.join(' + ')}`).node)).toBe(
      `return (\n    ${sum.join('\n    + ')}\n)\n`,
    )
  })

  test('prints functions with defaults, annotations and keyword-only params', () => {
    const text =
      'def f(self, x: Tensor, y=1, *, z: int = 2) -> Tensor:\n    if x:\n        return y\n    return z\n'
    const [node] = functions(text).node
    expect(node && printFunction(node)).toBe(text)
    expect(functionDef(functions(text).node[0]!)).toEqual(
      functionDef(functions(printFunction(node!)).node[0]!),
    )
  })

  test('refuses a tree with error nodes', () => {
    const broken: Node = expression('x + (yield)').node
    expect(() => printExpression(broken)).toThrow(UnprintableError)
    expect(() => printExpression(expression('x + y').node)).not.toThrow()
  })
})
