/** The kernel IR as WGSL, against the reference interpreter. */
import { describe, expect, it } from 'vitest'
import {
  add,
  binary,
  bitcast,
  cast,
  compare,
  constF32,
  floordiv,
  get,
  hasBinary,
  hasUnary,
  load,
  mod,
  mul,
  select,
  sub,
  unary,
} from '../../runtime/kernels/expr.ts'
import type { Expr, Kernel, Stmt } from '../../runtime/kernels/ir.ts'
import { buffer, letVar, loopVar, REGISTER_TYPE, register, sharedArray } from '../../runtime/kernels/ir.ts'
import { interpret } from '../../runtime/kernels/reference/interpret.ts'
import { decode, STORAGE_CLASS, type Storage } from '../../runtime/kernels/reference/storage.ts'
import { alloc, barrier, define, forVar, kernel, loop, set, store } from '../../runtime/kernels/stmt.ts'
import { verify } from '../../runtime/kernels/verify.ts'
import { WASM_LIMITS } from '../../runtime/kernels/wasm/compile.ts'
import { codeOf, patternOf } from '../../runtime/kernels/wgsl/numbers.ts'
import { printKernel } from '../../runtime/kernels/wgsl/print-kernel.ts'
import type { WgslTarget } from '../../runtime/kernels/wgsl/target.ts'
import { DTYPES, type DType } from '../../runtime/ops/dtype.ts'
import { randomStorage, seeded } from '../kernels/agreement.ts'
import { BINARY, COMPARE, UNARY } from '../kernels/operations.ts'
import { gpu } from './open-gpu.ts'

const DTYPES_HERE = DTYPES.filter(dtype => dtype !== 'float64')
const LENGTH = 67

/** The shaders of a kernel alone. */
const printShaders = (k: Kernel, target: WgslTarget): { readonly code: string }[] =>
  printKernel(k, target).map(({ skeleton, numbers, bindings }) => ({
    code: codeOf(skeleton, patternOf(numbers), bindings.length),
  }))

/** A map over the inputs with several results. */
function mapKernel(
  outputs: readonly DType[],
  inputs: readonly DType[],
  f: (args: readonly Expr[]) => readonly Expr[],
): Kernel {
  const ins = inputs.map((dtype, i) => buffer(`x${i}`, dtype, LENGTH, 'read'))
  const outs = outputs.map((dtype, i) => buffer(`y${i}`, dtype, LENGTH, 'write'))
  const body = loop('i', LENGTH, 'grid', i =>
    f(ins.map(x => load(x, i))).map((value, at) => store(outs[at]!, i, value)),
  )
  return kernel('map', [...ins, ...outs], [body])
}

/** Runs a kernel on the GPU over copies of the arrays. */
async function runOnGpu(k: Kernel, storage: readonly Storage[]): Promise<Storage[]> {
  const device = gpu!
  const memories = storage.map(array => {
    const memory = device.alloc(array.byteLength)
    device.write(memory, new Uint8Array(array.buffer, array.byteOffset, array.byteLength))
    return memory
  })
  const executable = await device.compile({
    name: k.name,
    kernels: [k],
    slots: storage.map((_, index) => ({ kind: 'input', index })),
    dispatches: [{ kernel: 0, args: storage.map((_, slot) => ({ slot, offset: 0 })) }],
    inputs: storage.map(array => array.byteLength),
    outputs: [],
    scratchBytes: 0,
  })
  executable.run(memories, [])
  const results: Storage[] = []
  for (const [i, memory] of memories.entries()) {
    const bytes = await device.read(memory)
    const { dtype, length } = k.buffers[i]!
    results.push(new STORAGE_CLASS[dtype](bytes.buffer, bytes.byteOffset, length))
    device.free(memory)
  }
  return results
}

const near = (a: number, b: number, tolerance: number): boolean =>
  Object.is(a, b) ||
  a === b ||
  (Number.isFinite(a) && Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a))) ||
  // Numbers below the least normal one may be taken for zero.
  (Math.abs(a) < 2 ** -125 && Math.abs(b) < 2 ** -125)

/** Without numbers below the least normal float32, which WGSL may take for zero. */
function normal(dtype: DType, storage: Storage): Storage {
  if (dtype !== 'float32' && dtype !== 'bfloat16') return storage
  return storage.map(x => (Math.abs(Number(decode(dtype, x))) < 2 ** -126 ? 0 : x) as never) as Storage
}

