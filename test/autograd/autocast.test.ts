/** Regions of mixed precision against PyTorch's (test/oracle/optim/autocast.py). */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  autocast,
  backward,
  Cell,
  compile,
  type DType,
  F,
  nn,
  optim,
  type Tensor,
  tensor,
  tidy,
} from '../../runtime/index.ts'

const torch: {
  calls: Readonly<Record<string, readonly (readonly [dtype: DType, values: readonly number[]])[]>>
  losses: readonly number[]
  grads: readonly DType[]
} = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../fixtures/optim/autocast.json'), 'utf8'))

function wave(shape: readonly number[], seed: number, dtype: DType = 'float32'): Tensor {
  const n = shape.reduce((a, b) => a * b, 1)
  const values = Float64Array.from({ length: n }, (_, i) => Math.sin(0.7 * i + 1.3 * seed))
  return tensor(values, { shape, dtype })
}

type Wave = (shape: readonly number[], seed: number) => Tensor
const classes = tensor([0n, 2n])

const lstmCell = (w: Wave): readonly [Tensor, Tensor] =>
  F.lstmCell(w([2, 3], 1), [w([2, 2], 2), w([2, 2], 3)], w([8, 3], 4), w([8, 2], 5), {
    b_ih: w([8], 6),
    b_hh: w([8], 7),
  })

const CALLS: Readonly<Record<string, (w: Wave) => Tensor>> = {
  linear: w => F.linear(w([2, 3], 1), w([4, 3], 2), { bias: w([4], 3) }),
  matmul: w => F.matmul(w([2, 3], 1), w([3, 2], 2)),
  matmul_vector: w => F.matmul(w([2, 3], 1), w([3], 2)),
  mm: w => F.mm(w([2, 3], 1), w([3, 2], 2)),
  mv: w => F.mv(w([2, 3], 1), w([3], 2)),
  dot: w => F.dot(w([3], 1), w([3], 2)),
  bmm: w => F.bmm(w([2, 2, 3], 1), w([2, 3, 2], 2)),
  addmm: w => F.addmm(w([2, 2], 3), w([2, 3], 1), w([3, 2], 2)),
  addmv: w => F.addmv(w([2], 3), w([2, 3], 1), w([3], 2)),
  baddbmm: w => F.baddbmm(w([1, 2, 2], 3), w([1, 2, 3], 1), w([1, 3, 2], 2)),
  outer: w => F.outer(w([2], 1), w([3], 2)),
  einsum: w => F.einsum('ij,jk->ik', [w([2, 3], 1), w([3, 2], 2)]),
  bilinear: w => F.bilinear(w([2, 3], 1), w([2, 3], 2), w([4, 3, 3], 3)),
  gru: w => {
    const sizes = [[6, 3], [6, 2], [6], [6], [6, 2], [6, 2], [6], [6]]
    const params = sizes.map((size, i) => w(size, 3 + i))
    return F.gru(w([3, 2, 3], 1), w([2, 2, 2], 2), params, true, 2, 0, false, false, false)[0]
  },
  lstm: w => {
    const params = [[8, 3], [8, 2], [8], [8]].map((size, i) => w(size, 4 + i))
    const hx = [w([1, 2, 2], 2), w([1, 2, 2], 3)]
    return F.lstm(w([3, 2, 3], 1), hx, params, true, 1, 0, false, false, false)[0]
  },
  rnn_tanh: w => {
    const params = [[2, 3], [2, 2], [2], [2]].map((size, i) => w(size, 3 + i))
    return F.rnnTanh(w([3, 2, 3], 1), w([1, 2, 2], 2), params, true, 1, 0, false, false, false)[0]
  },
  gru_cell: w =>
    F.gruCell(w([2, 3], 1), w([2, 2], 2), w([6, 3], 3), w([6, 2], 4), { b_ih: w([6], 5), b_hh: w([6], 6) }),
  lstm_cell: w => lstmCell(w)[0],
  lstm_cell_state: w => lstmCell(w)[1],
  rnn_tanh_cell: w =>
    F.rnnTanhCell(w([2, 3], 1), w([2, 2], 2), w([2, 3], 3), w([2, 2], 4), {
      b_ih: w([2], 5),
      b_hh: w([2], 6),
    }),
  conv1d: w => F.conv1d(w([1, 2, 5], 1), w([2, 2, 3], 2)),
  conv2d: w => F.conv2d(w([1, 2, 5, 5], 1), w([2, 2, 3, 3], 2), { bias: w([2], 3) }),
  conv_transpose2d: w => F.convTranspose2d(w([1, 2, 3, 3], 1), w([2, 2, 3, 3], 2)),
  prelu: w => F.prelu(w([2, 3], 1), w([1], 2)),
  scaled_dot_product_attention: w =>
    F.scaledDotProductAttention(w([1, 1, 2, 4], 1), w([1, 1, 2, 4], 2), w([1, 1, 2, 4], 3)),
  softmax: w => F.softmax(w([2, 3], 1), -1),
  layer_norm: w => F.layerNorm(w([2, 3], 1), [3]),
  gelu: w => F.gelu(w([2, 3], 1)),
  sum: w => F.sum(w([2, 3], 1)),
  prod: w => F.prod(w([2, 3], 1)),
  exp: w => F.exp(w([2, 3], 1)),
  cdist: w => F.cdist(w([2, 3], 1), w([2, 3], 2)),
  trace: w => F.trace(w([2, 2], 1)),
  inverse: w => F.inverse(w([2, 2], 1)),
  linalg_solve: w => F.linalgSolve(w([2, 2], 1), w([2, 2], 2)),
  cholesky_inverse: w => F.choleskyInverse(w([2, 2], 1)),
  quantile: w => F.quantile(w([5], 1), 0.3),
  addbmm: w => F.addbmm(w([2, 2], 3), w([2, 2, 3], 1), w([2, 3, 2], 2)),
  chain_matmul: w => F.chainMatmul([w([2, 3], 1), w([3, 2], 2), w([2, 2], 3)]),
  tensordot_axes: w => F.tensordot(w([2, 3], 1), w([3, 2], 2), [[1], [0]]),
  matrix_power: w => F.matrixPower(w([2, 2], 1), 2),
  cosine_similarity: w => F.cosineSimilarity(w([2, 3], 1), w([2, 3], 2)),
  avg_pool2d: w => F.avgPool2d(w([1, 1, 2, 2], 1), 2),
  avg_pool3d: w => F.avgPool3d(w([1, 1, 2, 2, 2], 1), 2),
  pad_constant: w => F.pad(w([1, 1, 4], 1), [1, 1]),
  pad_reflect: w => F.pad(w([1, 1, 4], 1), [1, 1], { mode: 'reflect' }),
  cross_entropy: w => F.crossEntropy(w([2, 3], 1), classes),
  nll_loss: w => F.nllLoss(w([2, 3], 1), classes),
  mse_loss: w => F.mseLoss(w([4], 1), w([4], 2)),
  smooth_l1_loss: w => F.smoothL1Loss(w([4], 1), w([4], 2)),
  binary_cross_entropy_with_logits: w => F.binaryCrossEntropyWithLogits(w([4], 1), w([4], 2)),
  kl_div: w => F.klDiv(w([4], 1), F.abs(w([4], 2))),
}

