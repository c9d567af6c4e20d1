/** The classes of torch.nn, made from the rows of the module table. https://pytorch.org/docs/2.13/nn.html */
import { modules } from './table/index.ts'
import { moduleClass } from './table-module.ts'

export const AdaptiveAvgPool1d = moduleClass(modules.AdaptiveAvgPool1d)
export type AdaptiveAvgPool1d = InstanceType<typeof AdaptiveAvgPool1d>

export const AdaptiveAvgPool2d = moduleClass(modules.AdaptiveAvgPool2d)
export type AdaptiveAvgPool2d = InstanceType<typeof AdaptiveAvgPool2d>

export const AdaptiveAvgPool3d = moduleClass(modules.AdaptiveAvgPool3d)
export type AdaptiveAvgPool3d = InstanceType<typeof AdaptiveAvgPool3d>

export const AdaptiveMaxPool1d = moduleClass(modules.AdaptiveMaxPool1d)
export type AdaptiveMaxPool1d = InstanceType<typeof AdaptiveMaxPool1d>

export const AdaptiveMaxPool2d = moduleClass(modules.AdaptiveMaxPool2d)
export type AdaptiveMaxPool2d = InstanceType<typeof AdaptiveMaxPool2d>

export const AdaptiveMaxPool3d = moduleClass(modules.AdaptiveMaxPool3d)
export type AdaptiveMaxPool3d = InstanceType<typeof AdaptiveMaxPool3d>

export const AlphaDropout = moduleClass(modules.AlphaDropout)
export type AlphaDropout = InstanceType<typeof AlphaDropout>

export const AvgPool1d = moduleClass(modules.AvgPool1d)
export type AvgPool1d = InstanceType<typeof AvgPool1d>

export const AvgPool2d = moduleClass(modules.AvgPool2d)
export type AvgPool2d = InstanceType<typeof AvgPool2d>

export const AvgPool3d = moduleClass(modules.AvgPool3d)
export type AvgPool3d = InstanceType<typeof AvgPool3d>

export const BCELoss = moduleClass(modules.BCELoss)
export type BCELoss = InstanceType<typeof BCELoss>

export const BCEWithLogitsLoss = moduleClass(modules.BCEWithLogitsLoss)
export type BCEWithLogitsLoss = InstanceType<typeof BCEWithLogitsLoss>

export const BatchNorm1d = moduleClass(modules.BatchNorm1d)
export type BatchNorm1d = InstanceType<typeof BatchNorm1d>

export const BatchNorm2d = moduleClass(modules.BatchNorm2d)
export type BatchNorm2d = InstanceType<typeof BatchNorm2d>

export const BatchNorm3d = moduleClass(modules.BatchNorm3d)
export type BatchNorm3d = InstanceType<typeof BatchNorm3d>

export const Bilinear = moduleClass(modules.Bilinear)
export type Bilinear = InstanceType<typeof Bilinear>

export const CELU = moduleClass(modules.CELU)
export type CELU = InstanceType<typeof CELU>

export const CTCLoss = moduleClass(modules.CTCLoss)
export type CTCLoss = InstanceType<typeof CTCLoss>

export const ChannelShuffle = moduleClass(modules.ChannelShuffle)
export type ChannelShuffle = InstanceType<typeof ChannelShuffle>

export const CircularPad1d = moduleClass(modules.CircularPad1d)
export type CircularPad1d = InstanceType<typeof CircularPad1d>

export const CircularPad2d = moduleClass(modules.CircularPad2d)
export type CircularPad2d = InstanceType<typeof CircularPad2d>

export const CircularPad3d = moduleClass(modules.CircularPad3d)
export type CircularPad3d = InstanceType<typeof CircularPad3d>

export const ConstantPad1d = moduleClass(modules.ConstantPad1d)
export type ConstantPad1d = InstanceType<typeof ConstantPad1d>

export const ConstantPad2d = moduleClass(modules.ConstantPad2d)
export type ConstantPad2d = InstanceType<typeof ConstantPad2d>

export const ConstantPad3d = moduleClass(modules.ConstantPad3d)
export type ConstantPad3d = InstanceType<typeof ConstantPad3d>

export const Conv1d = moduleClass(modules.Conv1d)
export type Conv1d = InstanceType<typeof Conv1d>

export const Conv2d = moduleClass(modules.Conv2d)
export type Conv2d = InstanceType<typeof Conv2d>

export const Conv3d = moduleClass(modules.Conv3d)
export type Conv3d = InstanceType<typeof Conv3d>

export const ConvTranspose1d = moduleClass(modules.ConvTranspose1d)
export type ConvTranspose1d = InstanceType<typeof ConvTranspose1d>

