/** THE module table: every class of torch.nn that a model can name, by name. Containers are not rows: they have no arguments of their own. */
import * as activation from './activation.ts'
import { MultiheadAttention } from './attention.ts'
import * as batchNorm from './batch-norm.ts'
import * as convolution from './convolution.ts'
import * as distance from './distance.ts'
import * as dropout from './dropout.ts'
import { Embedding, EmbeddingBag } from './embedding.ts'
import * as layout from './layout.ts'
import { Bilinear, Identity, Linear } from './linear.ts'
import * as losses from './loss.ts'
import { GroupNorm, LayerNorm, LocalResponseNorm, RMSNorm } from './normalization.ts'
import * as padding from './padding.ts'
import * as pooling from './pooling.ts'
import { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNCell } from './recurrent.ts'
import { TransformerDecoderLayer, TransformerEncoderLayer } from './transformer.ts'

export const modules = {
  Identity,
  Linear,
  Bilinear,
  ...convolution,
  ...activation,
  MultiheadAttention,
  ...batchNorm,
  LayerNorm,
  RMSNorm,
  GroupNorm,
  LocalResponseNorm,
  ...pooling,
  ...padding,
  ...dropout,
  Embedding,
  EmbeddingBag,
  RNN,
  LSTM,
  GRU,
  RNNCell,
  LSTMCell,
  GRUCell,
  ...layout,
  ...distance,
  ...losses,
  TransformerEncoderLayer,
  TransformerDecoderLayer,
} as const

export type ModuleName = keyof typeof modules

/** Whether a name is a row of the table; own names only, so `constructor` is none. */
export const isModuleName = (name: string): name is ModuleName => Object.hasOwn(modules, name)
