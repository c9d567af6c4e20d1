/** What PyTorch prints between the parentheses of each class of torch.nn. */
import { pyFloatRepr } from '../checkpoint/py-float-repr.ts'
import type { Arg, Values } from '../ops/args.ts'
import type { ModuleName } from './table/index.ts'
import type { ModuleRow } from './table/row.ts'

type Value = readonly (number | null)[] | number | boolean | string | null
type Bound = Readonly<Record<string, Value>>

/**
 * Names of arguments, in order, with marks: `!` shows the value alone, `?` leaves it out where it is the default, `*` shows a
 * list of equal numbers as one number (as most callers wrote it), `'` quotes a string, `.` drops `.0`.
 */
type Pattern = string

const POOL: Pattern = 'kernel_size* stride* padding*'
const CONV: Pattern = 'in_channels! out_channels! kernel_size stride padding? dilation?'
const NORM: Pattern = 'num_features! eps momentum affine bias track_running_stats'
const STACK: Pattern =
  'input_size! hidden_size! proj_size? num_layers? bias? batch_first? dropout? bidirectional?'
const CELL: Pattern = 'input_size! hidden_size! bias? nonlinearity?'
const DROPOUT: Pattern = 'p inplace'
const INPLACE: Pattern = 'inplace?'
const NONE: Pattern = ''

/** As in PyTorch, where a stride that was not given is the window's size. */
const withStride = (a: Bound): Bound => ({ ...a, stride: a.stride ?? a.kernel_size ?? null })
/** `bias` says whether there is one. */
const withBias = (a: Bound): Bound => ({
  ...a,
  bias: a.bias === true && (a.affine ?? a.elementwise_affine) === true,
})
const sized = (a: Bound, rest: Pattern): Pattern =>
  a.scale_factor === null ? `size* ${rest}` : `scale_factor* ${rest}`

interface Special {
  readonly pattern: Pattern | ((a: Bound) => Pattern)
  readonly values: (a: Bound) => Bound
}

const same = (a: Bound): Bound => a
const pooled = (pattern: Pattern): Special => ({ pattern, values: withStride })
const normed = (pattern: Pattern): Special => ({ pattern, values: withBias })
const padded = (a: Bound): Bound => ({ ...a, padding_idx: fromEnd(a) })
const fromEnd = ({ padding_idx, num_embeddings }: Bound): number | null =>
  typeof padding_idx !== 'number'
    ? null
    : padding_idx < 0
      ? padding_idx + Number(num_embeddings)
      : padding_idx

