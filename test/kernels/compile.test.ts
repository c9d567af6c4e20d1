import { describe, expect, it } from 'vitest'
import { add, cast, constF32, constI32, get, load, mul, unary } from '../../runtime/kernels/expr.ts'
import { buffer, type Kernel, register, sharedArray } from '../../runtime/kernels/ir.ts'
import { alloc, kernel, loop, set, store } from '../../runtime/kernels/stmt.ts'
import { compileModule, gridExtent, scratchBytes, wasmImports } from '../../runtime/kernels/wasm/compile.ts'
import { type Entry, instantiate } from './run-wasm.ts'

const [x, y] = [buffer('x', 'float32', 64, 'read'), buffer('y', 'float32', 64, 'write')]
const map = (name: string, f: (value: ReturnType<typeof load>) => ReturnType<typeof load>): Kernel =>
  kernel(
    name,
    [x, y],
    [
      loop('r', 4, 'grid', r => [
        loop('c', 16, 'vector', c => [store(y, add(mul(r, 16), c), f(load(x, add(mul(r, 16), c))))]),
      ]),
    ],
  )

function filled(): WebAssembly.Memory {
  const memory = new WebAssembly.Memory({ initial: 1 })
  new Float32Array(memory.buffer, 64, 64).forEach((_, i, all) => {
    all[i] = i / 16
  })
  return memory
}

describe('compiled modules', () => {
  it('hold several kernels over one memory, each under its number', () => {
    const memory = filled()
    const [double, sine, cosine] = instantiate(
      [map('double', v => mul(v, 2)), map('sine', v => unary('sin', v)), map('cosine', v => unary('cos', v))],
      memory,
    )
    const result = (run: Entry) => {
      run(64, 512, 0, 0, 4)
      return new Float32Array(memory.buffer, 512, 64)[10]
    }
    expect(result(double!)).toBe(1.25)
    expect(result(sine!)).toBe(Math.fround(Math.sin(0.625)))
    expect(result(cosine!)).toBe(Math.fround(Math.cos(0.625)))
  })

  it('run the part of the grid that a call names, and nothing for an empty part', () => {
    const memory = filled()
    const k = map('copy', v => v)
    const [copy] = instantiate([k], memory)
    expect(gridExtent(k)).toBe(4)
    const out = new Float32Array(memory.buffer, 512, 64)
    out.fill(-1)
    copy!(64, 512, 0, 2, 2)
    expect(out.every(v => v === -1)).toBe(true)
    copy!(64, 512, 0, 1, 3)
    expect([out[15], out[16], out[47], out[48]]).toEqual([-1, 1, 47 / 16, -1])
  })

  it('are the same bytes for the same kernels', () => {
    const bytes = () =>
      compileModule([map('a', v => unary('exp', v))], { sharedMemory: false, relaxedSimd: false })
    expect(bytes()).toEqual(bytes())
  })

  it('say how much scratch memory a kernel needs', () => {
    const shared = sharedArray('s', 'f64', 5)
    const k = kernel(
      'k',
      [y],
      [alloc(shared), loop('i', 5, 'seq', i => [set(shared, cast('float64', i), i)])],
    )
    expect(scratchBytes(k)).toBe(48)
    expect(scratchBytes(map('copy', v => v))).toBe(0)
  })

  it('run over shared memory', () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    new Float32Array(memory.buffer, 64, 64).fill(3)
    const { bytes } = compileModule([map('double', v => mul(v, 2))], {
      sharedMemory: true,
      relaxedSimd: false,
    })
    const instance = new WebAssembly.Instance(new WebAssembly.Module(bytes), wasmImports(memory))
    ;(instance.exports.k0 as Entry)(64, 512, 0, 0, 4)
    expect(new Float32Array(memory.buffer, 512, 64)[63]).toBe(6)
  })
})

const acc = register('acc', 'f32')
const dot = kernel(
  'dot',
  [x, y],
  [
    alloc(acc, constF32(0)),
    loop('i', 64, 'vector', i => [set(acc, add(get(acc), mul(load(x, i), load(x, i))))]),
    store(y, constI32(0), get(acc)),
  ],
)
const hasRelaxedSimd = WebAssembly.validate(
  compileModule([dot], { sharedMemory: false, relaxedSimd: true }).bytes,
)

describe('fused multiply-add', () => {
  it.skipIf(!hasRelaxedSimd)('(needs relaxed SIMD in the engine) gives the same sum but for rounding', () => {
    const memory = filled()
    const [run] = instantiate([dot], memory, true)
    run!(64, 512, 0, 0, 1)
    let want = 0
    for (let i = 0; i < 64; i++) want += (i / 16) ** 2
    expect(new Float32Array(memory.buffer, 512, 1)[0]).toBeCloseTo(want, 3)
  })

  it('is used only where asked for', () => {
    const { bytes: plain } = compileModule([dot], { sharedMemory: false, relaxedSimd: false })
    const { bytes: fused } = compileModule([dot], { sharedMemory: false, relaxedSimd: true })
    expect(WebAssembly.validate(plain)).toBe(true)
    expect(fused).not.toEqual(plain)
  })
})