export const ConvTranspose2d = moduleClass(modules.ConvTranspose2d)
export type ConvTranspose2d = InstanceType<typeof ConvTranspose2d>

export const ConvTranspose3d = moduleClass(modules.ConvTranspose3d)
export type ConvTranspose3d = InstanceType<typeof ConvTranspose3d>

export const CosineEmbeddingLoss = moduleClass(modules.CosineEmbeddingLoss)
export type CosineEmbeddingLoss = InstanceType<typeof CosineEmbeddingLoss>

export const CosineSimilarity = moduleClass(modules.CosineSimilarity)
export type CosineSimilarity = InstanceType<typeof CosineSimilarity>

export const CrossEntropyLoss = moduleClass(modules.CrossEntropyLoss)
export type CrossEntropyLoss = InstanceType<typeof CrossEntropyLoss>

export const Dropout = moduleClass(modules.Dropout)
export type Dropout = InstanceType<typeof Dropout>

export const Dropout1d = moduleClass(modules.Dropout1d)
export type Dropout1d = InstanceType<typeof Dropout1d>

export const Dropout2d = moduleClass(modules.Dropout2d)
export type Dropout2d = InstanceType<typeof Dropout2d>

export const Dropout3d = moduleClass(modules.Dropout3d)
export type Dropout3d = InstanceType<typeof Dropout3d>

export const ELU = moduleClass(modules.ELU)
export type ELU = InstanceType<typeof ELU>

export const Embedding = moduleClass(modules.Embedding)
export type Embedding = InstanceType<typeof Embedding>

export const EmbeddingBag = moduleClass(modules.EmbeddingBag)
export type EmbeddingBag = InstanceType<typeof EmbeddingBag>

export const FeatureAlphaDropout = moduleClass(modules.FeatureAlphaDropout)
export type FeatureAlphaDropout = InstanceType<typeof FeatureAlphaDropout>

export const Flatten = moduleClass(modules.Flatten)
export type Flatten = InstanceType<typeof Flatten>

export const Fold = moduleClass(modules.Fold)
export type Fold = InstanceType<typeof Fold>

export const GELU = moduleClass(modules.GELU)
export type GELU = InstanceType<typeof GELU>

export const GLU = moduleClass(modules.GLU)
export type GLU = InstanceType<typeof GLU>

export const GRU = moduleClass(modules.GRU)
export type GRU = InstanceType<typeof GRU>

export const GRUCell = moduleClass(modules.GRUCell)
export type GRUCell = InstanceType<typeof GRUCell>

export const GaussianNLLLoss = moduleClass(modules.GaussianNLLLoss)
export type GaussianNLLLoss = InstanceType<typeof GaussianNLLLoss>

export const GroupNorm = moduleClass(modules.GroupNorm)
export type GroupNorm = InstanceType<typeof GroupNorm>

export const Hardshrink = moduleClass(modules.Hardshrink)
export type Hardshrink = InstanceType<typeof Hardshrink>

export const Hardsigmoid = moduleClass(modules.Hardsigmoid)
export type Hardsigmoid = InstanceType<typeof Hardsigmoid>

export const Hardswish = moduleClass(modules.Hardswish)
export type Hardswish = InstanceType<typeof Hardswish>

export const Hardtanh = moduleClass(modules.Hardtanh)
export type Hardtanh = InstanceType<typeof Hardtanh>

export const HingeEmbeddingLoss = moduleClass(modules.HingeEmbeddingLoss)
export type HingeEmbeddingLoss = InstanceType<typeof HingeEmbeddingLoss>

export const HuberLoss = moduleClass(modules.HuberLoss)
export type HuberLoss = InstanceType<typeof HuberLoss>

export const Identity = moduleClass(modules.Identity)
export type Identity = InstanceType<typeof Identity>

export const InstanceNorm1d = moduleClass(modules.InstanceNorm1d)
export type InstanceNorm1d = InstanceType<typeof InstanceNorm1d>

export const InstanceNorm2d = moduleClass(modules.InstanceNorm2d)
export type InstanceNorm2d = InstanceType<typeof InstanceNorm2d>

export const InstanceNorm3d = moduleClass(modules.InstanceNorm3d)
export type InstanceNorm3d = InstanceType<typeof InstanceNorm3d>

export const KLDivLoss = moduleClass(modules.KLDivLoss)
export type KLDivLoss = InstanceType<typeof KLDivLoss>

export const L1Loss = moduleClass(modules.L1Loss)
export type L1Loss = InstanceType<typeof L1Loss>

export const LPPool1d = moduleClass(modules.LPPool1d)
export type LPPool1d = InstanceType<typeof LPPool1d>

