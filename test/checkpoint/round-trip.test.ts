import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  bytesOf,
  bytesSource,
  contiguousStride,
  describe as describeValue,
  elementCount,
  type FileDType,
  materialize,
  memoryStorage,
  open,
  PyByteArray,
  PyComplex,
  PyDict,
  PyFloat,
  PySet,
  PyTuple,
  type PyValue,
  StoredTensor,
  safetensorsNameOf,
  saveSafetensors,
  saveTorch,
  TorchSize,
  tensorOfBytes,
} from '../../runtime/checkpoint/index.ts'
import { canonical } from './reference.ts'

const DTYPES: FileDType[] = [
  'bool',
  'uint8',
  'int8',
  'int16',
  'int32',
  'int64',
  'float16',
  'bfloat16',
  'float32',
  'float64',
  'complex64',
  'uint16',
  'uint32',
  'uint64',
  'float8_e4m3fn',
  'float8_e5m2',
]

const shape = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 4 })

const denseTensor = fc
  .tuple(fc.constantFrom(...DTYPES), shape, fc.infiniteStream(fc.integer({ min: 0, max: 255 })), fc.boolean())
  .map(([dtype, dims, stream, parameter]) => {
    const bytes = Uint8Array.from(
      { length: elementCount(dims) * bytesOf(dtype) },
      () => stream.next().value ?? 0,
    )
    return tensorOfBytes(
      dtype,
      dims,
      bytes,
      parameter && dtype === 'float32' ? { cls: 'Parameter', requiresGrad: true } : {},
    )
  })

/** A window with permuted and stretched strides over a storage that is large enough. */
const stridedTensor = fc
  .tuple(
    fc.constantFrom(...DTYPES),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat(5)), { maxLength: 3 }),
    fc.nat(3),
  )
  .map(([dtype, dims, offset]) => {
    const span = dims.reduce((sum, [size, step]) => sum + (size - 1) * step, offset + 1)
    const bytes = Uint8Array.from({ length: span * bytesOf(dtype) }, (_, i) => (i * 37) & 255)
    return new StoredTensor({
      dtype,
      shape: dims.map(([size]) => size),
      stride: dims.map(([, step]) => step),
      offset,
      storage: memoryStorage(bytes),
    })
  })

const text = fc.string({ unit: 'grapheme', maxLength: 12 })
const bytes = fc.uint8Array({ maxLength: 20 })

const { tree } = fc.letrec<{ tree: PyValue; leaf: PyValue; key: PyValue }>(tie => ({
  leaf: fc.oneof(
    fc.constant(null),
    fc.boolean(),
    fc.maxSafeInteger(),
    fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }).filter(n => n > 2n ** 53n || n < -(2n ** 53n)),
    fc.double().map(value => new PyFloat(value)),
    text,
    bytes,
    bytes.map(value => new PyByteArray(value)),
    fc.tuple(fc.double(), fc.double()).map(([re, im]) => new PyComplex(re, im)),
    fc.array(fc.nat(), { maxLength: 3 }).map(dims => new TorchSize(dims)),
    denseTensor,
    stridedTensor,
  ),
  key: fc.oneof(
    fc.string({ maxLength: 8 }),
    fc.constantFrom('__proto__', 'constructor', '0', 'weight'),
    fc.integer(),
    fc.tuple(fc.integer(), fc.string({ maxLength: 3 })).map(items => new PyTuple(items)),
  ),
  tree: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    tie('leaf'),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(tie('tree'), { maxLength: 4 }).map(items => new PyTuple(items)),
    fc
      .tuple(
        fc.constantFrom('dict' as const, 'OrderedDict' as const),
        fc.array(fc.tuple(tie('key'), tie('tree')), { maxLength: 4 }),
      )
      .map(([kind, entries]) => new PyDict(kind, entries)),
    fc.array(tie('key'), { maxLength: 4 }).map(
      keys =>
        new PySet(
          new PyDict(
            'dict',
            keys.map(key => [key, true] as const),
          ),
        ),
    ),
  ),
}))

describe('what is saved is what is loaded', () => {
  test.each(['zip', 'legacy'] as const)('any value tree, through the %s format', async format => {
    await fc.assert(
      fc.asyncProperty(tree, async value => {
        const saved = await saveTorch(value, { format })
        const { value: again } = await open(bytesSource(saved))
        expect(canonical(await describeValue(again))).toBe(canonical(await describeValue(value)))
      }),
      { numRuns: 300, seed: 1 },
    )
  })

  test('objects that occur twice are one object again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(denseTensor, { minLength: 1, maxLength: 4 }),
        fc.array(fc.nat(3)),
        async (pool, picks) => {
          const list = picks.map(i => pool[i % pool.length] as StoredTensor)
          const again = (await open(bytesSource(await saveTorch(list)))).value as StoredTensor[]
          const groups = (items: readonly unknown[]) => items.map(item => items.indexOf(item))
          expect(groups(again)).toEqual(groups(list))
        },
      ),
      { numRuns: 100, seed: 2 },
    )
  })

  test('any tensors with safetensors dtypes, through a safetensors file', async () => {
    const named = fc.uniqueArray(
      fc.tuple(fc.string({ maxLength: 10 }), fc.oneof(denseTensor, stridedTensor)),
      {
        selector: ([name]) => name,
        maxLength: 6,
      },
    )
    await fc.assert(
      fc.asyncProperty(named, async entries => {
        const tensors = entries.filter(([, tensor]) => safetensorsNameOf(tensor.dtype) !== null)
        const { value } = await open(bytesSource(await saveSafetensors(tensors)))
        const dict = value as PyDict
        expect(dict.size).toBe(tensors.length)
        for (const [name, tensor] of tensors) {
          const again = dict.get(name) as StoredTensor
          expect(again.dtype).toBe(tensor.dtype)
          expect(again.shape).toEqual(tensor.shape)
          expect(again.stride).toEqual(contiguousStride(tensor.shape))
          expect(await materialize(again)).toEqual(new Uint8Array(await materialize(tensor)))
        }
      }),
      { numRuns: 200, seed: 3 },
    )
  })
})
