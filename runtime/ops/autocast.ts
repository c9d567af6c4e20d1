/**
 * Which functions torch.autocast computes in the lower dtype, and which in float32, on the CPU: all others compute in the dtypes that
 * they are given. Measured with PyTorch 2.13 (test/oracle/optim/autocast.py).
 */
import type { FunctionName } from './functions/index.ts'

/** Products: floats that are not float64 become the lower dtype. */
const LOWER = [
  'linear',
  'matmul',
  'mm',
  'bmm',
  'addmm',
  'baddbmm',
  'addbmm',
  'chain_matmul',
  'linalg_multi_dot',
  'linalg_vecdot',
  'matrix_power',
  'einsum',
  'tensordot',
  'tensordot_axes',
  'inner',
  'conv1d',
  'conv2d',
  'conv3d',
  'conv_transpose1d',
  'conv_transpose2d',
  'conv_transpose3d',
  'prelu',
  'scaled_dot_product_attention',
  'multi_head_attention_forward',
  'lstm',
  'rnn_tanh',
  'rnn_relu',
  'rnn_tanh_cell',
  'rnn_relu_cell',
] as const satisfies readonly FunctionName[]

/** Nets of which only the products are in the lower dtype: their states `hx` stay as they are, and with them what comes of those. */
const LOWER_PRODUCTS = ['gru', 'gru_cell', 'lstm_cell'] as const satisfies readonly FunctionName[]

/** Losses, and what loses too much below: floats that are not float64 become float32. */
const FLOAT32 = [
  'cross_entropy',
  'nll_loss',
  'mse_loss',
  'l1_loss',
  'smooth_l1_loss',
  'huber_loss',
  'binary_cross_entropy',
  'binary_cross_entropy_with_logits',
  'kl_div',
  'poisson_nll_loss',
  'hinge_embedding_loss',
  'cosine_embedding_loss',
  'margin_ranking_loss',
  'soft_margin_loss',
  'triplet_margin_loss',
  'multi_margin_loss',
  'multilabel_margin_loss',
  'multilabel_soft_margin_loss',
  'ctc_loss',
  'prod',
  'prod_dim',
  'cdist',
  'trace',
  'inverse',
  'linalg_inv',
  'linalg_solve',
  'cholesky',
  'linalg_cholesky',
  'cholesky_solve',
  'cholesky_inverse',
  'quantile',
  'quantile_one',
  'nanquantile',
  'nanquantile_one',
  'stft',
  'avg_pool3d',
  'adaptive_avg_pool3d',
  'grid_sample',
] as const satisfies readonly FunctionName[]

export type AutocastRule = 'lower' | 'lower-products' | 'float32'

const RULES: ReadonlyMap<string, AutocastRule> = new Map([
  ...LOWER_PRODUCTS.map(name => [name, 'lower-products'] as const),
  ...LOWER.map(name => [name, 'lower'] as const),
  ...FLOAT32.map(name => [name, 'float32'] as const),
])

/** The rule of a function, by its row's name and arguments; null for those that compute in the dtypes that they are given. */
export function autocastRule(row: string, args: Readonly<Record<string, unknown>>): AutocastRule | null {
  // Constants, and what is there already, are padded as they are.
  if (row === 'pad') return args.mode === 'reflect' || args.mode === 'replicate' ? 'float32' : null
  return RULES.get(row) ?? null
}
