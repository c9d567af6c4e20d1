/** Arguments of a definition, from its params, in the form of the module table's. */
import type { Arg, ArgKind } from '../../runtime/ops/args.ts'
import type { TypeExpr } from '../parse/python/ast.ts'
import type { ParamDecl } from '../spec/spec.ts'

/** The literals of an enum are those of strings; numbers in an enum are checked when they are evaluated. */
export function paramArgument(param: ParamDecl): Arg {
  const words = param.enum?.flatMap(item => (item.expr.kind === 'Str' ? [item.expr.value] : [])) ?? []
  const nullable = param.default?.expr.kind === 'None'
  const kind = param.type.kind === 'TypeExpr' ? kindOf(param.type) : 'operand?'
  return {
    name: param.name.name,
    kind: nullable ? (optionalKinds.find(optional => optional === `${kind}?`) ?? kind) : kind,
    required: param.default === null,
    default: undefined,
    ...(words.length > 0 ? { enum: words } : {}),
  }
}

const optionalKinds = [
  'int?',
  'float?',
  'bool?',
  'string?',
  'ints?',
  'floats?',
  'dtype?',
  'operand?',
  'tensor?',
] as const

/** Lists and module types have no literals that could be checked here beyond being lists or names. */
function kindOf(type: TypeExpr): ArgKind {
  switch (type.name) {
    case 'int':
      return 'int'
    case 'float':
      return 'float'
    case 'bool':
      return 'bool'
    case 'str':
      return 'string'
    case 'dtype':
      return 'dtype'
    case 'module':
      return 'tensor'
    default:
      return 'index'
  }
}
