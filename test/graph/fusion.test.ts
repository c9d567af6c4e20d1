/** What is fused, and that fusing changes no result. */

import { describe, expect, it } from 'vitest'
import { getDevice } from '../../runtime/devices/registry.ts'
import { fuse, type Group } from '../../runtime/graph/fuse.ts'
import { planGraph } from '../../runtime/graph/plan.ts'
import { graphOf, trace } from '../../runtime/graph/trace.ts'
import { WASM_LIMITS } from '../../runtime/kernels/wasm/compile.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import type { Builder } from '../../runtime/ops/builder.ts'
import { applyRow, type FunctionRow } from '../../runtime/ops/function.ts'
import { functions } from '../../runtime/ops/functions/index.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { F } from '../../runtime/tensor/functional.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'
import { type Computation, DEVICES, expectClose, expectSame, sample } from '../support/device-check.ts'
import { onDevice, toPlain } from '../support/on-device.ts'
import { PlainBuilder } from '../support/plain-builder.ts'
import type { PlainTensor } from '../support/plain-tensor.ts'

const SUM = { relative: 2e-5, absolute: 2e-5 }

/** The groups that a computation is scheduled as, each as its fold and root. */
function groups(inputs: readonly PlainTensor[], compute: Computation): string[] {
  const tensors = inputs.map(x => onDevice(x, 'reference'))
  const { node } = compute(builderOf(getDevice('reference')), tensors)
  const describeGroup = ({ root, fold }: Group) =>
    fold === null || fold === root ? root.operation!.op : `${fold.operation!.op}>${root.operation!.op}`
  return fuse(graphOf(trace([node]), [node]), WASM_LIMITS).groups.map(describeGroup)
}

const constant = <V>(b: Builder<V>, like: V, value: number): V =>
  b.emit('full', [], { ...b.aval(like), value })

/** [n] as [1, n, 1, 1], repeated to the shape of x. */
function channels<V>(b: Builder<V>, v: V, x: V): V {
  const { shape } = b.aval(x)
  return b.emit('expand', [b.emit('reshape', [v], { shape: [1, shape[1]!, 1, 1] })], { shape })
}

const conv = {
  strides: [1, 1],
  padding: [
    [1, 1],
    [1, 1],
  ] as const,
  dilations: [1, 1],
  groups: 1,
}