async function expectAgreement(k: Kernel, seed: number, tolerance = 0): Promise<void> {
  verify(k)
  const storage = k.buffers.map((b, i) => normal(b.dtype, randomStorage(b.dtype, b.length, seeded(seed + i))))
  const expected = storage.map(array => array.slice())
  interpret(k, expected)
  const actual = await runOnGpu(k, storage)
  for (const [i, b] of k.buffers.entries()) {
    for (let at = 0; at < b.length; at++) {
      const [want, got] = [decode(b.dtype, expected[i]![at]!), decode(b.dtype, actual[i]![at]!)]
      const same =
        typeof want === 'number' && typeof got === 'number' ? near(want, got, tolerance) : want === got
      const inputs = k.buffers.filter(x => x.access === 'read').map((_, x) => String(storage[x]![at]))
      if (!same) expect.fail(`${b.name}[${at}] of (${inputs}) is ${String(got)}, not ${String(want)}`)
    }
  }
}

describe.skipIf(gpu === null)('WGSL computes as the reference does', () => {
  for (const dtype of ['bool', 'int32', 'int64', 'float32'] as const) {
    const type = REGISTER_TYPE[dtype]
    it.each(UNARY.filter(op => hasUnary(op, type)))(`${dtype} %s`, async op => {
      await expectAgreement(
        mapKernel([dtype], [dtype], ([x]) => [unary(op, x!)]),
        1,
        dtype === 'float32' ? 1e-6 : 0,
      )
    })
    it.each(BINARY.filter(op => hasBinary(op, type)))(`${dtype} %s`, async op => {
      const k = mapKernel([dtype], [dtype, dtype], ([x, y]) => [binary(op, x!, y!)])
      await expectAgreement(k, 2, dtype === 'float32' ? 1e-6 : 0)
    })
    it(`${dtype} comparisons and choices`, async () => {
      const k = mapKernel([...COMPARE.map(() => 'bool' as const), dtype], [dtype, dtype], ([x, y]) => [
        ...COMPARE.map(op => compare(op, x!, y!)),
        select(compare('le', x!, y!), x!, y!),
      ])
      await expectAgreement(k, 3)
    })
  }

  it.each(['div', 'floordiv', 'mod', 'fmod', 'shl', 'shr', 'pow'] as const)(
    'int32 %s with constants',
    async op => {
      const by = [1, 2, 3, 8, 31, 32, -1, -2, 0]
      const k = mapKernel(
        by.map(() => 'int32' as const),
        ['int32'],
        ([x]) => by.map(n => binary(op, x!, n)),
      )
      await expectAgreement(k, 5)
    },
  )

  it.each(DTYPES_HERE)('casts from %s to every other dtype', async from => {
    await expectAgreement(
      mapKernel(DTYPES_HERE, [from], ([x]) => DTYPES_HERE.map(to => cast(to, x!))),
      8,
    )
  })

  it('bits of floats and integers', async () => {
    await expectAgreement(
      mapKernel(['int32', 'float32'], ['float32', 'int32'], ([x, y]) => [bitcast(x!), bitcast(y!)]),
      7,
    )
  })

  it('products by tiles in shared memory', async () => {
    const [tiles, size, depth] = [2, 4, 3]
    const [m, k] = [tiles * size, depth * size]
    const a = buffer('a', 'float32', m * k, 'read')
    const b = buffer('b', 'float32', k * m, 'read')
    const y = buffer('y', 'float32', m * m, 'write')
    const [left, right] = [sharedArray('left', 'f32', size * size), sharedArray('right', 'f32', size * size)]
    const sum = register('sum', 'f32')
    const row = letVar('row', 'i32')
    const body = loop('gy', tiles, 'grid', gy => [
      loop('gx', tiles, 'grid', gx => [
        alloc(left),
        alloc(right, constF32(1)),
        loop('ly', size, 'local', ly => [
          loop('lx', size, 'local', lx => {
            const column = add(mul(gx, size), lx)
            const place = add(mul(ly, size), lx)
            return [
              define(row, add(mul(gy, size), ly)),
              alloc(sum, get(right, place)),
              barrier,
              loop('t', depth, 'seq', t => [
                set(left, load(a, add(mul(row, k), add(mul(t, size), lx))), place),
                set(right, load(b, add(mul(add(mul(t, size), ly), m), column)), place),
                barrier,
                loop('i', size, 'seq', i => [
                  set(
                    sum,
                    add(get(sum), mul(get(left, add(mul(ly, size), i)), get(right, add(mul(i, size), lx)))),
                  ),
                ]),
                barrier,
              ]),
              store(y, add(mul(row, m), column), get(sum)),
            ]
          }),
        ]),
      ]),
    ])
    const tiled = kernel('tiled', [a, b, y], [body])
    verify(tiled)
    const random = seeded(4)
    const storage = [a, b, y].map(({ length }) =>
      Float32Array.from({ length }, () => Math.floor(random() * 9) - 4),
    )
    const expected = storage.map(array => array.slice())
    interpret(tiled, expected)
    expect((await runOnGpu(tiled, storage))[2]).toEqual(expected[2])
  })

  it('quotients by the variable of loops that follow each other', async () => {
    const [x, y] = [buffer('x', 'float32', 12, 'read'), buffer('y', 'float32', 2, 'write')]
    const sum = register('sum', 'f32')
    const at = loopVar('at', 6)
    const summed = (): Stmt =>
      forVar(at, 6, 'seq', [
        loop('twice', 2, 'seq', j => [
          set(sum, add(get(sum), load(x, add(mul(floordiv(at, 2), 4), add(mod(at, 2), mul(j, 2)))))),
        ]),
      ])
    const each = loop('i', 2, 'grid', i => [
      alloc(sum, constF32(0)),
      loop('again', 2, 'seq', () => [summed(), summed()]),
      store(y, i, get(sum)),
    ])
    await expectAgreement(kernel('twice', [x, y], [each]), 12, 1e-6)
  })

  it('values that were named before a barrier', async () => {
    const y = buffer('y', 'float32', 8, 'readwrite')
    const mine = letVar('mine', 'f32')
    const swap = kernel(
      'swap',
      [y],
      [loop('i', 8, 'local', i => [define(mine, load(y, i)), barrier, store(y, sub(7, i), mine)])],
    )
    const [result] = await runOnGpu(swap, [Float32Array.from([0, 1, 2, 3, 4, 5, 6, 7])])
    expect([...(result as Float32Array)]).toEqual([7, 6, 5, 4, 3, 2, 1, 0])
  })

  it('neighbours in one word, written by many invocations at once', async () => {
    const length = 4096 + 3
    const x = buffer('x', 'int32', length, 'read')
    for (const dtype of ['uint8', 'bool', 'int16', 'bfloat16'] as const) {
      const y = buffer('y', dtype, length, 'write')
      const k = kernel(
        'narrow',
        [x, y],
        [loop('i', length, 'grid', i => [store(y, i, cast(dtype, load(x, i)))])],
      )
      await expectAgreement(k, 11)
    }
  })
})

