/** The syntax tree as nested arrays, in the form that the oracle's canonical.py makes of CPython's `ast`. */
import type { Block, Expression, FunctionDef, If, Statement } from '../../compiler/parse/python/ast.ts'

export type Canonical = string | number | boolean | null | readonly Canonical[]

/** Numbers that JSON has not are written as CPython's repr does. */
const float = (value: number): Canonical => (Number.isFinite(value) ? value : value > 0 ? 'inf' : 'nan')

const optional = (node: Expression | undefined): Canonical => (node === undefined ? null : expression(node))

/** An expression, without positions. */
export function expression(node: Expression): Canonical {
  switch (node.kind) {
    case 'Name':
      return ['Name', node.id]
    case 'Int':
      return ['Int', String(node.value)]
    case 'Float':
      return ['Float', float(node.value)]
    case 'Str':
      return ['Str', node.value]
    case 'JoinedStr':
      return [
        'JoinedStr',
        ...node.parts.map(part =>
          typeof part === 'string'
            ? part
            : ['Format', expression(part.value), part.conversion ?? null, optional(part.spec)],
        ),
      ]
    case 'Bool':
      return ['Bool', node.value]
    case 'None':
    case 'Ellipsis':
      return [node.kind]
    case 'Tuple':
    case 'List':
      return [node.kind, ...node.elements.map(expression)]
    case 'Dict':
      return ['Dict', ...node.entries.map(entry => [expression(entry.key), expression(entry.value)])]
    case 'Unary':
      return ['Unary', node.op, expression(node.operand)]
    case 'Binary':
      return ['Binary', node.op, expression(node.left), expression(node.right)]
    case 'BoolOp':
      return ['BoolOp', node.op, ...node.values.map(expression)]
    case 'Compare':
      return ['Compare', expression(node.left), ...node.ops, ...node.comparators.map(expression)]
    case 'IfExp':
      return ['IfExp', expression(node.test), expression(node.body), expression(node.orelse)]
    case 'Attribute':
      return ['Attribute', expression(node.value), node.attr]
    case 'Subscript':
      return ['Subscript', expression(node.value), expression(node.index)]
    case 'Slice':
      return ['Slice', optional(node.lower), optional(node.upper), optional(node.step)]
    case 'Call':
      return [
        'Call',
        expression(node.func),
        node.args.map(expression),
        node.keywords.map(keyword => [keyword.name, expression(keyword.value)]),
      ]
    case 'Starred':
      return ['Starred', expression(node.value)]
    case 'ListComp':
      return [
        node.key === undefined ? 'ListComp' : 'DictComp',
        ...(node.key === undefined ? [] : [expression(node.key)]),
        expression(node.element),
        ...node.generators.map(clause => [
          expression(clause.target),
          expression(clause.iter),
          ...clause.ifs.map(expression),
        ]),
      ]
    case 'Error':
      return ['Error']
  }
}

function ifStatement(node: If, from = 0): Canonical {
  const branch = node.branches[from]
  if (branch === undefined) throw new Error('an if has a branch')
  const isLast = from === node.branches.length - 1
  const orelse = !isLast ? [ifStatement(node, from + 1)] : node.orelse ? block(node.orelse) : []
  return ['If', expression(branch.test), block(branch.body), orelse]
}

/** A statement, without positions and annotations. */
export function statement(node: Statement): Canonical {
  switch (node.kind) {
    case 'Assign':
      return ['Assign', node.targets.map(expression), expression(node.value)]
    case 'AugAssign':
      return ['AugAssign', expression(node.target), node.op, expression(node.value)]
    case 'Return':
      return ['Return', optional(node.value)]
    case 'If':
      return ifStatement(node)
    case 'For':
      return ['For', expression(node.target), expression(node.iter), block(node.body)]
    case 'Expr':
      return ['Expr', expression(node.value)]
    case 'Assert':
      return ['Assert', expression(node.test), optional(node.message)]
    case 'Raise':
      return ['Raise', optional(node.value)]
    case 'Delete':
      return ['Delete', ...node.names.map(expression)]
    case 'Pass':
    case 'Break':
    case 'Continue':
    case 'Error':
      return [node.kind]
  }
}

/** The statements of a block. */
export function block(node: Block): readonly Canonical[] {
  return node.body.map(statement)
}

/** A function with its params and their annotations. */
export function functionDef(node: FunctionDef): Canonical {
  const { header } = node
  return [
    'Def',
    header.name,
    header.params.map(param => [
      param.name,
      optional(param.annotation),
      optional(param.default),
      param.keywordOnly,
    ]),
    optional(header.returns),
    block(node.body),
  ]
}