const chains: Readonly<Record<string, { inputs: PlainTensor[]; compute: Computation; groups: string[] }>> = {
  'a chain of elementwise operations is one kernel': {
    inputs: [sample([5, 7]), sample([5, 7], 'float32', 2)],
    compute: (b, [x, y]) => {
      const a = b.emit('add', [b.emit('mul', [x!, y!], {}), x!], {})
      return b.emit('maximum', [b.emit('sub', [a, y!], {}), constant(b, a, 0)], {})
    },
    groups: ['maximum'],
  },
  'bias and activation melt into a product': {
    inputs: [sample([6, 8]), sample([8, 5], 'float32', 2), sample([5], 'float32', 3)],
    compute: (b, [x, w, bias]) => {
      const y = b.emit('matmul', [x!, w!], {})
      const row = b.emit('expand', [b.emit('reshape', [bias!], { shape: [1, 5] })], { shape: [6, 5] })
      const z = b.emit('add', [y, row], {})
      return b.emit('maximum', [z, constant(b, z, 0)], {})
    },
    groups: ['matmul>maximum'],
  },
  'a bias in another shape melts into a product': {
    inputs: [sample([6, 8]), sample([8, 5], 'float32', 2), sample([5], 'float32', 3)],
    compute: (b, [x, w, bias]) => {
      const y = b.emit('reshape', [b.emit('matmul', [x!, w!], {})], { shape: [2, 3, 5] })
      const row = b.emit('expand', [b.emit('reshape', [bias!], { shape: [1, 1, 5] })], { shape: [2, 3, 5] })
      return b.emit('permute', [b.emit('add', [y, row], {})], { dims: [1, 2, 0] })
    },
    groups: ['matmul>permute'],
  },
  'a folded norm, an activation and a residual melt into a convolution': {
    inputs: [
      sample([2, 3, 6, 6]),
      sample([4, 3, 3, 3], 'float32', 2),
      sample([4], 'float32', 3),
      sample([2, 4, 6, 6], 'float32', 4),
    ],
    compute: (b, [x, w, scale, residual]) => {
      const y = b.emit('conv', [x!, w!], conv)
      const z = b.emit('add', [b.emit('mul', [y, channels(b, scale!, y)], {}), residual!], {})
      return b.emit('maximum', [z, constant(b, z, 0)], {})
    },
    groups: ['conv>maximum'],
  },
  'two convolutions that are added are two kernels': {
    inputs: [sample([1, 3, 5, 5]), sample([2, 3, 3, 3], 'float32', 2), sample([2, 3, 3, 3], 'float32', 3)],
    compute: (b, [x, v, w]) =>
      b.emit('add', [b.emit('conv', [x!, v!], conv), b.emit('conv', [x!, w!], conv)], {}),
    groups: ['conv', 'conv>add'],
  },
  'a result that is used twice is stored with its activation': {
    inputs: [sample([4, 6]), sample([6, 4], 'float32', 2)],
    compute: (b, [x, w]) => {
      const y = b.emit('matmul', [x!, w!], {})
      const h = b.emit('maximum', [y, constant(b, y, 0)], {})
      return b.emit('matmul', [h, b.emit('permute', [h], { dims: [1, 0] })], {})
    },
    groups: ['matmul>maximum', 'matmul'],
  },
  'a sum takes what comes before and after it': {
    inputs: [sample([5, 9])],
    compute: (b, [x]) => {
      const s = b.emit('reduce_sum', [b.emit('mul', [x!, x!], {})], { dims: [1] })
      return b.emit('sqrt', [s], {})
    },
    groups: ['reduce_sum>sqrt'],
  },
  'softmax is one kernel, row by row': {
    inputs: [sample([5, 9])],
    compute: (b, [x]) => {
      const { shape } = b.aval(x!)
      const rows = <V>(b2: Builder<V>, v: V): V =>
        b2.emit('expand', [b2.emit('reshape', [v], { shape: [shape[0]!, 1] })], { shape })
      const e = b.emit(
        'exp',
        [b.emit('sub', [x!, rows(b, b.emit('reduce_max', [x!], { dims: [1] }))], {})],
        {},
      )
      return b.emit('div', [e, rows(b, b.emit('reduce_sum', [e], { dims: [1] }))], {})
    },
    groups: ['div'],
  },
  'a scalar that costs much is stored as one element, not as its repetitions': {
    inputs: [sample([1]), sample([4, 6], 'float32', 2)],
    compute: (b, [s, x]) => {
      const power = b.emit('pow', [s!, b.emit('exp', [s!], {})], {})
      const wide = b.emit('expand', [b.emit('reshape', [power], { shape: [1, 1] })], { shape: [4, 6] })
      return b.emit('mul', [x!, wide], {})
    },
    groups: ['reshape', 'mul'],
  },
  'a pool reads a stored activation, not a recomputed one': {
    inputs: [sample([1, 2, 8, 8]), sample([2, 2, 3, 3], 'float32', 2)],
    compute: (b, [x, w]) => {
      const y = b.emit('conv', [x!, w!], conv)
      const h = b.emit('maximum', [y, constant(b, y, 0)], {})
      const windows = b.emit('window', [h], { sizes: [3, 3], strides: [2, 2], dilations: [1, 1] })
      return b.emit('reduce_max', [windows], { dims: [4, 5] })
    },
    groups: ['conv>maximum', 'reduce_max'],
  },
}

/** A function of the table, on whatever builder: its first tensors are the inputs. */
function f(name: keyof typeof functions, named: Readonly<Record<string, unknown>>): Computation {
  return <V>(b: Builder<V>, inputs: readonly V[]): V => {
    const row: FunctionRow = functions[name]
    const own = row.args.filter(a => a.kind.startsWith('tensor')).map((a, i) => [a.name, inputs[i] ?? null])
    const isTensor = (v: unknown): v is V => inputs.includes(v as V)
    return applyRow(b, row, bindArgs(row.args, [], { ...Object.fromEntries(own), ...named }, isTensor)) as V
  }
}

const wide = [sample([6, 40]), sample([40], 'float32', 2), sample([40], 'float32', 3)]
const image = sample([2, 6, 3, 8])
const six = [sample([6], 'float32', 2), sample([6], 'float32', 3)]
const classes = (): PlainTensor => {
  const labels = sample([6], 'int64', 5)
  return { ...labels, data: labels.data.map((_, i) => BigInt(i)) as typeof labels.data }
}

