/** A spec's tree as the plain value that a JSON Schema judges. */
import type { Expression } from '../parse/python/ast.ts'
import type { SpecNode } from './spec-node.ts'

/** Nodes that could not be read become undefined. */
export function toJson(node: SpecNode): unknown {
  switch (node.kind) {
    case 'scalar':
      // Not numbers to JSON; as expressions they are.
      return typeof node.value === 'number' && !Number.isFinite(node.value) ? node.text.text : node.value
    case 'word':
      return node.text
    case 'expression':
      return literalJson(node.expr) ?? (node.expr.kind === 'None' ? null : node.text)
    case 'sequence':
      return node.items.map(toJson)
    case 'mapping': {
      // No prototype: a key can be `__proto__` or `constructor`.
      const object: Record<string, unknown> = Object.create(null)
      for (const pair of node.entries) object[pair.key.text] = toJson(pair.value)
      return object
    }
    case 'broken':
      return undefined
  }
}

/** The value of a literal; undefined for all other expressions. */
function literalJson(expr: Expression): unknown {
  switch (expr.kind) {
    case 'Int':
    case 'Float':
    case 'Bool':
      return expr.value
    case 'Unary': {
      const value = expr.op === '-' ? literalJson(expr.operand) : undefined
      return typeof value === 'number' ? -value : undefined
    }
    case 'List':
    case 'Tuple':
      return expr.elements.map(element => (element.kind === 'None' ? null : (literalJson(element) ?? '')))
    default:
      return undefined
  }
}

/** What a node is, in messages. */
export function describe(node: SpecNode): string {
  switch (node.kind) {
    case 'mapping':
      return 'a mapping'
    case 'sequence':
      return 'a list'
    case 'scalar':
      return { string: 'a string', int: 'an int', float: 'a float', bool: 'a bool', null: 'null' }[node.type]
    case 'expression':
      return describeExpression(node.expr)
    case 'word':
      return 'a name'
    case 'broken':
      return 'nothing'
  }
}

function describeExpression(expr: Expression): string {
  switch (expr.kind) {
    case 'Int':
      return 'an int'
    case 'Float':
      return 'a float'
    case 'Bool':
      return 'a bool'
    case 'None':
      return 'None'
    case 'List':
    case 'Tuple':
      return 'a list'
    case 'Unary':
      return describeExpression(expr.operand)
    default:
      return 'an expression'
  }
}
