/** Expressions to Python source on one line, with the brackets that precedence asks for and no others. */
import type { BinaryOperator, Call, Comprehension, Expression, JoinedStr } from './ast.ts'
import { quoted, quotedFormat } from './print-string.ts'

/** A tree with an error node has no source text: its diagnostics are to be shown instead. */
export class UnprintableError extends Error {
  readonly code = 'python/unprintable'
  constructor() {
    super('a syntax tree with error nodes cannot be printed')
  }
}

/** How tightly an expression binds, loosest first. */
export const levels = {
  tuple: 0,
  conditional: 1,
  or: 2,
  and: 3,
  not: 4,
  compare: 5,
  bitOr: 6,
  unary: 12,
  power: 13,
  primary: 15,
} as const

/** Levels of binary operators; from `bitOr` up to below `unary`, and `power`. */
export const binaryLevels: Readonly<Record<BinaryOperator, number>> = {
  '|': 6,
  '^': 7,
  '&': 8,
  '<<': 9,
  '>>': 9,
  '+': 10,
  '-': 10,
  '*': 11,
  '/': 11,
  '//': 11,
  '%': 11,
  '@': 11,
  '**': 13,
}

/** The level of an expression as it is printed without brackets around it. */
function levelOf(node: Expression): number {
  switch (node.kind) {
    case 'IfExp':
      return levels.conditional
    case 'BoolOp':
      return levels[node.op]
    case 'Unary':
      return node.op === 'not' ? levels.not : levels.unary
    case 'Compare':
      return levels.compare
    case 'Binary':
      return binaryLevels[node.op]
    default:
      return levels.primary
  }
}

/** An expression where a single one is expected: tuples have brackets. */
export function printExpression(node: Expression): string {
  return at(node, levels.conditional)
}

/** An expression where several may stand: non-empty tuples have no brackets. */
export function printTuple(node: Expression): string {
  if (node.kind !== 'Tuple' || node.elements.length === 0) return printExpression(node)
  return commas(node.elements)
}

/** Elements separated by commas, one alone with a comma after it. */
function commas(elements: readonly Expression[]): string {
  return elements.length === 1 ? `${element(elements[0]!)},` : elements.map(element).join(', ')
}

const element = (node: Expression): string => at(node, levels.conditional)

/** An expression in a place that takes what binds at least as tightly as `level`. */
export function at(node: Expression, level: number): string {
  const text = bare(node)
  return levelOf(node) < level ? `(${text})` : text
}

function bare(node: Expression): string {
  switch (node.kind) {
    case 'Name':
      return node.id
    case 'Int':
    case 'Float':
      return node.text
    case 'Str':
      return quoted(node.value)
    case 'JoinedStr':
      return joined(node)
    case 'Bool':
      return node.value ? 'True' : 'False'
    case 'None':
      return 'None'
    case 'Ellipsis':
      return '...'
    case 'Tuple':
      return `(${node.elements.length === 0 ? '' : commas(node.elements)})`
    case 'List':
      return `[${node.elements.map(element).join(', ')}]`
    case 'Dict':
      return `{${node.entries.map(entry => `${element(entry.key)}: ${element(entry.value)}`).join(', ')}}`
    case 'Unary':
      return node.op === 'not'
        ? `not ${at(node.operand, levels.not)}`
        : node.op + at(node.operand, levels.unary)
    case 'Binary':
      return binary(node.op, node.left, node.right)
    case 'BoolOp':
      return node.values.map(value => at(value, levels[node.op] + 1)).join(` ${node.op} `)
    case 'Compare':
      return [
        at(node.left, levels.bitOr),
        ...node.comparators.map((comparator, i) => `${node.ops[i]} ${at(comparator, levels.bitOr)}`),
      ].join(' ')
    case 'IfExp':
      return `${at(node.body, levels.or)} if ${at(node.test, levels.or)} else ${at(node.orelse, levels.conditional)}`
    case 'Attribute':
      return `${subject(node.value)}.${node.attr}`
    case 'Subscript':
      return `${subject(node.value)}[${printIndex(node.index)}]`
    case 'Slice':
      return slice(node.lower, node.upper, node.step)
    case 'Call':
      return `${subject(node.func)}(${printArguments(node).join(', ')})`
    case 'Starred':
      return `*${at(node.value, levels.bitOr)}`
    case 'ListComp':
      if (node.lazy === true)
        return `(${element(node.element)} ${node.generators.map(printClause).join(' ')})`
      return node.key === undefined
        ? `[${element(node.element)} ${node.generators.map(printClause).join(' ')}]`
        : `{${element(node.key)}: ${element(node.element)} ${node.generators.map(printClause).join(' ')}}`
    case 'Error':
      throw new UnprintableError()
  }
}

/** What an attribute, index or call belongs to. A number needs brackets: `1.real` is no attribute. */
export function subject(node: Expression): string {
  return node.kind === 'Int' || node.kind === 'Float' ? `(${node.text})` : at(node, levels.primary)
}

/** `**` groups from the right, and takes a sign on its right; everything else groups from the left. */
function binary(op: BinaryOperator, left: Expression, right: Expression): string {
  const level = binaryLevels[op]
  return op === '**'
    ? `${at(left, levels.power + 1)} ** ${at(right, levels.unary)}`
    : `${at(left, level)} ${op} ${at(right, level + 1)}`
}

function slice(lower?: Expression, upper?: Expression, step?: Expression): string {
  const bounds = [lower, upper, ...(step === undefined ? [] : [step])]
  const isSimple = bounds.every(bound => bound === undefined || levelOf(bound) >= levels.unary)
  const texts = bounds.map(bound => (bound === undefined ? '' : element(bound)))
  if (isSimple) return texts.join(':')
  // The colon is then the operator of the lowest priority, with spaces around it (PEP 8).
  return texts
    .map((text, i) => (i === 0 ? text : text === '' ? ' :' : ` : ${text}`))
    .join('')
    .trimStart()
}

/** What stands in the square brackets. */
export function printIndex(index: Expression): string {
  return index.kind === 'Tuple' && index.elements.length > 0 ? commas(index.elements) : element(index)
}

/** Arguments of a call, each with its name or star, in an order that Python takes. */
export function printArguments(node: Call): readonly string[] {
  return [
    ...node.args.map(element),
    ...node.keywords.map(keyword => `${keyword.name}=${element(keyword.value)}`),
  ]
}

/** `for target in iter if ...` of a comprehension. */
export function printClause(node: Comprehension): string {
  const ifs = node.ifs.map(condition => ` if ${at(condition, levels.or)}`).join('')
  return `for ${printTuple(node.target)} in ${at(node.iter, levels.or)}${ifs}`
}

function joined(node: JoinedStr): string {
  return quotedFormat(node, value => printTuple(value))
}