export const LPPool2d = moduleClass(modules.LPPool2d)
export type LPPool2d = InstanceType<typeof LPPool2d>

export const LPPool3d = moduleClass(modules.LPPool3d)
export type LPPool3d = InstanceType<typeof LPPool3d>

export const LSTM = moduleClass(modules.LSTM)
export type LSTM = InstanceType<typeof LSTM>

export const LSTMCell = moduleClass(modules.LSTMCell)
export type LSTMCell = InstanceType<typeof LSTMCell>

export const LayerNorm = moduleClass(modules.LayerNorm)
export type LayerNorm = InstanceType<typeof LayerNorm>

export const LeakyReLU = moduleClass(modules.LeakyReLU)
export type LeakyReLU = InstanceType<typeof LeakyReLU>

export const Linear = moduleClass(modules.Linear)
export type Linear = InstanceType<typeof Linear>

export const LocalResponseNorm = moduleClass(modules.LocalResponseNorm)
export type LocalResponseNorm = InstanceType<typeof LocalResponseNorm>

export const LogSigmoid = moduleClass(modules.LogSigmoid)
export type LogSigmoid = InstanceType<typeof LogSigmoid>

export const LogSoftmax = moduleClass(modules.LogSoftmax)
export type LogSoftmax = InstanceType<typeof LogSoftmax>

export const MSELoss = moduleClass(modules.MSELoss)
export type MSELoss = InstanceType<typeof MSELoss>

export const MarginRankingLoss = moduleClass(modules.MarginRankingLoss)
export type MarginRankingLoss = InstanceType<typeof MarginRankingLoss>

export const MaxPool1d = moduleClass(modules.MaxPool1d)
export type MaxPool1d = InstanceType<typeof MaxPool1d>

export const MaxPool2d = moduleClass(modules.MaxPool2d)
export type MaxPool2d = InstanceType<typeof MaxPool2d>

export const MaxPool3d = moduleClass(modules.MaxPool3d)
export type MaxPool3d = InstanceType<typeof MaxPool3d>

export const MaxUnpool1d = moduleClass(modules.MaxUnpool1d)
export type MaxUnpool1d = InstanceType<typeof MaxUnpool1d>

export const MaxUnpool2d = moduleClass(modules.MaxUnpool2d)
export type MaxUnpool2d = InstanceType<typeof MaxUnpool2d>

export const MaxUnpool3d = moduleClass(modules.MaxUnpool3d)
export type MaxUnpool3d = InstanceType<typeof MaxUnpool3d>

export const Mish = moduleClass(modules.Mish)
export type Mish = InstanceType<typeof Mish>

export const MultiLabelMarginLoss = moduleClass(modules.MultiLabelMarginLoss)
export type MultiLabelMarginLoss = InstanceType<typeof MultiLabelMarginLoss>

export const MultiLabelSoftMarginLoss = moduleClass(modules.MultiLabelSoftMarginLoss)
export type MultiLabelSoftMarginLoss = InstanceType<typeof MultiLabelSoftMarginLoss>

export const MultiMarginLoss = moduleClass(modules.MultiMarginLoss)
export type MultiMarginLoss = InstanceType<typeof MultiMarginLoss>

export const MultiheadAttention = moduleClass(modules.MultiheadAttention)
export type MultiheadAttention = InstanceType<typeof MultiheadAttention>

export const NLLLoss = moduleClass(modules.NLLLoss)
export type NLLLoss = InstanceType<typeof NLLLoss>

export const PReLU = moduleClass(modules.PReLU)
export type PReLU = InstanceType<typeof PReLU>

export const PairwiseDistance = moduleClass(modules.PairwiseDistance)
export type PairwiseDistance = InstanceType<typeof PairwiseDistance>

export const PixelShuffle = moduleClass(modules.PixelShuffle)
export type PixelShuffle = InstanceType<typeof PixelShuffle>

export const PixelUnshuffle = moduleClass(modules.PixelUnshuffle)
export type PixelUnshuffle = InstanceType<typeof PixelUnshuffle>

export const PoissonNLLLoss = moduleClass(modules.PoissonNLLLoss)
export type PoissonNLLLoss = InstanceType<typeof PoissonNLLLoss>

export const RMSNorm = moduleClass(modules.RMSNorm)
export type RMSNorm = InstanceType<typeof RMSNorm>

export const RNN = moduleClass(modules.RNN)
export type RNN = InstanceType<typeof RNN>

export const RNNCell = moduleClass(modules.RNNCell)
export type RNNCell = InstanceType<typeof RNNCell>

export const RReLU = moduleClass(modules.RReLU)
export type RReLU = InstanceType<typeof RReLU>

export const ReLU = moduleClass(modules.ReLU)
export type ReLU = InstanceType<typeof ReLU>

