/** A value for an option: a default, or what a preset gives it. */
import type { ParamDecl, SpecExpr } from '../../spec/spec.ts'
import { type Code, code, property, str } from './code.ts'
import type { Context } from './context.ts'
import { expression } from './expression.ts'

export function optionValue(decl: ParamDecl | null, { text, expr }: SpecExpr, cx: Context): Code {
  const literal = decl?.enum?.some(e => (e.expr.kind === 'Str' ? e.expr.value : e.text) === text) === true
  if (literal && expr.kind === 'Name') return str(text)
  const isModule = decl?.type.kind === 'TypeExpr' && decl.type.name === 'module'
  if (isModule && expr.kind === 'Name') return code`nn.${property(expr.id)}`
  return expression(expr, cx)
}
