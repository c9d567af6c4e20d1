/**
 * What the templates for workgroups are written for, in shapes that meet their edges: tiles that are full and that are not, factors
 * that lie by fours along one axis or the other, residues of strides. Values are the CPU's.
 */
import { F, type Tensor, tensor } from '../../runtime/index.ts'

/** A tensor of its own on the device in question. */
type Make = (shape: readonly number[], amplitude?: number) => Tensor

/** Computations by their names. */
type Cases = Readonly<Record<string, (make: Make) => Tensor>>

/** Makes waves, each tensor others, always the same. */
export function makeOn(device: 'cpu' | 'webgpu'): Make {
  let seed = 0
  return (shape, amplitude = 1) => {
    const offset = ++seed
    const size = shape.reduce((a, b) => a * b, 1)
    const wave = (_: unknown, i: number): number => Math.fround(amplitude * Math.sin(1.7 * i * i + offset))
    return tensor(Float32Array.from({ length: size }, wave), { shape, device })
  }
}

/** What is wrong with what one computation gives on WebGPU, which is nothing if all is well. */
export async function difference(compute: (make: Make) => Tensor, tolerance: number): Promise<string | null> {
  const [found, expected] = [compute(makeOn('webgpu')), compute(makeOn('cpu'))]
  if (`${found.shape}` !== `${expected.shape}`) return `its shape is ${found.shape}, not ${expected.shape}`
  const [got, want] = [await found.data(), await expected.data()]
  const wrong = want.findIndex((v, i) => !(Math.abs(Number(got[i]) - Number(v)) <= tolerance))
  return wrong < 0 ? null : `element ${wrong} is ${got[wrong]}, not ${want[wrong]}`
}

const products: Cases = {
  'rows and columns by fours': x => F.matmul(x([36, 20]), x([20, 44])),
  'rows by fours only': x => F.matmul(x([36, 20]), x([20, 45])),
  'columns by fours only': x => F.matmul(x([37, 22]), x([22, 44])),
  'nothing by fours': x => F.matmul(x([33, 19]), x([19, 17])),
  'a transposed left factor': x => F.matmul(F.transpose(x([20, 36]), 0, 1), x([20, 44])),
  'a transposed right factor': x => F.matmul(x([37, 20]), F.transpose(x([43, 20]), 0, 1)),
  'both transposed': x => F.matmul(F.transpose(x([18, 36]), 0, 1), F.transpose(x([44, 18]), 0, 1)),
  batches: x => F.matmul(x([3, 2, 20, 16]), x([3, 2, 16, 24])),
  'one right factor for all batches': x => F.matmul(x([3, 20, 16]), x([16, 24])),
  'linear with bias and activation': x => F.relu(F.linear(x([64, 32]), x([48, 32]), x([48]))),
  'sums by bias and residual': x =>
    F.matmul(x([64, 32]), x([32, 48]))
      .add(x([48]))
      .add(x([64, 48])),
  'the largest tile': x => F.matmul(x([1024, 24]), x([24, 512])),
  'a part of memory as a factor': x => F.matmul(F.narrow(x([40, 40]), 1, 3, 20), x([20, 32])),
  'heads apart': x =>
    F.permute(F.reshape(F.linear(x([2, 24, 32]), x([48, 32])), [2, 24, 6, 8]), [0, 2, 1, 3]),
  'a convolution of 1 x 1': x => F.conv2d(x([2, 16, 6, 6]), x([32, 16, 1, 1]), x([32])),
  'a convolution of 3 x 3': x => F.conv2d(x([2, 8, 9, 7]), x([20, 8, 3, 3]), x([20]), 2, 1),
  'groups of channels': x => F.conv2d(x([1, 32, 6, 6]), x([32, 16, 3, 3]), null, 1, 1, 1, 2),
}

const slim: Cases = {
  'a row and a matrix whose columns lie by fours': x => F.matmul(x([1, 300]), x([300, 132])),
  'a row and a matrix of odd width': x => F.matmul(x([1, 100]), x([100, 77])),
  'a row and a long matrix': x => F.matmul(x([1, 40]), x([40, 70000])),
  'linear of a row': x => F.relu(F.linear(x([1, 768]), x([50, 768]), x([50]))),
  'linear of a row of odd depth': x => F.linear(x([1, 99]), x([300, 99])),
  'linear of two rows to many': x => F.linear(x([2, 64]), x([2500, 64]), x([2500])),
  'linear of seven rows': x => F.linear(x([7, 128]), x([40, 128])),
  'seven rows and columns by fours': x => F.matmul(x([7, 512]), x([512, 260])),
  'many rows and three columns': x => F.matmul(x([400, 96]), x([96, 3])),
  'many rows and a transposed column': x => F.linear(x([90, 129]), x([1, 129]), x([1])),
  'a transposed left factor': x => F.matmul(F.transpose(x([50, 201]), 0, 1), x([50, 4])),
  'batches of a query and keys': x => F.matmul(x([4, 1, 64]), F.transpose(x([4, 33, 64]), 1, 2)),
  'half precision': x => F.linear(x([1, 128]).to('float16'), x([24, 128]).to('float16')).to('float32'),
  'a convolution to three channels': x => F.conv2d(x([1, 8, 20, 13]), x([3, 8, 3, 3]), x([3]), 1, 1),
  'groups of four channels': x => F.conv2d(x([2, 32, 7, 7]), x([32, 4, 3, 3]), null, 2, 1, 1, 8),
  'a pixel of a deep convolution': x => F.conv2d(x([1, 64, 3, 3]), x([40, 64, 3, 3])),
}

