/**
 * Every function that a kernel's text may call: those written in WGSL, and the elementary functions, which exist as IR for all
 * targets and are printed here. So they have the CPU's errors, not those that WGSL allows its own.
 */
import type { BinaryOp, Expr, UnaryOp } from '../ir.ts'
import { letVar } from '../ir.ts'
import { F32_BINARY, F32_RARELY, F32_UNARY } from '../math/f32.ts'
import { operands, visitExprs } from '../traverse.ts'
import { ExpressionPrinter } from './expression-printer.ts'
import { FLOAT_HELPERS } from './floats.ts'
import { type Helper, HelperSet, helperTable } from './helpers.ts'
import { INTEGER_HELPERS } from './integers.ts'

const WRITTEN = { ...INTEGER_HELPERS, ...FLOAT_HELPERS }

/** True of operations that are functions of the library though they could be written out: kernels would grow long. */
export function isFunction(e: Expr): boolean {
  if (e.kind === 'unary') return e.type === 'f32' && (e.op in F32_UNARY || e.op in F32_RARELY)
  if (e.kind === 'binary') return e.type === 'f32' && e.op in F32_BINARY
  return e.kind === 'cast' && (e.to === 'float16' || e.to === 'bfloat16')
}

/**
 * Sums and products that are used themselves and subtracted from or from something: the functions find rounding errors and
 * nearest integers so, and WGSL lets compilers calculate as if there were no rounding.
 */
function roundedParts(root: Expr): Set<Expr> {
  const uses = new Map<Expr, number>()
  const subtracted = new Set<Expr>()
  visitExprs([root], e => {
    for (const operand of operands(e)) uses.set(operand, (uses.get(operand) ?? 0) + 1)
    if (e.kind === 'binary' && e.op === 'sub') for (const operand of operands(e)) subtracted.add(operand)
  })
  const isRounded = (e: Expr) =>
    e.kind === 'binary' && e.type === 'f32' && (e.op === 'add' || e.op === 'sub' || e.op === 'mul')
  return new Set([...subtracted].filter(e => isRounded(e) && uses.get(e)! > 1))
}

function printed(): Readonly<Record<string, string>> {
  const [x, y] = [letVar('x', 'f32'), letVar('y', 'f32')]
  const functions: Record<string, string> = {}
  const define = (
    name: string,
    parameters: string,
    body: (print: (e: Expr) => string, lines: string[]) => void,
  ) => {
    const lines: string[] = []
    const none = (): never => {
      throw new TypeError('a function of numbers reads no memory')
    }
    const names = { variable: (v: Expr) => (v === x ? 'x' : 'y'), vectors: none, element: none, load: none }
    const kept = new Set<Expr>()
    const printer = new ExpressionPrinter(
      names,
      new HelperSet(WRITTEN),
      line => lines.push(`  ${line}`),
      e => kept.has(e),
    )
    const print = (e: Expr): string => {
      for (const exact of roundedParts(e)) kept.add(exact)
      return printer.statement([e])[0]!
    }
    body(print, lines)
    functions[`f32_${name}`] = [`fn f32_${name}(${parameters}) -> f32 {`, ...lines, '}'].join('\n')
  }
  for (const op of Object.keys(F32_UNARY) as UnaryOp[])
    define(op, 'x: f32', (print, lines) => lines.push(`  return ${print(F32_UNARY[op]!(x))};`))
  for (const op of Object.keys(F32_BINARY) as BinaryOp[])
    define(op, 'x: f32, y: f32', (print, lines) => lines.push(`  return ${print(F32_BINARY[op]!(x, y))};`))
  for (const op of Object.keys(F32_RARELY) as UnaryOp[]) {
    const { when, rarely, usually } = F32_RARELY[op]!(x)
    define(`${op}_huge`, 'x: f32', (print, lines) => lines.push(`  return ${print(rarely)};`))
    define(op, 'x: f32', (print, lines) => {
      lines.push(`  if (${print(when)}) { return f32_${op}_huge(x); }`)
      lines.push(`  return ${print(usually)};`)
    })
  }
  return functions
}

let table: Readonly<Record<string, Helper>> | null = null

/** An empty set of the library's functions. */
export function newHelpers(): HelperSet {
  table ??= { ...WRITTEN, ...helperTable(printed()) }
  return new HelperSet(table)
}