const PATTERNS: Readonly<Record<ModuleName, Pattern | Special>> = {
  Identity: NONE,
  Linear: 'in_features out_features bias',
  Bilinear: 'in1_features in2_features out_features bias',
  Conv1d: `${CONV} groups? bias? padding_mode?`,
  Conv2d: `${CONV} groups? bias? padding_mode?`,
  Conv3d: `${CONV} groups? bias? padding_mode?`,
  ConvTranspose1d: `${CONV} output_padding? groups? bias?`,
  ConvTranspose2d: `${CONV} output_padding? groups? bias?`,
  ConvTranspose3d: `${CONV} output_padding? groups? bias?`,
  ReLU: INPLACE,
  ReLU6: INPLACE,
  Hardtanh: 'min_val max_val inplace?',
  RReLU: 'lower upper inplace?',
  Sigmoid: NONE,
  Hardsigmoid: NONE,
  Tanh: NONE,
  SiLU: INPLACE,
  Mish: INPLACE,
  Hardswish: NONE,
  ELU: 'alpha inplace?',
  CELU: 'alpha inplace?',
  SELU: INPLACE,
  GLU: 'dim',
  GELU: "approximate'",
  Hardshrink: 'lambd!',
  Softshrink: 'lambd!',
  Tanhshrink: NONE,
  LeakyReLU: 'negative_slope inplace?',
  LogSigmoid: NONE,
  Softplus: 'beta threshold',
  Softsign: NONE,
  Threshold: 'threshold value inplace?',
  Softmin: 'dim',
  Softmax: 'dim',
  Softmax2d: NONE,
  LogSoftmax: 'dim',
  PReLU: 'num_parameters',
  MultiheadAttention: NONE,
  BatchNorm1d: normed(NORM),
  BatchNorm2d: normed(NORM),
  BatchNorm3d: normed(NORM),
  InstanceNorm1d: normed(NORM),
  InstanceNorm2d: normed(NORM),
  InstanceNorm3d: normed(NORM),
  LayerNorm: normed('normalized_shape! eps elementwise_affine bias'),
  RMSNorm: 'normalized_shape! eps elementwise_affine',
  GroupNorm: normed('num_groups! num_channels! eps affine bias'),
  LocalResponseNorm: 'size! alpha beta k',
  AvgPool1d: pooled('kernel_size stride padding'),
  AvgPool2d: pooled(POOL),
  AvgPool3d: pooled(POOL),
  MaxPool1d: pooled(`${POOL} dilation* ceil_mode`),
  MaxPool2d: pooled(`${POOL} dilation* ceil_mode`),
  MaxPool3d: pooled(`${POOL} dilation* ceil_mode`),
  MaxUnpool1d: pooled('kernel_size stride padding'),
  MaxUnpool2d: pooled('kernel_size stride padding'),
  MaxUnpool3d: pooled('kernel_size stride padding'),
  LPPool1d: 'norm_type. kernel_size* stride* ceil_mode',
  LPPool2d: 'norm_type. kernel_size* stride* ceil_mode',
  LPPool3d: 'norm_type. kernel_size* stride* ceil_mode',
  AdaptiveAvgPool1d: 'output_size*',
  AdaptiveAvgPool2d: 'output_size*',
  AdaptiveAvgPool3d: 'output_size*',
  AdaptiveMaxPool1d: 'output_size*',
  AdaptiveMaxPool2d: 'output_size*',
  AdaptiveMaxPool3d: 'output_size*',
  ConstantPad1d: 'padding value',
  ConstantPad2d: 'padding value',
  ConstantPad3d: 'padding value',
  ZeroPad1d: 'padding!',
  ZeroPad2d: 'padding!',
  ZeroPad3d: 'padding!',
  ReflectionPad1d: 'padding!',
  ReflectionPad2d: 'padding!',
  ReflectionPad3d: 'padding!',
  ReplicationPad1d: 'padding!',
  ReplicationPad2d: 'padding!',
  ReplicationPad3d: 'padding!',
  CircularPad1d: 'padding!',
  CircularPad2d: 'padding!',
  CircularPad3d: 'padding!',
  Dropout: DROPOUT,
  Dropout1d: DROPOUT,
  Dropout2d: DROPOUT,
  Dropout3d: DROPOUT,
  AlphaDropout: DROPOUT,
  FeatureAlphaDropout: DROPOUT,
  StochasticDepth: 'p mode',
  Embedding: { pattern: 'num_embeddings! embedding_dim! padding_idx?', values: padded },
  EmbeddingBag: { pattern: "num_embeddings! embedding_dim! mode' padding_idx?", values: padded },
  RNN: STACK,
  LSTM: STACK,
  GRU: STACK,
  RNNCell: CELL,
  LSTMCell: CELL,
  GRUCell: CELL,
  Flatten: 'start_dim end_dim',
  Unflatten: 'dim unflattened_size',
  PixelShuffle: 'upscale_factor',
  PixelUnshuffle: 'downscale_factor',
  ChannelShuffle: 'groups',
  Unfold: 'kernel_size* dilation* padding* stride*',
  Fold: 'output_size* kernel_size* dilation* padding* stride*',
  Upsample: { pattern: a => sized(a, "mode'"), values: same },
  UpsamplingNearest2d: { pattern: a => sized(a, "mode'"), values: a => ({ ...a, mode: 'nearest' }) },
  UpsamplingBilinear2d: { pattern: a => sized(a, "mode'"), values: a => ({ ...a, mode: 'bilinear' }) },
  CosineSimilarity: NONE,
  PairwiseDistance: NONE,
  L1Loss: NONE,
  MSELoss: NONE,
  SmoothL1Loss: NONE,
  HuberLoss: NONE,
  SoftMarginLoss: NONE,
  HingeEmbeddingLoss: NONE,
  KLDivLoss: NONE,
  PoissonNLLLoss: NONE,
  MultiLabelMarginLoss: NONE,
  MultiLabelSoftMarginLoss: NONE,
  BCELoss: NONE,
  BCEWithLogitsLoss: NONE,
  NLLLoss: NONE,
  CrossEntropyLoss: NONE,
  MultiMarginLoss: NONE,
  GaussianNLLLoss: NONE,
  CTCLoss: NONE,
  MarginRankingLoss: NONE,
  CosineEmbeddingLoss: NONE,
  TripletMarginLoss: NONE,
  TransformerEncoderLayer: NONE,
  TransformerDecoderLayer: NONE,
}

/** The text for a class and its bound arguments. */
export function extraRepr(row: ModuleRow, args: Values<readonly Arg[], never>): string {
  const entry = PATTERNS[row.name as ModuleName]
  const { pattern, values } = typeof entry === 'string' ? { pattern: entry, values: same } : entry
  const shown = values(args as unknown as Bound)
  const text = typeof pattern === 'string' ? pattern : pattern(shown)
  return text
    .split(' ')
    .flatMap(item => show(row, item, shown))
    .join(', ')
}

function show(row: ModuleRow, item: string, values: Bound): readonly string[] {
  const name = item.replace(/[!?*'.]+$/, '')
  const marks = item.slice(name.length)
  // Not every class of a family has every argument of its pattern.
  if (name === '' || values[name] === undefined) return []
  const arg = row.args.find(a => a.name === name)
  const value = values[name]
  if (
    marks.includes('?') &&
    arg !== undefined &&
    python(arg, value, marks) === python(arg, arg.default as Value, marks)
  ) {
    return []
  }
  const text = python(arg, value, marks)
  return [marks.includes('!') ? text : `${name}=${text}`]
}

function python(arg: Arg | undefined, value: Value, marks: string): string {
  if (value === null) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return marks.includes("'") ? `'${value}'` : value
  const float = arg?.kind.startsWith('float') === true && !marks.includes('.')
  const number = (n: number | null): string => (n === null ? 'None' : float ? pyFloatRepr(n) : `${n}`)
  if (typeof value === 'number') return number(value)
  if (marks.includes('*') && value.every(v => v === value[0])) return number(value[0] ?? null)
  return value.length === 1 ? `(${number(value[0]!)},)` : `(${value.map(number).join(', ')})`
}
