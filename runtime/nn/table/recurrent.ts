/** Recurrent layers and cells: https://pytorch.org/docs/2.13/nn.html#recurrent-layers */
import { optional, required } from '../../ops/args.ts'
import type { Builder } from '../../ops/builder.ts'
import type { Dim } from '../../ops/dim.ts'
import type { DType } from '../../ops/dtype.ts'
import { recurrence } from '../../ops/functions/recurrent.ts'
import { vocabulary } from '../../ops/functions/vocabulary.ts'
import { call, expectRank, expectSize } from './call.ts'
import { check, factoryArgs, parameter, symmetric } from './declare.ts'
import { defineModule, type StateDecl } from './row.ts'

const sizeArgs = [
  required('input_size', 'int', { min: 1 }),
  required('hidden_size', 'int', { min: 1 }),
  optional('num_layers', 'int', 1, { min: 1 }),
] as const

const stackArgs = [
  optional('bias', 'bool', true),
  optional('batch_first', 'bool', false),
  optional('dropout', 'float', 0, { min: 0, max: 1 }),
  optional('bidirectional', 'bool', false),
] as const

const projArg = optional('proj_size', 'int', 0, { min: 0 })

interface Stack {
  readonly input_size: number
  readonly hidden_size: number
  readonly num_layers: number
  readonly bias: boolean
  readonly bidirectional: boolean
  readonly dtype: DType | null
}

/** `gates`: rows of weights per hidden unit. `projection`: LSTM's proj_size, 0 without. */
function stackState(a: Stack, gates: number, projection: number): readonly StateDecl[] {
  check(projection < a.hidden_size, 'proj_size has to be smaller than hidden_size')
  const init = symmetric(1 / Math.sqrt(a.hidden_size))
  const directions = a.bidirectional ? 2 : 1
  const rows = gates * a.hidden_size
  const hidden = projection > 0 ? projection : a.hidden_size
  const state: StateDecl[] = []
  for (let layer = 0; layer < a.num_layers; layer++) {
    const columns = layer === 0 ? a.input_size : hidden * directions
    for (let direction = 0; direction < directions; direction++) {
      const suffix = `l${layer}${direction === 1 ? '_reverse' : ''}`
      const declare = (name: string, shape: readonly number[]) =>
        state.push(parameter(`${name}_${suffix}`, shape, init, a.dtype))
      declare('weight_ih', [rows, columns])
      declare('weight_hh', [rows, hidden])
      if (a.bias) {
        declare('bias_ih', [rows])
        declare('bias_hh', [rows])
      }
      if (projection > 0) declare('weight_hr', [projection, a.hidden_size])
    }
  }
  return state
}

/** `hx` is one tensor; for LSTM the list [h, c]. Absent, zeros. */
const sequenceInputs = [required('input', 'tensor'), optional('hx', 'tensor?', null)] as const
const lstmInputs = [required('input', 'tensor'), optional('hx', 'tensors', [])] as const

/** The arguments that all functions of recurrent nets share. */
function netArgs<V>(
  b: Builder<V>,
  state: Readonly<Record<string, V>>,
  input: V,
  a: Stack & { readonly batch_first: boolean; readonly dropout: number },
  training: boolean,
) {
  expectRank(b, input, [2, 3])
  expectSize(b, input, -1, a.input_size, 'features in the last dimension')
  return {
    input,
    params: Object.values(state),
    has_biases: a.bias,
    num_layers: a.num_layers,
    dropout: a.dropout,
    train: training,
    bidirectional: a.bidirectional,
    batch_first: a.batch_first,
  }
}

/** Zeros [layers * directions, N, size], or without N for a single sequence. */
function initialState<V>(
  b: Builder<V>,
  input: V,
  a: Stack & { readonly batch_first: boolean },
  size: number,
): V {
  const v = vocabulary(b)
  const batch: readonly Dim[] = v.rank(input) === 2 ? [] : [v.size(input, a.batch_first ? 0 : 1)]
  return v.full([a.num_layers * (a.bidirectional ? 2 : 1), ...batch, size], 0, v.dtype(input))
}

export const RNN = defineModule({
  name: 'RNN',
  args: [
    ...sizeArgs,
    optional('nonlinearity', 'string', 'tanh', { enum: ['tanh', 'relu'] }),
    ...stackArgs,
    ...factoryArgs,
  ],
  inputs: sequenceInputs,
  returns: 'pair',
  doc: 'Elman recurrence over [T, N, input_size] (batch_first: [N, T, ..]; or [T, ..] unbatched): output, h_n.',
  version: 1,
  state: a => stackState(a, 1, 0),
  forward(b, state, { input, hx }, a, training) {
    const net = netArgs(b, state, input, a, training)
    const row = a.nonlinearity === 'relu' ? recurrence.rnn_relu : recurrence.rnn_tanh
    return { out: call(b, row, { ...net, hx: hx ?? initialState(b, input, a, a.hidden_size) }) }
  },
})

