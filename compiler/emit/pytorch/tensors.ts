/** Bare parameters, buffers and ties as statements of a constructor. */
import type { Block, Expression, FunctionDef, Statement } from '../../parse/python/ast.ts'
import { assignedNames } from '../../parse/python/visit.ts'
import type { SpecExpr, TensorDecl, TieDecl } from '../../spec/spec.ts'
import { namesIn } from '../free-names.ts'
import type { ClassScope, Output } from './class-scope.ts'
import { register, registerBuffer } from './names.ts'
import type { Rewriter } from './rewrite.ts'
import * as py from './syntax.ts'

/** Statements, and functions of the class that compute values in several steps. */
export interface TensorCode {
  readonly statements: readonly Statement[]
  readonly makers: readonly FunctionDef[]
}

export function tensorCode(scope: ClassScope, output: Output): TensorCode {
  const makers: FunctionDef[] = []
  const { parameters, buffers } = scope.cls.plan.body
  const statements: Statement[] = []
  for (const decl of parameters) {
    const rewriter = scope.init()
    const grad = flag(decl.trainable, true, rewriter)
    const value = py.call(
      py.path('nn.Parameter'),
      [initial(decl, scope, output, makers)],
      grad === null ? [] : [py.keyword('requires_grad', grad)],
    )
    statements.push(register(keyOf(decl), 'parameter', perhaps(decl, value, rewriter)))
  }
  for (const decl of buffers) {
    const rewriter = scope.init()
    const value = perhaps(decl, initial(decl, scope, output, makers), rewriter)
    statements.push(...registerBuffer(keyOf(decl), value, flag(decl.persistent, true, rewriter)))
  }
  return { statements, makers }
}

const keyOf = (decl: TensorDecl): string => decl.key?.name ?? decl.name.name

const perhaps = (decl: TensorDecl, value: Expression, rewriter: Rewriter): Expression =>
  decl.when === null ? value : py.choose(rewriter.expression(decl.when.expr), value, py.none)

/** null where the flag has its usual value. */
function flag(value: SpecExpr | null, usual: boolean, rewriter: Rewriter): Expression | null {
  if (value === null || (value.expr.kind === 'Bool' && value.expr.value === usual)) return null
  return rewriter.expression(value.expr)
}

function initial(decl: TensorDecl, scope: ClassScope, output: Output, makers: FunctionDef[]): Expression {
  if (!('body' in decl.init)) return scope.init().expression(decl.init.expr)
  const [only] = decl.init.body
  if (decl.init.body.length === 1 && only?.kind === 'Return' && only.value !== undefined)
    return scope.init().expression(only.value)
  const { def, used } = maker(decl.name.name, decl.init, scope, output)
  makers.push(def)
  return py.call(
    py.path(`self.${def.header.name}`),
    used.map(name => scope.init().expression(py.name(name))),
  )
}

/** A block as a static method of the values that it needs. */
function maker(
  name: string,
  init: Block,
  scope: ClassScope,
  output: Output,
): { def: FunctionDef; used: readonly string[] } {
  const { names } = output.plan
  const locals = assignedNames(init)
  const free = namesIn(init)
  const used = scope.values.filter(v => free.has(v) && !locals.has(v))
  const range = { start: 0, end: 0 }
  const def: FunctionDef = {
    kind: 'FunctionDef',
    range,
    header: {
      kind: 'Header',
      range,
      name: names.fresh(`_make_${name}`).replace(/_$/, ''),
      nameRange: range,
      params: used.map(v => py.param(names.local(v))),
      returns: py.path('torch.Tensor'),
    },
    body: py.block(scope.init().with(locals).statements(init.body)),
  }
  return { def, used }
}

/** `b.weight = a.weight`: one tensor under several names. */
export function tieStatements(ties: readonly TieDecl[], scope: ClassScope): Statement[] {
  return ties.flatMap<Statement>(tie => {
    const [first, ...others] = tie.names
    if (first === undefined) return []
    const body = others.map(other => py.assign(scope.place(other.name) as never, scope.place(first.name)))
    return tie.when === null ? body : [py.when(scope.init().expression(tie.when.expr), body)]
  })
}
