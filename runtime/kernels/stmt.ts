/** Builders of statements: thin, so that kernels read as loops. */

import { constI32, isConst } from './expr.ts'
import type {
  Alloc,
  Barrier,
  Bind,
  Buffer,
  Expr,
  For,
  If,
  Kernel,
  Let,
  LocalArray,
  SetLocal,
  Stmt,
  Store,
  Var,
} from './ir.ts'
import { loopVar } from './ir.ts'

/** `for (name = 0; name < extent; name++)`, with the body made from the loop variable. */
export function loop(name: string, extent: number, bind: Bind, body: (i: Var) => readonly Stmt[]): For {
  const variable = loopVar(name, extent)
  return { kind: 'for', variable, extent, bind, body: body(variable) }
}

/** A loop over a variable that exists already (made by `loopVar` with the same extent). */
export function forVar(variable: Var, extent: number, bind: Bind, body: readonly Stmt[]): For {
  return { kind: 'for', variable, extent, bind, body }
}

/** Names a value of this point of the program. */
export function define(variable: Var, value: Expr): Let {
  return { kind: 'let', variable, value }
}

/** Allocates an array, filled with `init` if given. */
export function alloc(array: LocalArray, init: Expr | null = null): Alloc {
  return { kind: 'alloc', array, init }
}

/** array[index] = value; the index defaults to 0, for scalars. */
export function set(array: LocalArray, value: Expr, index: Expr = constI32(0)): SetLocal {
  return { kind: 'set', array, index, value }
}

/** buffer[index] = value, where `mask` holds. */
export function store(buffer: Buffer, index: Expr, value: Expr, mask: Expr | null = null): Store {
  const always = mask !== null && isConst(mask) && mask.value === true
  return { kind: 'store', buffer, index, value, mask: always ? null : mask }
}

/** `if (condition) body`. */
export function when(condition: Expr, body: readonly Stmt[]): If {
  return { kind: 'if', condition, body }
}

export const barrier: Barrier = { kind: 'barrier', combine: null }

/** A kernel. Its buffers are its arguments, in this order. */
export function kernel(name: string, buffers: readonly Buffer[], body: readonly Stmt[]): Kernel {
  return { name, buffers, body }
}