const deep: Cases = {
  'tiles in parts': x => F.matmul(x([20, 4096], 0.1), x([4096, 12], 0.1)),
  'tiles in parts, with bias': x => F.relu(F.linear(x([9, 6144], 0.1), x([17, 6144], 0.1), x([17]))),
  'a large tile in parts': x => F.matmul(x([80, 8192], 0.1), x([8192, 72], 0.1)),
  'slim, in parts': x => F.matmul(x([6, 8200], 0.1), F.transpose(x([25, 8200], 0.1), 0, 1)),
  'batches in parts': x => F.matmul(x([2, 9, 2112], 0.1), x([2, 2112, 10], 0.1)),
  'a depth of no divisor': x => F.matmul(x([10, 4099], 0.1), x([4099, 10], 0.1)),
}

interface Attention {
  readonly q: readonly number[]
  readonly k: readonly number[]
  readonly v: readonly number[]
  readonly causal?: boolean
  readonly gqa?: boolean
  /** Shape of a mask: added to the scores, or of what may be seen, where no key may be by query 1. */
  readonly mask?: readonly number[]
  readonly bool?: boolean
}

const attend =
  ({ q, k, v, causal = false, gqa = false, mask, bool = false }: Attention) =>
  (make: Make): Tensor => {
    const [query, key, value] = [q, k, v].map(shape => make(shape, 2))
    let added: Tensor | null = null
    if (mask !== undefined) {
      const [rows, keys] = mask.slice(-2) as [number, number]
      const weights = make(mask, 2)
      const row = F.eq(F.arange(rows, { device: weights.device }), 1).to('float32')
      const hidden = F.reshape(row, [rows, 1]).mul(-9).expand([rows, keys])
      added = bool ? F.gt(weights.add(hidden), -0.5) : weights
    }
    return F.scaledDotProductAttention(query!, key!, value!, {
      attn_mask: added,
      is_causal: causal,
      enable_gqa: gqa,
    })
  }

const attention: Cases = {
  'blocks that are full': attend({ q: [2, 64, 32], k: [2, 96, 32], v: [2, 96, 64] }),
  'blocks that are not full': attend({ q: [3, 37, 20], k: [3, 45, 20], v: [3, 45, 27] }),
  'a causal mask': attend({ q: [2, 2, 70, 16], k: [2, 2, 70, 16], v: [2, 2, 70, 16], causal: true }),
  'a causal mask of more keys than queries': attend({
    q: [1, 9, 8],
    k: [1, 40, 8],
    v: [1, 40, 8],
    causal: true,
  }),
  'added scores': attend({ q: [2, 33, 8], k: [2, 40, 8], v: [2, 40, 8], mask: [33, 40] }),
  'queries that see no key': attend({
    q: [2, 17, 8],
    k: [2, 40, 8],
    v: [2, 40, 8],
    mask: [2, 17, 40],
    bool: true,
  }),
  'heads that share keys': attend({ q: [2, 6, 20, 8], k: [2, 2, 33, 8], v: [2, 2, 33, 8], gqa: true }),
  'long values': attend({ q: [1, 40, 12], k: [1, 50, 12], v: [1, 50, 300] }),
  'one query': attend({ q: [4, 1, 64], k: [4, 200, 64], v: [4, 200, 64] }),
  'three queries': attend({ q: [2, 3, 24], k: [2, 130, 24], v: [2, 130, 24] }),
  'no keys': attend({ q: [2, 3, 4], k: [2, 0, 4], v: [2, 0, 4] }),
}

const transposed: Cases = {
  'stride 2': x => F.convTranspose2d(x([2, 8, 5, 6]), x([8, 12, 4, 4]), { stride: 2, padding: 1 }),
  'strides that differ, and output padding': x =>
    F.convTranspose2d(x([1, 8, 5, 4]), x([8, 9, 3, 5]), {
      stride: [2, 3],
      padding: [0, 2],
      output_padding: [1, 2],
    }),
  'dilation and groups': x =>
    F.convTranspose2d(x([2, 16, 7, 3]), x([16, 8, 3, 3]), {
      stride: 1,
      dilation: 2,
      padding: 1,
      groups: 2,
    }),
  'one axis, and strides beyond the kernel': x =>
    F.convTranspose1d(x([1, 8, 9]), x([8, 16, 2]), { stride: 4 }),
  'stride and dilation': x => F.convTranspose2d(x([1, 8, 4, 4]), x([8, 8, 3, 3]), { stride: 2, dilation: 3 }),
}

/** Families of computations, and how far sums in another order may be off. */
export const TEMPLATE_CASES: Readonly<Record<string, { readonly tolerance: number; readonly cases: Cases }>> =
  {
    products: { tolerance: 2e-5, cases: products },
    'products of few lines': { tolerance: 5e-5, cases: slim },
    'deep products': { tolerance: 5e-5, cases: deep },
    attention: { tolerance: 1e-5, cases: attention },
    'transposed convolutions': { tolerance: 1e-5, cases: transposed },
  }
