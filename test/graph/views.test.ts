/** Chains of views: composed as index arithmetic, they show the same elements as the plain evaluator's copies. */
import { describe, it } from 'vitest'
import type { Builder } from '../../runtime/ops/builder.ts'
import { type Computation, DEVICES, expectSame, sample } from '../support/device-check.ts'
import { plain } from '../support/plain-tensor.ts'

const transpose = <V>(b: Builder<V>, x: V): V => b.emit('permute', [x], { dims: [1, 0] })
const reshape = <V>(b: Builder<V>, x: V, shape: readonly number[]): V => b.emit('reshape', [x], { shape })
const reversed = <V>(b: Builder<V>, x: V): V => {
  const shape = b.aval(x).shape as readonly number[]
  return b.emit('slice', [x], {
    starts: shape.map(d => d - 1),
    lengths: shape,
    steps: shape.map(() => -1),
  })
}

const chains: Readonly<Record<string, Computation>> = {
  'a transpose that is reshaped': (b, [x]) => reshape(b, transpose(b, x!), [8, 3]),
  'a reshape back and forth': (b, [x]) => reshape(b, reshape(b, x!, [2, 12]), [6, 4]),
  'a slice of a transpose with negative steps': (b, [x]) =>
    b.emit('slice', [transpose(b, x!)], { starts: [3, 5], lengths: [2, 3], steps: [-2, -2] }),
  'a reversal of a reversal': (b, [x]) => reversed(b, reversed(b, x!)),
  'padding of a reversed slice': (b, [x]) =>
    b.emit('pad', [reversed(b, x!)], { low: [1, 2], high: [0, 1], value: 7 }),
  'padding twice': (b, [x]) => {
    const once = b.emit('pad', [x!], { low: [1, 1], high: [1, 1], value: 1 })
    return b.emit('pad', [once], { low: [2, 0], high: [0, 2], value: 2 })
  },
  'a slice out of padding only': (b, [x]) => {
    const padded = b.emit('pad', [x!], { low: [3, 0], high: [0, 0], value: 4 })
    return b.emit('slice', [padded], { starts: [0, 0], lengths: [3, 4], steps: [1, 1] })
  },
  'concatenation, transposed and sliced across the seam': (b, [x]) => {
    const joined = b.emit('cat', [x!, reversed(b, x!)], { dim: 0 })
    return b.emit('slice', [transpose(b, joined)], { starts: [0, 4], lengths: [4, 4], steps: [1, 1] })
  },
  'windows of a padded transpose': (b, [x]) => {
    const padded = b.emit('pad', [transpose(b, x!)], { low: [0, 1], high: [0, 1], value: 0 })
    return b.emit('window', [padded], { sizes: [2, 3], strides: [1, 2], dilations: [2, 1] })
  },
  'an expanded row, reshaped': (b, [x]) => {
    const row = b.emit('slice', [x!], { starts: [2, 0], lengths: [1, 4], steps: [1, 1] })
    return reshape(b, b.emit('expand', [row], { shape: [5, 4] }), [4, 5])
  },
  'a scalar, expanded': (b, [x]) => {
    const one = b.emit('slice', [x!], { starts: [5, 3], lengths: [1, 1], steps: [1, 1] })
    return b.emit('expand', [reshape(b, one, [1, 1, 1])], { shape: [2, 3, 1] })
  },
  'the sum of an array and its transpose': (b, [x]) => {
    const square = b.emit('slice', [x!], { starts: [0, 0], lengths: [4, 4], steps: [1, 1] })
    return b.emit('add', [square, transpose(b, square)], {})
  },
  'column sums of a reversed transpose': (b, [x]) =>
    b.emit('reduce_sum', [reversed(b, transpose(b, x!))], { dims: [0] }),
  'a product with transposed operands': (b, [x]) => b.emit('matmul', [transpose(b, x!), reversed(b, x!)], {}),
  'elements picked by computed positions': (b, [x]) => {
    const positions = b.emit('iota', [], { length: 3, dtype: 'int64' })
    const two = b.emit('full', [], { shape: [3], dtype: 'int64', value: 2n })
    return b.emit('take', [x!, b.emit('mul', [positions, two], {})], { dim: 0 })
  },
}

for (const device of DEVICES) {
  describe(`on ${device}`, () => {
    for (const [name, compute] of Object.entries(chains)) {
      it(`${name} shows the right elements`, () => {
        expectSame(device, [sample([6, 4])], compute, { relative: 1e-5, absolute: 1e-5 })
        expectSame(device, [sample([6, 4], 'int64')], compute)
      })
    }

    it('large transposes show the right elements', () => {
      expectSame(device, [sample([64, 48])], (b, [x]) => transpose(b, x!))
      expectSame(device, [sample([2, 32, 37])], (b, [x]) => b.emit('permute', [x!], { dims: [2, 0, 1] }))
      expectSame(device, [sample([32, 64])], (b, [x]) => {
        const turned = transpose(b, reversed(b, x!))
        return b.emit('add', [turned, reshape(b, x!, [64, 32])], {})
      })
    })

    it('views of nothing are nothing', () => {
      expectSame(device, [plain([], 'float32', [0, 4])], (b, [x]) => reversed(b, transpose(b, x!)))
      expectSame(device, [plain([], 'float32', [0, 4])], (b, [x]) =>
        b.emit('pad', [x!], { low: [1, 0], high: [1, 0], value: 3 }),
      )
    })
  })
}
