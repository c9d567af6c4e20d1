/** Kernels to one WebAssembly module, and what it imports. */

import type { Kernel, Limits, UnaryOp } from '../ir.ts'
import { floatUnary, integerPower, power } from '../semantics.ts'
import { erf, erfc } from '../special.ts'
import { kernelKey } from '../text.ts'
import { sharedArrays } from '../traverse.ts'
import type { Target } from './environment.ts'
import { SPARE_BYTES } from './memory-ops.ts'
import { ModuleEncoder } from './module.ts'
import { gridExtent, printKernel } from './print-kernel.ts'
import { splitBarriers } from './split-barriers.ts'

export interface CompileOptions {
  /** The imported memory is shared (made with `shared: true`). */
  readonly sharedMemory: boolean
  /** Fused multiply-add may be used; it rounds differently. */
  readonly relaxedSimd: boolean
}

/** WebAssembly's 128-bit vectors, on x86-64 and arm64 hosts. */
export const WASM_LIMITS: Limits = {
  vector: 4,
  registers: 16,
  sharedBytes: 2 ** 20,
  invocations: 1,
  offsetAlignment: 1,
  buffers: Number.POSITIVE_INFINITY,
  bindingBytes: Number.POSITIVE_INFINITY,
}

export interface CompiledModule {
  readonly bytes: Uint8Array<ArrayBuffer>
  /** For each kernel, whether it calls functions of the host: such a kernel runs only where these are at hand. */
  readonly callsHost: readonly boolean[]
}

/**
 * The module of several kernels. Kernel number i is exported as `k${i}`, a function of i32 arguments: the address of
 * each buffer, of scratch memory (for shared arrays, see `scratchBytes`), and the first and last-plus-one iteration of
 * its grid (0 and `gridExtent(kernel)` for all).
 * It imports `env.memory` and functions of `host`: see `wasmImports`. The memory must have `SPARE_BYTES` before the
 * first buffer and after the last.
 * @throws KernelError for what this target cannot express
 */
export function compileModule(kernels: readonly Kernel[], options: CompileOptions): CompiledModule {
  const module = new ModuleEncoder({ module: 'env', name: 'memory', shared: options.sharedMemory })
  let called = false
  const target: Target = {
    limits: WASM_LIMITS,
    fusedMultiplyAdd: options.relaxedSimd,
    host: (name, type, arity) => {
      called = true
      return module.importFunction('host', name, {
        parameters: arity === 1 ? [type] : [type, type],
        results: [type],
      })
    },
  }
  /** Equal kernels are printed once: layers of one shape differ in what follows them, not in how they pack and transform. */
  const printed = new Map<string, { readonly number: number; readonly callsHost: boolean }>()
  const callsHost = kernels.map((kernel, i) => {
    const key = kernelKey(kernel)
    let known = printed.get(key)
    if (known === undefined) {
      called = false
      const { parameters, locals, code } = printKernel(kernel, target)
      known = { number: module.addFunction({ parameters, results: [] }, locals, code), callsHost: called }
      printed.set(key, known)
    }
    module.exportFunction(`k${i}`, known.number)
    return known.callsHost
  })
  return { bytes: module.encode(), callsHost }
}

/** Bytes of scratch memory that one call of the kernel needs. */
export function scratchBytes(kernel: Kernel): number {
  const size = { bool: 1, i32: 4, i64: 8, f32: 4, f64: 8 }
  return sharedArrays(splitBarriers(kernel.body)).reduce(
    (sum, a) => sum + Math.ceil((a.size * size[a.type]) / 16) * 16,
    0,
  )
}

const HOST_UNARY: readonly UnaryOp[] = [
  'exp',
  'expm1',
  'log',
  'log2',
  'log1p',
  'sin',
  'cos',
  'tan',
  'asin',
  'acos',
  'atan',
  'sinh',
  'cosh',
  'tanh',
  'asinh',
  'acosh',
  'atanh',
]

/** The import object of every compiled module. */
export function wasmImports(memory: WebAssembly.Memory): WebAssembly.Imports {
  const host: Record<string, (...args: never[]) => number | bigint> = {
    erf,
    erfc,
    pow: power,
    atan2: Math.atan2,
    fmod: (x: number, y: number) => x % y,
    ipow: (x: bigint, y: bigint) => integerPower(x, y, 64),
  }
  for (const op of HOST_UNARY) host[op] = floatUnary(op)
  return { env: { memory }, host }
}

export { gridExtent, SPARE_BYTES }
