/** The tensors of the classes of torch.nn as typed fields; null where the constructor's arguments leave one out. */
import type { Cell } from '../tensor/cell.ts'

interface WeightAndBias {
  readonly weight: Cell
  readonly bias: Cell | null
}

interface Affine {
  readonly weight: Cell | null
  readonly bias: Cell | null
}

interface RunningNorm extends Affine {
  readonly running_mean: Cell | null
  readonly running_var: Cell | null
  readonly num_batches_tracked: Cell | null
}

interface RecurrentCell {
  readonly weight_ih: Cell
  readonly weight_hh: Cell
  readonly bias_ih: Cell | null
  readonly bias_hh: Cell | null
}

type Layers = 'l0' | 'l1' | 'l2' | 'l3' | 'l4' | 'l5' | 'l6' | 'l7'

/** `weight_ih_l0`, `weight_ih_l0_reverse`, ..: only those of existing layers and directions are there. */
type Recurrent = {
  readonly [K in `${'weight_ih' | 'weight_hh' | 'bias_ih' | 'bias_hh' | 'weight_hr'}_${Layers}${'' | '_reverse'}`]?: Cell
}

interface Weight {
  readonly weight: Cell
}

interface ClassWeights {
  readonly weight: Cell | null
}

export interface Fields {
  Linear: WeightAndBias
  Bilinear: WeightAndBias
  Conv1d: WeightAndBias
  Conv2d: WeightAndBias
  Conv3d: WeightAndBias
  ConvTranspose1d: WeightAndBias
  ConvTranspose2d: WeightAndBias
  ConvTranspose3d: WeightAndBias
  PReLU: Weight
  Embedding: Weight
  EmbeddingBag: Weight
  BatchNorm1d: RunningNorm
  BatchNorm2d: RunningNorm
  BatchNorm3d: RunningNorm
  InstanceNorm1d: RunningNorm
  InstanceNorm2d: RunningNorm
  InstanceNorm3d: RunningNorm
  LayerNorm: Affine
  GroupNorm: Affine
  RMSNorm: { readonly weight: Cell | null }
  RNN: Recurrent
  LSTM: Recurrent
  GRU: Recurrent
  RNNCell: RecurrentCell
  LSTMCell: RecurrentCell
  GRUCell: RecurrentCell
  MultiheadAttention: {
    readonly in_proj_weight: Cell | null
    readonly q_proj_weight: Cell | null
    readonly k_proj_weight: Cell | null
    readonly v_proj_weight: Cell | null
    readonly in_proj_bias: Cell | null
    readonly bias_k: Cell | null
    readonly bias_v: Cell | null
  }
  NLLLoss: ClassWeights
  CrossEntropyLoss: ClassWeights
  BCELoss: ClassWeights
  BCEWithLogitsLoss: ClassWeights & { readonly pos_weight: Cell | null }
  MultiMarginLoss: ClassWeights
  MultiLabelSoftMarginLoss: ClassWeights
}
