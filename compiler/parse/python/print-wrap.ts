/** Line breaks for expressions that are too long for a line, as black places them. */
import type { Comprehension, Expression } from './ast.ts'
import {
  at,
  binaryLevels,
  levels,
  printArguments,
  printClause,
  printExpression,
  printIndex,
  printTuple,
  subject,
} from './print-expression.ts'

const width = 100
const step = '    '

/** The expression behind `column` columns of text, in a statement indented by `indent`. */
export function wrap(node: Expression, indent: string, column: number): string {
  const flat = printTuple(node)
  if (column + flat.length <= width) return flat
  return brokenBracket(node, indent, column) ?? operands(node, indent) ?? flat
}

/** One line for each part of the last pair of brackets; undefined where there is none, or where its head is too long. */
function brokenBracket(node: Expression, indent: string, column: number): string | undefined {
  const inner = indent + step
  const element = (part: Expression) => nested(part, inner, inner.length + 1)
  const bracket = (open: string, parts: readonly string[], close: string) =>
    `${open}\n${parts.map(part => `${inner}${part},\n`).join('')}${indent}${close}`
  switch (node.kind) {
    case 'Tuple':
      return node.elements.length === 0 ? undefined : bracket('(', node.elements.map(element), ')')
    case 'List':
      return node.elements.length === 0 ? undefined : bracket('[', node.elements.map(element), ']')
    case 'Dict':
      return bracket(
        '{',
        node.entries.map(entry => `${printExpression(entry.key)}: ${printExpression(entry.value)}`),
        '}',
      )
    case 'Call': {
      const head = subject(node.func)
      if (column + head.length >= width || printArguments(node).length === 0) return undefined
      const keywords = node.keywords.map(
        keyword => `${keyword.name}=${nested(keyword.value, inner, inner.length + keyword.name.length + 2)}`,
      )
      return bracket(`${head}(`, [...node.args.map(element), ...keywords], ')')
    }
    case 'Subscript': {
      const head = subject(node.value)
      return column + head.length < width
        ? `${head}[\n${inner}${printIndex(node.index)}\n${indent}]`
        : undefined
    }
    case 'ListComp': {
      const clauses = node.generators.map(generator => clause(generator, inner))
      const key = node.key === undefined ? '' : `${printExpression(node.key)}: `
      const lines = [key + nested(node.element, inner, inner.length + key.length), ...clauses]
      const [open, close] = node.lazy === true ? '()' : node.key === undefined ? '[]' : '{}'
      return `${open}\n${lines.map(text => `${inner}${text}\n`).join('')}${indent}${close}`
    }
    case 'Starred': {
      const broken = brokenBracket(node.value, indent, column + 1)
      return broken === undefined ? undefined : `*${broken}`
    }
    default:
      return undefined
  }
}

/** One `for` of a comprehension, on a line of its own. */
function clause(node: Comprehension, indent: string): string {
  const flat = printClause(node)
  if (indent.length + flat.length <= width) return flat
  const head = `for ${printTuple(node.target)} in `
  const broken = brokenBracket(node.iter, indent, indent.length + head.length)
  const ifs = node.ifs.map(condition => ` if ${at(condition, levels.or)}`).join('')
  return broken === undefined ? flat : head + broken + ifs
}

/** An expression inside brackets. */
function nested(node: Expression, indent: string, column: number): string {
  const flat = printExpression(node)
  return column + flat.length <= width ? flat : (brokenBracket(node, indent, column) ?? flat)
}

/** A chain of operators in brackets, one line for each operand of the loosest operator. */
function operands(node: Expression, indent: string): string | undefined {
  const inner = indent + step
  const lines = chain(node)
  return lines === undefined ? undefined : `(\n${lines.map(part => `${inner}${part}\n`).join('')}${indent})`
}

function chain(node: Expression): readonly string[] | undefined {
  if (node.kind === 'BoolOp') {
    return node.values.map((value, i) => `${i === 0 ? '' : `${node.op} `}${at(value, levels[node.op] + 1)}`)
  }
  if (node.kind === 'IfExp') {
    return [
      at(node.body, levels.or),
      `if ${at(node.test, levels.or)}`,
      `else ${at(node.orelse, levels.conditional)}`,
    ]
  }
  if (node.kind !== 'Binary' || node.op === '**') return undefined
  const level = binaryLevels[node.op]
  const isSame = node.left.kind === 'Binary' && node.left.op !== '**' && binaryLevels[node.left.op] === level
  const left = isSame ? chain(node.left) : undefined
  return [...(left ?? [at(node.left, level)]), `${node.op} ${at(node.right, level + 1)}`]
}