/** Functions of which PyTorch computes only the products in bfloat16. */
const PRODUCTS = ['bilinear', 'gru', 'gru_cell', 'lstm_cell', 'lstm_cell_state']

async function numbers(x: Tensor): Promise<number[]> {
  return Array.from(await x.to('float64').data(), Number)
}

describe('autocast', () => {
  it.each(Object.keys(torch.calls))("%s has PyTorch's dtype and elements", async name => {
    for (const [i, dtype] of (['float32', 'bfloat16'] as const).entries()) {
      const [wanted, values] = torch.calls[name]![i]!
      const got = autocast(() => CALLS[name]!((shape, seed) => wave(shape, seed, dtype)))
      expect([dtype, got.dtype]).toEqual([dtype, wanted])
      const largest = Math.max(...values.map(Math.abs))
      // One rounding of bfloat16 more or less; the products of some are in bfloat16, though their results are float32.
      const isExact = wanted === 'float32' && dtype === 'float32' && !PRODUCTS.includes(name)
      const bound = (isExact ? 1e-5 : 2 ** -7) * Math.max(largest, 0.1)
      const found = await numbers(got)
      expect(found.length).toBe(values.length)
      for (const [j, v] of values.entries()) expect(Math.abs(found[j]! - v)).toBeLessThanOrEqual(bound)
    }
  })

  const make = (): { cells: Cell[]; optimizer: optim.SGD; step: (x: Tensor) => Tensor } => {
    const shapes = [[4, 1, 3, 3], [4], [4], [8, 64], [8], [3, 8]]
    const cells = shapes.map((s, i) => new Cell(wave(s, i), { requiresGrad: true }))
    const optimizer = new optim.SGD(cells, { lr: 0.05, momentum: 0.9 })
    const y = tensor([0n, 1n, 2n, 0n, 1n, 2n])
    const step = (x: Tensor): Tensor => {
      const [kernel, scale, shift, w1, b1, w2] = cells.map(c => c.value) as [
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
        Tensor,
      ]
      optimizer.zeroGrad()
      const loss = autocast(() => {
        const maps = F.groupNorm(F.conv2d(x, kernel), 2, { weight: scale, bias: shift })
        const hidden = F.linear(F.relu(maps).flatten(1), w1, { bias: b1 })
        return F.crossEntropy(F.linear(F.tanh(hidden), w2), y)
      })
      backward(loss)
      optimizer.step()
      return loss
    }
    return { cells, optimizer, step }
  }

  it("trains along PyTorch's curve, with parameters and gradients in float32, captured too", async () => {
    const x = wave([6, 1, 6, 6], 7)
    const plain = make()
    const captured = make()
    const plan = compile(captured.step)
    for (const wanted of torch.losses) {
      const loss = Number(await tidy(() => plain.step(x)).item())
      expect(Math.abs(loss - wanted)).toBeLessThanOrEqual(0.03)
      const other = Number(await (await plan.run([x])).item())
      expect(Math.abs(other - loss)).toBeLessThanOrEqual(0.03)
    }
    expect(plain.cells.map(c => c.grad!.dtype)).toEqual(torch.grads)
    expect(plain.cells.every(c => c.value.dtype === 'float32')).toBe(true)
  })

  it('holds for modules, not in regions that are turned off, nor for float64, nor outside', () => {
    const linear = new nn.Linear({ in_features: 3, out_features: 2 })
    const x = wave([2, 3], 1)
    expect(autocast(() => linear.forward(x)).dtype).toBe('bfloat16')
    expect(autocast(() => linear.forward(x), { dtype: 'float16' }).dtype).toBe('float16')
    expect(autocast(() => autocast(() => linear.forward(x), { enabled: false })).dtype).toBe('float32')
    expect(autocast(() => F.mm(wave([2, 2], 1, 'float64'), wave([2, 2], 2, 'float64'))).dtype).toBe('float64')
    expect(linear.forward(x).dtype).toBe('float32')
    expect(() => autocast(async () => x)).toThrow('autocast takes a synchronous function')
    expect(linear.forward(x).dtype).toBe('float32')
  })
})
