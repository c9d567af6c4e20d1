/** THE module table: every class of torch.nn that a model can name, by name. Containers are not rows: they have no arguments of their own. */
import { activations } from './activation.ts'
import { MultiheadAttention } from './attention.ts'
import { batchNorms } from './batch-norm.ts'
import { convolutions } from './convolution.ts'
import { distanceLayers } from './distance.ts'
import { dropoutLayers } from './dropout.ts'
import { Embedding, EmbeddingBag } from './embedding.ts'
import { layouts } from './layout.ts'
import { Bilinear, Identity, Linear } from './linear.ts'
import { lossLayers } from './loss.ts'
import { GroupNorm, LayerNorm, LocalResponseNorm, RMSNorm } from './normalization.ts'
import { paddings } from './padding.ts'
import { poolings } from './pooling.ts'
import { GRU, GRUCell, LSTM, LSTMCell, RNN, RNNCell } from './recurrent.ts'
import { TransformerDecoderLayer, TransformerEncoderLayer } from './transformer.ts'

export const modules = {
  Identity,
  Linear,
  Bilinear,
  ...convolutions,
  ...activations,
  MultiheadAttention,
  ...batchNorms,
  LayerNorm,
  RMSNorm,
  GroupNorm,
  LocalResponseNorm,
  ...poolings,
  ...paddings,
  ...dropoutLayers,
  Embedding,
  EmbeddingBag,
  RNN,
  LSTM,
  GRU,
  RNNCell,
  LSTMCell,
  GRUCell,
  ...layouts,
  ...distanceLayers,
  ...lossLayers,
  TransformerEncoderLayer,
  TransformerDecoderLayer,
} as const

export type ModuleName = keyof typeof modules

/** Whether a name is a row of the table; own names only, so `constructor` is none. */
export const isModuleName = (name: string): name is ModuleName => Object.hasOwn(modules, name)