/** Layers as those of a transformer: each adds a product of the normalised sum of those before it. */
const residuals =
  (layers: number): Computation =>
  <V>(b: Builder<V>, [x, w]: readonly V[]): V => {
    const norm = f('layer_norm', { normalized_shape: [40] })
    let y: V = x!
    for (let i = 0; i < layers; i++) y = b.emit('add', [y, b.emit('matmul', [norm(b, [y]), w!], {})], {})
    return norm(b, [y])
  }

/** What reduces each row more than once: by how many kernels it is computed. */
const rows: Readonly<Record<string, { inputs: PlainTensor[]; compute: Computation; kernels: number }>> = {
  'softmax along rows': { inputs: [wide[0]!], compute: f('softmax', { dim: -1 }), kernels: 1 },
  'softmax across memory': { inputs: [image], compute: f('softmax', { dim: 1 }), kernels: 1 },
  'softmax of the first axis': { inputs: [sample([5, 512])], compute: f('softmax', { dim: 0 }), kernels: 1 },
  'softmax of float16': {
    inputs: [sample([6, 40], 'float16')],
    compute: f('softmax', { dim: -1 }),
    kernels: 1,
  },
  log_softmax: { inputs: [wide[0]!], compute: f('log_softmax', { dim: 1 }), kernels: 1 },
  logsumexp: { inputs: [wide[0]!], compute: f('logsumexp', { dim: 1 }), kernels: 1 },
  'variance of rows': { inputs: [wide[0]!], compute: f('var', { dim: 1 }), kernels: 1 },
  layer_norm: { inputs: wide, compute: f('layer_norm', { normalized_shape: [40] }), kernels: 1 },
  rms_norm: { inputs: wide.slice(0, 2), compute: f('rms_norm', { normalized_shape: [40] }), kernels: 1 },
  group_norm: { inputs: [image, ...six], compute: f('group_norm', { num_groups: 3 }), kernels: 1 },
  instance_norm: { inputs: [image], compute: f('instance_norm', {}), kernels: 1 },
  'layer_norm between the layers of a deep chain of residuals': {
    inputs: [wide[0]!, sample([40, 40], 'float32', 4)],
    compute: residuals(16),
    kernels: 33,
  },
  'layer_norm of rows longer than a block of sums': {
    inputs: [sample([8, 8192])],
    compute: f('layer_norm', { normalized_shape: [8192] }),
    kernels: 1,
  },
  'cross_entropy: the logarithms, their sum, and the mean': {
    inputs: [wide[0]!, classes()],
    compute: f('cross_entropy', {}),
    kernels: 3,
  },
  'rows that are too long to stay in cache': {
    inputs: [sample([1, 20000])],
    compute: f('softmax', { dim: 1 }),
    kernels: 4,
  },
}

it('attention of any length is one kernel, which needs no memory for scores', () => {
  const b = builderOf(getDevice('reference'))
  const qkv = onDevice(sample([1, 64, 3 * 16]), 'reference')
  const heads = [0, 1, 2].map(i => {
    const part = F.narrow(qkv, 2, 16 * i, 16)
    return F.permute(part.reshape([1, 64, 2, 8]), [0, 2, 1, 3])
  }) as [Tensor, Tensor, Tensor]
  const mask = F.tril(F.ones([64, 64], { device: 'reference' })).gt(0)
  const attended = F.scaledDotProductAttention(...heads, { attn_mask: mask })
  const { node } = b.emit('permute', [attended], { dims: [0, 2, 1, 3] })
  const { program } = planGraph(graphOf(trace([node]), [node]), getDevice('reference'))
  expect(program.kernels).toHaveLength(1)
  expect(program.scratchBytes).toBe(0)
})

describe('reductions of the same rows are one kernel', () => {
  for (const [name, { inputs, compute, kernels }] of Object.entries(rows)) {
    it(name, () => expect(groups(inputs, compute)).toHaveLength(kernels))
    for (const device of DEVICES)
      it(`${name}, with the right elements on ${device}`, () => expectSame(device, inputs, compute, SUM))
  }
})

for (const [name, { inputs, compute, groups: expected }] of Object.entries(chains)) {
  it(`${name}`, () => expect(groups(inputs, compute)).toEqual(expected))
}

