/** Embeddings: https://pytorch.org/docs/2.13/nn.html#sparse-layers */
import { optional, required } from '../../ops/args.ts'
import type { DType } from '../../ops/dtype.ts'
import { embeddings } from '../../ops/functions/embedding.ts'
import { call } from './call.ts'
import { check, factoryArgs, oneInput, parameter } from './declare.ts'
import { defineModule, type StateDecl } from './row.ts'

interface Table {
  readonly num_embeddings: number
  readonly embedding_dim: number
  readonly padding_idx: number | null
  readonly max_norm: number | null
  readonly scale_grad_by_freq: boolean
  readonly dtype: DType | null
}

/** padding_idx as a row, counted from the end where negative. */
function paddingRow(a: Table): number | null {
  const { padding_idx: i, num_embeddings: n } = a
  if (i === null) return null
  check(i >= -n && i < n, `padding_idx (${i}) must be within num_embeddings (${n})`)
  return i < 0 ? n + i : i
}

function tableState(a: Table): readonly StateDecl[] {
  check(
    a.max_norm === null,
    'max_norm changes the weight during forward, which is not supported',
    'clip the rows of the weight once, after loading or after each step',
  )
  check(!a.scale_grad_by_freq, 'scale_grad_by_freq is not supported', 'leave it out')
  const row = paddingRow(a)
  const init = { kind: 'normal', mean: 0, std: 1, ...(row === null ? {} : { zeroRow: row }) } as const
  return [parameter('weight', [a.num_embeddings, a.embedding_dim], init, a.dtype)]
}

export const Embedding = defineModule({
  name: 'Embedding',
  args: [
    required('num_embeddings', 'int', { min: 0 }),
    required('embedding_dim', 'int', { min: 0 }),
    optional('padding_idx', 'int?', null),
    optional('max_norm', 'float?', null),
    optional('norm_type', 'float', 2),
    optional('scale_grad_by_freq', 'bool', false),
    optional('sparse', 'bool', false, { ignored: true }),
    optional('_weight', 'tensor?', null),
    optional('_freeze', 'bool', false),
    ...factoryArgs,
  ],
  inputs: oneInput,
  returns: 'tensor',
  doc: 'Rows of weight [num_embeddings, embedding_dim] by index.',
  version: 1,
  state: tableState,
  forward: (b, { weight }, { input }, { padding_idx }) => ({
    out: call(b, embeddings.embedding, { input, weight: weight!, padding_idx }),
  }),
})

export const EmbeddingBag = defineModule({
  name: 'EmbeddingBag',
  args: [
    required('num_embeddings', 'int', { min: 0 }),
    required('embedding_dim', 'int', { min: 0 }),
    optional('max_norm', 'float?', null),
    optional('norm_type', 'float', 2),
    optional('scale_grad_by_freq', 'bool', false),
    optional('mode', 'string', 'mean', { enum: ['sum', 'mean', 'max'] }),
    optional('sparse', 'bool', false, { ignored: true }),
    optional('_weight', 'tensor?', null),
    optional('include_last_offset', 'bool', false),
    optional('padding_idx', 'int?', null),
    ...factoryArgs,
  ],
  inputs: [
    required('input', 'tensor'),
    optional('offsets', 'tensor?', null),
    optional('per_sample_weights', 'tensor?', null),
  ],
  returns: 'tensor',
  doc: 'Sums, means or maxima of bags of rows.',
  version: 1,
  state: tableState,
  forward: (b, { weight }, inputs, { mode, include_last_offset, padding_idx }) => ({
    out: call(b, embeddings.embedding_bag, {
      ...inputs,
      weight: weight!,
      mode,
      include_last_offset,
      padding_idx,
    }),
  }),
})