export const LSTM = defineModule({
  name: 'LSTM',
  args: [...sizeArgs, ...stackArgs, projArg, ...factoryArgs],
  inputs: lstmInputs,
  returns: 'lstm',
  doc: 'Long short-term memory over a sequence: output, (h_n, c_n).',
  version: 1,
  state: a => stackState(a, 4, a.proj_size),
  forward(b, state, { input, hx }, a, training) {
    const net = netArgs(b, state, input, a, training)
    const start = [a.proj_size || a.hidden_size, a.hidden_size].map(
      (size, i) => hx[i] ?? initialState(b, input, a, size),
    )
    const [out, h, c] = call(b, recurrence.lstm, { ...net, hx: start })
    return { out: [out, [h, c]] }
  },
})

export const GRU = defineModule({
  name: 'GRU',
  args: [...sizeArgs, ...stackArgs, projArg, ...factoryArgs],
  inputs: sequenceInputs,
  returns: 'pair',
  doc: 'Gated recurrence over a sequence: output, h_n.',
  version: 1,
  state: a => {
    check(a.proj_size === 0, 'proj_size argument is only supported for LSTM, not RNN or GRU')
    return stackState(a, 3, 0)
  },
  forward(b, state, { input, hx }, a, training) {
    const net = netArgs(b, state, input, a, training)
    return { out: call(b, recurrence.gru, { ...net, hx: hx ?? initialState(b, input, a, a.hidden_size) }) }
  },
})

const cellArgs = [
  required('input_size', 'int', { min: 0 }),
  required('hidden_size', 'int', { min: 0 }),
  optional('bias', 'bool', true),
] as const

const CELL_FIELDS = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'] as const

interface Cell {
  readonly input_size: number
  readonly hidden_size: number
  readonly bias: boolean
  readonly dtype: DType | null
}

function cellState(a: Cell, gates: number): readonly StateDecl[] {
  const init = symmetric(a.hidden_size > 0 ? 1 / Math.sqrt(a.hidden_size) : 0)
  const rows = gates * a.hidden_size
  return [
    parameter('weight_ih', [rows, a.input_size], init, a.dtype),
    parameter('weight_hh', [rows, a.hidden_size], init, a.dtype),
    ...(a.bias
      ? [parameter('bias_ih', [rows], init, a.dtype), parameter('bias_hh', [rows], init, a.dtype)]
      : []),
  ]
}

/** The arguments that all functions of cells share, and a state of zeros. */
function stepArgs<V>(b: Builder<V>, state: Readonly<Record<string, V>>, input: V, a: Cell) {
  expectRank(b, input, [1, 2])
  expectSize(b, input, -1, a.input_size, 'features in the last dimension')
  const v = vocabulary(b)
  const { weight_ih, weight_hh, bias_ih = null, bias_hh = null } = state
  const zeros = v.full([...v.shape(input).slice(0, -1), a.hidden_size], 0, v.dtype(input))
  return { args: { input, w_ih: weight_ih!, w_hh: weight_hh!, b_ih: bias_ih, b_hh: bias_hh }, zeros }
}

export const RNNCell = defineModule({
  name: 'RNNCell',
  args: [...cellArgs, optional('nonlinearity', 'string', 'tanh', { enum: ['tanh', 'relu'] }), ...factoryArgs],
  inputs: sequenceInputs,
  returns: 'tensor',
  doc: 'One step of RNN on [N, input_size] or [input_size].',
  fields: CELL_FIELDS,
  version: 1,
  state: a => cellState(a, 1),
  forward(b, state, { input, hx }, a) {
    const { args, zeros } = stepArgs(b, state, input, a)
    const row = a.nonlinearity === 'relu' ? recurrence.rnn_relu_cell : recurrence.rnn_tanh_cell
    return { out: call(b, row, { ...args, hx: hx ?? zeros }) }
  },
})

export const LSTMCell = defineModule({
  name: 'LSTMCell',
  args: [...cellArgs, ...factoryArgs],
  inputs: lstmInputs,
  returns: 'pair',
  doc: 'One step of LSTM: h, c.',
  fields: CELL_FIELDS,
  version: 1,
  state: a => cellState(a, 4),
  forward(b, state, { input, hx }, a) {
    const { args, zeros } = stepArgs(b, state, input, a)
    return { out: call(b, recurrence.lstm_cell, { ...args, hx: [hx[0] ?? zeros, hx[1] ?? zeros] }) }
  },
})

export const GRUCell = defineModule({
  name: 'GRUCell',
  args: [...cellArgs, ...factoryArgs],
  inputs: sequenceInputs,
  returns: 'tensor',
  doc: 'One step of GRU.',
  fields: CELL_FIELDS,
  version: 1,
  state: a => cellState(a, 3),
  forward(b, state, { input, hx }, a) {
    const { args, zeros } = stepArgs(b, state, input, a)
    return { out: call(b, recurrence.gru_cell, { ...args, hx: hx ?? zeros }) }
  },
})