it('equal steps over different blocks of memory share their kernels', () => {
  const device = getDevice('reference')
  const b = builderOf(device)
  const [x, w] = [onDevice(sample([6, 2, 3]), 'reference'), onDevice(sample([3, 3]), 'reference')]
  let h = b.emit('full', [], { shape: [2, 3], dtype: 'float32', value: 0 })
  const states = []
  for (let t = 0; t < 6; t++) {
    const block = b.emit('slice', [x], { starts: [t, 0, 0], lengths: [1, 2, 3], steps: [1, 1, 1] })
    const step = b.emit('reshape', [block], { shape: [2, 3] })
    h = b.emit('tanh', [b.emit('add', [b.emit('matmul', [h, w], {}), step], {})], {})
    states.push(b.emit('reshape', [h], { shape: [1, 2, 3] }))
  }
  const { node } = b.emit('cat', states, { dim: 0 })
  const { program } = planGraph(graphOf(trace([node]), [node]), device)
  // Every step is a product (the first one of zeros) and a copy into the result.
  expect(program.dispatches.length).toBeGreaterThanOrEqual(12)
  expect(program.kernels.length).toBeLessThanOrEqual(5)
  expect(Math.max(...program.kernels.map(k => k.buffers.length))).toBeLessThanOrEqual(4)
})

it('a weight that several products share is packed once', () => {
  const device = getDevice('cpu')
  const b = builderOf(device)
  let h = onDevice(sample([64, 8]), 'cpu')
  const w = onDevice(sample([8, 8]), 'cpu')
  for (let t = 0; t < 3; t++)
    h = b.emit('tanh', [b.emit('matmul', [h, b.emit('permute', [w], { dims: [1, 0] })], {})], {})
  const { program } = planGraph(graphOf(trace([h.node]), [h.node]), device)
  expect(program.dispatches.map(({ kernel }) => /pack/.test(program.kernels[kernel]!.name))).toEqual([
    true,
    false,
    false,
    false,
  ])
})

it('an image that lies across memory is brought into rows before a convolution', () => {
  const inputs = [sample([1, 20, 3]), sample([4, 3, 3], 'float32', 2)]
  const compute: Computation = (b, [x, w]) =>
    b.emit('conv', [b.emit('permute', [x!], { dims: [0, 2, 1] }), w!], {
      strides: [1],
      padding: [[1, 1]],
      dilations: [1],
      groups: 1,
    })
  expect(groups(inputs, compute)).toEqual(['permute', 'conv'])
})

for (const device of DEVICES) {
  describe(`on ${device}`, () => {
    for (const [name, { inputs, compute }] of Object.entries(chains))
      it(`gives the right elements where ${name}`, () => expectSame(device, inputs, compute, SUM))

    it('gives the same bits whether half precision is fused or not', () => {
      const x = sample([64], 'float16')
      const y = sample([64], 'float16', 2)
      const b = builderOf(getDevice(device))
      const [tx, ty] = [onDevice(x, device), onDevice(y, device)]
      const product = b.emit('mul', [tx, ty], {})
      const fused = b.emit('add', [product, b.emit('exp', [ty], {})], {})
      const whole = toPlain(fused)
      product.dataSync()
      expect(toPlain(b.emit('add', [product, b.emit('exp', [ty], {})], {})).data).toEqual(whole.data)
    })

    it('computes two thousand operations in a row', () => {
      const deep = <V>(b: Builder<V>, inputs: readonly V[]): V => {
        const [x] = inputs
        let y: V = inputs[0]!
        for (let i = 0; i < 2000; i++) y = b.emit('add', [y, i % 7 === 0 ? x! : y], {})
        return y
      }
      const x = sample([3], 'int64')
      const result = deep(builderOf(getDevice(device)), [onDevice(x, device)])
      expectClose(toPlain(result), deep(new PlainBuilder(), [x]))
    })

    it('does not blow up where a value is combined with a shifted copy of itself again and again', () => {
      const doubling = <V>(b: Builder<V>, inputs: readonly V[]): V => {
        let y: V = inputs[0]!
        for (let i = 0; i < 24; i++) {
          const padded = b.emit('pad', [y], { low: [1], high: [0], value: 0 })
          const shifted = b.emit('slice', [padded], { starts: [0], lengths: [40], steps: [1] })
          y = b.emit('add', [y, shifted], {})
        }
        return y
      }
      expectSame(device, [sample([40], 'int64')], doubling)
    })
  })
}
