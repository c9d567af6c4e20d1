/**
 * Syntax tree back to Python source: PEP 8 spacing, brackets only where they are needed, lines of at most 100 columns
 * where a bracket allows a break. `parse(print(tree))` is the same tree, except for ranges.
 */
import type { Block, Expression, FunctionDef, Header, Param, Statement } from './ast.ts'
import { printExpression, printTuple, UnprintableError } from './print-expression.ts'
import { wrap } from './print-wrap.ts'

const step = '    '

/** The statements of a block, each line behind `indent`, with a line break at the end. */
export function printBlock(block: Block, indent = ''): string {
  const body = block.body.length === 0 ? [`${indent}pass\n`] : block.body.map(node => statement(node, indent))
  return body.join('')
}

/** A function, with a line break at the end. */
export function printFunction(node: FunctionDef, indent = ''): string {
  return `${printHeader(node.header, indent)}${printBlock(node.body, indent + step)}`
}

/** `def name(params) -> returns:`, with a line break at the end. */
export function printHeader(header: Header, indent = ''): string {
  const returns = header.returns === undefined ? '' : ` -> ${printExpression(header.returns)}`
  const firstKeywordOnly = header.params.findIndex(param => param.keywordOnly)
  const params = header.params.map(parameter)
  if (firstKeywordOnly >= 0) params.splice(firstKeywordOnly, 0, '*')
  return `${indent}def ${header.name}(${params.join(', ')})${returns}:\n`
}

function parameter(param: Param): string {
  const annotation = param.annotation === undefined ? '' : `: ${printExpression(param.annotation)}`
  if (param.default === undefined) return param.name + annotation
  const equals = annotation === '' ? '=' : ' = '
  return `${param.name}${annotation}${equals}${printExpression(param.default)}`
}

function statement(node: Statement, indent: string): string {
  switch (node.kind) {
    case 'Assign':
      return line(indent, node.targets.map(target => `${printTuple(target)} = `).join(''), node.value)
    case 'AugAssign':
      return line(indent, `${printExpression(node.target)} ${node.op}= `, node.value)
    case 'Return':
      return node.value === undefined ? `${indent}return\n` : line(indent, 'return ', node.value)
    case 'Raise':
      return node.value === undefined ? `${indent}raise\n` : `${indent}raise ${printExpression(node.value)}\n`
    case 'Expr':
      return line(indent, '', node.value)
    case 'Pass':
      return `${indent}pass\n`
    case 'Break':
      return `${indent}break\n`
    case 'Continue':
      return `${indent}continue\n`
    case 'Assert': {
      const message = node.message === undefined ? '' : `, ${printExpression(node.message)}`
      return `${indent}assert ${printExpression(node.test)}${message}\n`
    }
    case 'Delete':
      return `${indent}del ${node.names.map(name => name.id).join(', ')}\n`
    case 'If': {
      const branches = node.branches.map(
        ({ test, body }, i) =>
          `${indent}${i === 0 ? 'if' : 'elif'} ${printExpression(test)}:\n${printBlock(body, indent + step)}`,
      )
      const orelse =
        node.orelse === undefined ? '' : `${indent}else:\n${printBlock(node.orelse, indent + step)}`
      return branches.join('') + orelse
    }
    case 'For':
      return `${indent}for ${printTuple(node.target)} in ${printTuple(node.iter)}:\n${printBlock(node.body, indent + step)}`
    case 'Error':
      throw new UnprintableError()
  }
}

/** A statement that ends with an expression. */
function line(indent: string, before: string, value: Expression): string {
  return `${indent}${before}${wrap(value, indent, indent.length + before.length)}\n`
}