describe('elements of float16', () => {
  const halves = mapKernel(['float16'], ['float16'], ([x]) => [add(x!, 1)])
  const target = { ...WASM_LIMITS, invocations: 256, groupsAlong: 65535, subgroups: false, halves: true }

  it('lie in memory by themselves where the target has them', () => {
    const [native] = printShaders(halves, target)
    expect(native!.code).toContain('array<f16>')
    expect(native!.code).not.toContain('atomic')
    const [packed] = printShaders(halves, { ...target, halves: false })
    expect(packed!.code).toContain('array<atomic<u32>>')
    expect(packed!.code).not.toContain('f16')
  })

  it.skipIf(gpu === null)('are used where the adapter has them', async () => {
    const adapter = await gpu!.gpu.requestAdapter()
    expect(gpu!.limits.halves).toBe(adapter!.features.has('shader-f16'))
  })
})

describe('elements that lie by fours', () => {
  const n = 48
  const [x, y] = [buffer('x', 'float32', n, 'read'), buffer('y', 'float32', n, 'write')]
  const target = { ...WASM_LIMITS, invocations: 256, groupsAlong: 65535, subgroups: false, halves: false }
  /** Twice the elements, in reverse order within each four, through shared memory. */
  const reversed = (shift: number) => {
    const shared = sharedArray('shared', 'f32', n + 4)
    const four = (make: (v: Expr) => Stmt) => loop('v', 4, 'unroll', v => [make(v)])
    return kernel(
      'fours',
      [x, y],
      [
        loop('g', 1, 'grid', () => [
          alloc(shared),
          loop('i', n / 4, 'local', i => [
            four(v => set(shared, load(x, add(mul(i, 4), v)), add(add(mul(i, 4), v), shift))),
            barrier,
            four(v => store(y, add(mul(i, 4), v), mul(get(shared, add(sub(mul(i, 4), v), 3 + shift)), 2))),
          ]),
        ]),
      ],
    )
  }

  it('are loaded and stored as vectors, in shared memory too', async () => {
    const [shader] = printShaders(reversed(0), target)
    expect(shader!.code.match(/array<vec4<f32>/g)).toHaveLength(3)
    expect(shader!.code).not.toContain('array<f32')
    if (gpu !== null) await expectAgreement(reversed(0), 12)
  })

  it('that do not begin at a multiple of four stay single', async () => {
    const [shader] = printShaders(reversed(1), target)
    expect(shader!.code).toContain(`array<f32, ${n + 4}>`)
    if (gpu !== null) await expectAgreement(reversed(1), 13)
  })
})