export const ReLU6 = moduleClass(modules.ReLU6)
export type ReLU6 = InstanceType<typeof ReLU6>

export const ReflectionPad1d = moduleClass(modules.ReflectionPad1d)
export type ReflectionPad1d = InstanceType<typeof ReflectionPad1d>

export const ReflectionPad2d = moduleClass(modules.ReflectionPad2d)
export type ReflectionPad2d = InstanceType<typeof ReflectionPad2d>

export const ReflectionPad3d = moduleClass(modules.ReflectionPad3d)
export type ReflectionPad3d = InstanceType<typeof ReflectionPad3d>

export const ReplicationPad1d = moduleClass(modules.ReplicationPad1d)
export type ReplicationPad1d = InstanceType<typeof ReplicationPad1d>

export const ReplicationPad2d = moduleClass(modules.ReplicationPad2d)
export type ReplicationPad2d = InstanceType<typeof ReplicationPad2d>

export const ReplicationPad3d = moduleClass(modules.ReplicationPad3d)
export type ReplicationPad3d = InstanceType<typeof ReplicationPad3d>

export const SELU = moduleClass(modules.SELU)
export type SELU = InstanceType<typeof SELU>

export const SiLU = moduleClass(modules.SiLU)
export type SiLU = InstanceType<typeof SiLU>

export const Sigmoid = moduleClass(modules.Sigmoid)
export type Sigmoid = InstanceType<typeof Sigmoid>

export const SmoothL1Loss = moduleClass(modules.SmoothL1Loss)
export type SmoothL1Loss = InstanceType<typeof SmoothL1Loss>

export const SoftMarginLoss = moduleClass(modules.SoftMarginLoss)
export type SoftMarginLoss = InstanceType<typeof SoftMarginLoss>

export const Softmax = moduleClass(modules.Softmax)
export type Softmax = InstanceType<typeof Softmax>

export const Softmax2d = moduleClass(modules.Softmax2d)
export type Softmax2d = InstanceType<typeof Softmax2d>

export const Softmin = moduleClass(modules.Softmin)
export type Softmin = InstanceType<typeof Softmin>

export const Softplus = moduleClass(modules.Softplus)
export type Softplus = InstanceType<typeof Softplus>

export const Softshrink = moduleClass(modules.Softshrink)
export type Softshrink = InstanceType<typeof Softshrink>

export const Softsign = moduleClass(modules.Softsign)
export type Softsign = InstanceType<typeof Softsign>

export const StochasticDepth = moduleClass(modules.StochasticDepth)
export type StochasticDepth = InstanceType<typeof StochasticDepth>

export const Tanh = moduleClass(modules.Tanh)
export type Tanh = InstanceType<typeof Tanh>

export const Tanhshrink = moduleClass(modules.Tanhshrink)
export type Tanhshrink = InstanceType<typeof Tanhshrink>

export const Threshold = moduleClass(modules.Threshold)
export type Threshold = InstanceType<typeof Threshold>

export const TransformerDecoderLayer = moduleClass(modules.TransformerDecoderLayer)
export type TransformerDecoderLayer = InstanceType<typeof TransformerDecoderLayer>

export const TransformerEncoderLayer = moduleClass(modules.TransformerEncoderLayer)
export type TransformerEncoderLayer = InstanceType<typeof TransformerEncoderLayer>

export const TripletMarginLoss = moduleClass(modules.TripletMarginLoss)
export type TripletMarginLoss = InstanceType<typeof TripletMarginLoss>

export const Unflatten = moduleClass(modules.Unflatten)
export type Unflatten = InstanceType<typeof Unflatten>

export const Unfold = moduleClass(modules.Unfold)
export type Unfold = InstanceType<typeof Unfold>

export const Upsample = moduleClass(modules.Upsample)
export type Upsample = InstanceType<typeof Upsample>

export const UpsamplingBilinear2d = moduleClass(modules.UpsamplingBilinear2d)
export type UpsamplingBilinear2d = InstanceType<typeof UpsamplingBilinear2d>

export const UpsamplingNearest2d = moduleClass(modules.UpsamplingNearest2d)
export type UpsamplingNearest2d = InstanceType<typeof UpsamplingNearest2d>

export const ZeroPad1d = moduleClass(modules.ZeroPad1d)
export type ZeroPad1d = InstanceType<typeof ZeroPad1d>

export const ZeroPad2d = moduleClass(modules.ZeroPad2d)
export type ZeroPad2d = InstanceType<typeof ZeroPad2d>

export const ZeroPad3d = moduleClass(modules.ZeroPad3d)
export type ZeroPad3d = InstanceType<typeof ZeroPad3d>
