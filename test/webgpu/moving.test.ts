/** Tensors and checkpoints on their way to WebGPU and back: exact, and one tensor at a time. */
import { statSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { DigitsCNN } from '../../generated/tutorial/digits-cnn.ts'
import {
  fileSource,
  open,
  openPath,
  PyDict,
  type StoredTensor,
  save,
  stateDictsOf,
  tensorOf,
} from '../../runtime/checkpoint/index.ts'
import { type DType, nn, stateDictFromStored, type Tensor, tensor } from '../../runtime/index.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { gpu } from './open-gpu.ts'

const scratch = scratchFolder()

const stored: readonly (readonly [string, StoredTensor])[] = [
  ['wide', tensorOf(new BigInt64Array([2n ** 53n + 1n, -(2n ** 62n) - 3n, 0n, -1n]))],
  ['float', tensorOf(new Float32Array([0.1, -1e30, 3]))],
  ['byte', tensorOf(new Uint8Array([0, 255, 7, 1, 2]))],
  ['short', tensorOf(new Int16Array([-32768, 32767, 5]))],
  ['bool', tensorOf(new Uint8Array([1, 0, 1]), [3], 'bool')],
  ['half', tensorOf(new Uint16Array([0x3c00, 0xc000, 1]), [3], 'float16')],
  ['brain', tensorOf(new Uint16Array([0x3f80, 0xc000, 1]), [3], 'bfloat16')],
  ['empty', tensorOf(new Float32Array(0), [0, 3])],
]

describe.skipIf(gpu === null)('checkpoints on webgpu', { timeout: 180_000 }, () => {
  it.each(['pt', 'safetensors'])(
    'of .%s are put there by mapLocation, every element exactly',
    async format => {
      const file = scratch.path(`mixed.${format}`)
      await save(new PyDict('OrderedDict', stored), file)
      const checkpoint = await open(file, { mapLocation: 'webgpu' })
      const state = await stateDictFromStored(stateDictsOf(checkpoint)[0]!.tensors)
      const expected = await stateDictFromStored(stored)
      expect([...state.keys()].sort()).toEqual(stored.map(([key]) => key).sort())
      for (const [key, there] of state) {
        expect([key, there.device, there.dtype]).toEqual([key, gpu, expected.get(key).dtype])
        const bytes = async (t: Tensor) => new Uint8Array((await t.data()).slice().buffer)
        expect(await bytes(there), key).toEqual(await bytes(expected.get(key)))
        expect(await bytes(await there.toDevice('cpu')), key).toEqual(await bytes(expected.get(key)))
      }
      await checkpoint.close()
    },
  )

  it('with float64 are refused by key, with a hint', async () => {
    const doubles = [['norm.weight', tensorOf(new Float64Array([1]))]] as const
    await expect(stateDictFromStored(doubles, { device: 'webgpu' })).rejects.toThrow(
      expect.objectContaining({
        code: 'op/unsupported',
        message: expect.stringContaining("'norm.weight' is float64"),
        hint: expect.stringContaining('cpu'),
      }),
    )
  })

  it('go into the buffers of the GPU without a second copy in the memory of the host', async () => {
    const [count, length] = [48, 2 ** 20]
    const file = scratch.path('large.safetensors')
    const part = new Float32Array(length).fill(0.5)
    const layers = Array.from({ length: count }, (_, i) => [`layer${i}`, tensorOf(part)] as const)
    await save(new PyDict('OrderedDict', layers), file)
    const source = await fileSource(file)
    let most = 0
    const base = process.memoryUsage().arrayBuffers
    const watched = {
      ...source,
      size: source.size,
      name: source.name,
      read: async (from: number, to: number) => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - base)
        return source.read(from, to)
      },
      readInto: async (target: Uint8Array, from: number) => {
        most = Math.max(most, process.memoryUsage().arrayBuffers - base)
        return source.readInto!(target, from)
      },
    }
    const checkpoint = await open(watched, { mapLocation: 'webgpu' })
    const before = gpu!.stats().bytesWritten
    const state = await stateDictFromStored(stateDictsOf(checkpoint)[0]!.tensors)
    await source.close?.()
    expect(gpu!.stats().bytesWritten - before).toBe(count * length * 4)
    // One tensor, and what else there is.
    expect(most).toBeLessThan(16 * 2 ** 20)
    console.log(
      `${statSync(file).size >> 20} MiB to webgpu held at most ${most >> 20} MiB of the host's memory`,
    )
    expect((await state.get('layer47').data())[length - 1]).toBe(0.5)
    for (const t of state.values()) t.dispose()
  })

  it('of a model move with it, bit for bit, and the model computes there', async () => {
    const model = nn.skipInit(() => new DigitsCNN())
    const file = path.resolve(import.meta.dirname, '../../examples/digits/digits.pt')
    const checkpoint = await openPath(file)
    await nn.loadCheckpoint(await model.to('webgpu'), checkpoint)
    await checkpoint.close()
    expect(nn.deviceOf(model)).toBe(gpu)
    const there = new Map<string, unknown>()
    for (const [key, value] of model.stateDict()) there.set(key, [...(await value.data())])
    await model.to('cpu')
    for (const [key, value] of model.stateDict())
      expect([...(await value.data())], key).toEqual(there.get(key))
  })
})

describe.skipIf(gpu === null)('uploads to webgpu', () => {
  it('of memory that threads share arrive, with lengths that are no multiple of a word', async () => {
    const shared = new Uint8Array(new SharedArrayBuffer(16)).map((_, i) => 7 * i)
    for (const length of [16, 13, 1]) {
      const memory = gpu!.alloc(length)
      gpu!.write(
        memory,
        new Uint8Array(new SharedArrayBuffer(length)).map((_, i) => shared[i]!),
      )
      expect([...(await gpu!.read(memory))]).toEqual([...shared.subarray(0, length)])
      gpu!.free(memory)
    }
  })

  it.each(['int64', 'int32', 'uint8'] satisfies DType[])('of %s come back as they were', async dtype => {
    const values = dtype === 'int64' ? [9007199254740993n, -9223372036854775808n] : [255, 0, 17]
    const x = tensor(values as number[], { dtype, device: 'webgpu' })
    expect([...(await x.data())]).toEqual(values)
    x.dispose()
  })
})
