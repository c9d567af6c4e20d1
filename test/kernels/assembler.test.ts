import { describe, expect, it } from 'vitest'
import { FunctionBuilder } from '../../runtime/kernels/wasm/function-builder.ts'
import { type FunctionType, ModuleEncoder, type WasmType } from '../../runtime/kernels/wasm/module.ts'
import { leb, OPCODE, signedLeb } from '../../runtime/kernels/wasm/opcodes.ts'

const MEMORY = { module: 'env', name: 'memory', shared: false }

function run(
  type: FunctionType,
  locals: readonly WasmType[],
  code: readonly number[],
  memory = new WebAssembly.Memory({ initial: 1 }),
): (...args: unknown[]) => unknown {
  const module = new ModuleEncoder(MEMORY)
  module.exportFunction('f', module.addFunction(type, locals, code))
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), { env: { memory } })
  return instance.exports.f as (...args: unknown[]) => unknown
}

describe('the assembler', () => {
  it('encodes numbers as LEB128', () => {
    expect(leb(0)).toEqual([0])
    expect(leb(127)).toEqual([0x7f])
    expect(leb(624485)).toEqual([0xe5, 0x8e, 0x26])
    expect(leb(4294967295)).toEqual([0xff, 0xff, 0xff, 0xff, 0x0f])
    expect(signedLeb(-1)).toEqual([0x7f])
    expect(signedLeb(64)).toEqual([0xc0, 0x00])
    expect(signedLeb(-123456)).toEqual([0xc0, 0xbb, 0x78])
    expect(signedLeb(-(2n ** 63n))).toHaveLength(10)
  })

  it('makes a function that adds', () => {
    const code = [...OPCODE['local.get'], 0, ...OPCODE['local.get'], 1, ...OPCODE['i32.add']]
    const add = run({ parameters: ['i32', 'i32'], results: ['i32'] }, [], code)
    expect(add(2, 40)).toBe(42)
  })

  it('passes 64-bit integers as bigints and keeps every bit of literals', () => {
    for (const value of [0n, -1n, 2n ** 63n - 1n, -(2n ** 63n), 0x123456789abcdefn]) {
      const constant = run(
        { parameters: [], results: ['i64'] },
        [],
        [...OPCODE['i64.const'], ...signedLeb(value)],
      )
      expect(constant()).toBe(value)
    }
  })

  it('groups locals of mixed types', () => {
    const locals: WasmType[] = ['i32', 'i32', 'v128', 'f64', 'i32']
    const code = [...OPCODE['f64.const'], 0, 0, 0, 0, 0, 0, 0xf8, 0x3f, ...OPCODE['local.tee'], 3]
    expect(run({ parameters: [], results: ['f64'] }, locals, code)()).toBe(1.5)
  })

  it('calls imported functions', () => {
    const module = new ModuleEncoder(MEMORY)
    const type: FunctionType = { parameters: ['f64'], results: ['f64'] }
    const index = module.importFunction('host', 'double', type)
    expect(module.importFunction('host', 'double', type)).toBe(index)
    module.exportFunction(
      'f',
      module.addFunction(type, [], [...OPCODE['local.get'], 0, ...OPCODE.call, ...leb(index)]),
    )
    const imports = {
      env: { memory: new WebAssembly.Memory({ initial: 1 }) },
      host: { double: (x: number) => x * 2 },
    }
    const instance = new WebAssembly.Instance(new WebAssembly.Module(module.encode()), imports)
    expect((instance.exports.f as (x: number) => number)(21)).toBe(42)
  })

  it('imports a shared memory where it says so, and refuses the other kind', () => {
    const module = new ModuleEncoder({ ...MEMORY, shared: true })
    module.exportFunction('f', module.addFunction({ parameters: [], results: [] }, [], []))
    const compiled = new WebAssembly.Module(module.encode())
    const shared = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true })
    expect(new WebAssembly.Instance(compiled, { env: { memory: shared } }).exports.f).toBeTypeOf('function')
    const plain = new WebAssembly.Memory({ initial: 1 })
    expect(() => new WebAssembly.Instance(compiled, { env: { memory: plain } })).toThrow(
      WebAssembly.LinkError,
    )
  })
})

describe('the function builder', () => {
  it('computes a common subexpression once, and before the loop that it does not depend on', () => {
    const b = new FunctionBuilder(['i32', 'i32'])
    const [pointer, n] = [b.parameter(0), b.parameter(1)]
    b.loop(b.i32(0), b.i32(4), 1, i => {
      const square = b.op('i32.mul', 'i32', [n, n])
      expect(b.op('i32.mul', 'i32', [n, n])).toBe(square)
      expect(square.depth).toBe(0)
      const address = b.op('i32.add', 'i32', [pointer, b.op('i32.shl', 'i32', [i, b.i32(2)])])
      b.effect('i32.store', [address, b.op('i32.add', 'i32', [square, i])], [0, 0])
    })
    const { locals, code } = b.finish()
    const memory = new WebAssembly.Memory({ initial: 1 })
    run({ parameters: ['i32', 'i32'], results: [] }, locals, code, memory)(16, 5)
    expect([...new Int32Array(memory.buffer, 16, 5)]).toEqual([25, 26, 27, 28, 0])
    const products = code.filter(byte => byte === OPCODE['i32.mul'][0])
    expect(products).toHaveLength(1)
  })

  it('does not overwrite, in a later iteration, what an outer scope computed for an inner loop', () => {
    const b = new FunctionBuilder(['i32', 'i32'])
    const [pointer, n] = [b.parameter(0), b.parameter(1)]
    b.loop(b.i32(0), b.i32(2), 1, outer => {
      for (const by of [3, 5]) {
        b.loop(b.i32(0), b.i32(2), 1, inner => {
          const hoisted = b.op('i32.mul', 'i32', [n, b.i32(by)])
          const row = b.op('i32.mul', 'i32', [outer, b.i32(16)])
          const at = b.op('i32.add', 'i32', [b.op('i32.shl', 'i32', [inner, b.i32(2)]), row])
          const address = b.op('i32.add', 'i32', [pointer, at])
          b.effect('i32.store', [address, hoisted], [0, ...leb(by === 3 ? 0 : 8)])
        })
      }
    })
    const { locals, code } = b.finish()
    const memory = new WebAssembly.Memory({ initial: 1 })
    run({ parameters: ['i32', 'i32'], results: [] }, locals, code, memory)(0, 7)
    expect([...new Int32Array(memory.buffer, 0, 8)]).toEqual([21, 21, 35, 35, 21, 21, 35, 35])
  })
})
