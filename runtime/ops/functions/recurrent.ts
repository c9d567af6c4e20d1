/** Recurrent nets, unrolled over time, and their cells. The gates' order is torch's: i f g o; r z n. */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { type Dim, printShape } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { dropout } from './dropout.ts'
import { linear } from './linear.ts'
import { flip } from './movement.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

export type RecurrentMode = 'lstm' | 'gru' | 'rnn_tanh' | 'rnn_relu'

/** Weights of one direction of one layer. `projection` is LSTM's weight_hr. */
export interface CellWeights<V> {
  readonly ih: V
  readonly hh: V
  readonly biasIh: V | null
  readonly biasHh: V | null
  readonly projection: V | null
}

export interface CellState<V> {
  readonly h: V
  /** LSTM only. */
  readonly c: V | null
}

/** A product in the dtype of the weights: where those are lower than the state, as in a region of autocast, the state is cast. */
function product<V>(b: Builder<V>, x: V, weight: V, bias: V | null): V {
  const v = vocabulary(b)
  const isLower = v.dtype(x) === 'float32' && ['bfloat16', 'float16'].includes(v.dtype(weight))
  return linear(b, isLower ? v.cast(x, v.dtype(weight)) : x, weight, bias)
}

/** One step from the projected input `x @ W_ih^T + b_ih`. All tensors are [N, ..]. */
function step<V>(
  b: Builder<V>,
  mode: RecurrentMode,
  projected: V,
  state: CellState<V>,
  w: CellWeights<V>,
): CellState<V> {
  const v = vocabulary(b)
  const recurrent = product(b, state.h, w.hh, w.biasHh)
  if (mode === 'rnn_tanh') return { h: v.tanh(v.add(projected, recurrent)), c: null }
  if (mode === 'rnn_relu') return { h: v.max(v.add(projected, recurrent), 0), c: null }
  const hidden = v.size(w.hh, 0) as number
  const gates = mode === 'lstm' ? 4 : 3
  const size = hidden / gates
  const part = (x: V, i: number): V => v.slice(x, -1, i * size, size)
  if (mode === 'gru') {
    const reset = v.sigmoid(v.add(part(projected, 0), part(recurrent, 0)))
    const update = v.sigmoid(v.add(part(projected, 1), part(recurrent, 1)))
    const fresh = v.tanh(v.add(part(projected, 2), v.mul(reset, part(recurrent, 2))))
    return { h: v.add(v.mul(v.sub(state.h, fresh), update), fresh), c: null }
  }
  const all = v.add(projected, recurrent)
  const [i, f, o] = [0, 1, 3].map(k => v.sigmoid(part(all, k)))
  const c = v.add(v.mul(f!, state.c!), v.mul(i!, v.tanh(part(all, 2))))
  const h = v.mul(o!, v.tanh(c))
  return { h: w.projection === null ? h : product(b, h, w.projection, null), c }
}

/** One step of a cell on x [N, in] (or [in]). */
export function recurrentCell<V>(
  b: Builder<V>,
  mode: RecurrentMode,
  x: V,
  state: CellState<V>,
  w: CellWeights<V>,
): CellState<V> {
  const v = vocabulary(b)
  if (v.rank(x) === 1) {
    const lifted = { h: v.unsqueeze(state.h, 0), c: state.c === null ? null : v.unsqueeze(state.c, 0) }
    const out = recurrentCell(b, mode, v.unsqueeze(x, 0), lifted, w)
    return { h: v.dropAxis(out.h, 0), c: out.c === null ? null : v.dropAxis(out.c, 0) }
  }
  return step(b, mode, linear(b, x, w.ih, w.biasIh), state, w)
}

export interface RecurrentOptions {
  readonly mode: RecurrentMode
  readonly bidirectional: boolean
  readonly batchFirst: boolean
  /** Between layers, in training. */
  readonly dropout: number
  readonly training: boolean
}

export interface RecurrentResult<V> {
  /** [T, N, directions * out], or [N, T, ..] with batchFirst, or without N as the input. */
  readonly out: V
  /** [layers * directions, N, out]. */
  readonly h: V
  readonly c: V | null
}

function runDirection<V>(
  b: Builder<V>,
  mode: RecurrentMode,
  x: V,
  state: CellState<V>,
  w: CellWeights<V>,
  steps: number,
  backward: boolean,
): { out: V; state: CellState<V> } {
  const v = vocabulary(b)
  const projected = product(b, x, w.ih, w.biasIh)
  const outputs: V[] = []
  let current = state
  for (let t = 0; t < steps; t++) {
    current = step(b, mode, v.at(projected, 0, backward ? steps - 1 - t : t), current, w)
    outputs.push(current.h)
  }
  const out = v.stack(outputs, 0)
  return { out: backward ? flip(b, out, [0]) : out, state: current }
}

/** Layers of `weights`, one entry for each direction of each layer. x is [T, N, in] (or [N, T, in], or [T, in]). */
export function recurrentNet<V>(
  b: Builder<V>,
  input: V,
  initial: CellState<V>,
  weights: readonly CellWeights<V>[],
  options: RecurrentOptions,
): RecurrentResult<V> {
  const v = vocabulary(b)
  const { mode, bidirectional, batchFirst } = options
  const directions = bidirectional ? 2 : 1
  return overTime(v, input, initial, batchFirst, (sequence, start) => {
    const steps = v.size(sequence, 0)
    if (typeof steps !== 'number') {
      throw new OpError(
        'op/unsupported',
        `${mode}: ${steps} steps cannot be unrolled: the number must be fixed`,
        { op: mode },
      )
    }
    if (steps === 0) throw new OpError('shape/range', `${mode}: the sequence has no steps`, { op: mode })
    const ends: CellState<V>[] = []
    let x = sequence
    for (let layer = 0; layer * directions < weights.length; layer++) {
      const runs = weights.slice(layer * directions, (layer + 1) * directions).map((w, d) => {
        const at = layer * directions + d
        const own = { h: v.at(start.h, 0, at), c: start.c === null ? null : v.at(start.c, 0, at) }
        return runDirection(b, mode, x, own, w, steps, d === 1)
      })
      ends.push(...runs.map(r => r.state))
      x = v.cat(
        runs.map(r => r.out),
        -1,
      )
      const isLast = (layer + 1) * directions >= weights.length
      if (options.training && options.dropout > 0 && !isLast) x = dropout(b, x, options.dropout, v.shape(x))
    }
    const stacked = (values: readonly V[]): V => v.stack(values, 0)
    return {
      out: x,
      h: stacked(ends.map(e => e.h)),
      c: initial.c === null ? null : stacked(ends.map(e => e.c!)),
    }
  })
}

/** The shapes of recurrentNet's results, for any number of steps. */
export function inferRecurrentNet<V>(
  b: Builder<V>,
  input: V,
  initial: CellState<V>,
  weights: readonly CellWeights<V>[],
  options: RecurrentOptions,
): RecurrentResult<V> {
  const v = vocabulary(b)
  const directions = options.bidirectional ? 2 : 1
  return overTime(v, input, initial, options.batchFirst, (sequence, start) => {
    const [steps, batch] = v.shape(sequence)
    // One step of each layer checks the sizes.
    let x = v.slice(sequence, 0, 0, 1)
    let width: Dim = 0
    for (let layer = 0; layer * directions < weights.length; layer++) {
      const runs = weights.slice(layer * directions, (layer + 1) * directions).map((w, d) => {
        const at = layer * directions + d
        const own = { h: v.at(start.h, 0, at), c: start.c === null ? null : v.at(start.c, 0, at) }
        return runDirection(b, options.mode, x, own, w, 1, false).out
      })
      x = v.cat(runs, -1)
      width = v.size(x, -1)
    }
    return { out: v.full([steps!, batch!, width], 0, v.dtype(x)), h: start.h, c: start.c }
  })
}

/** Brings the input to [T, N, in] and the results back. */
function overTime<V>(
  v: Vocabulary<V>,
  input: V,
  initial: CellState<V>,
  batchFirst: boolean,
  run: (x: V, start: CellState<V>) => RecurrentResult<V>,
): RecurrentResult<V> {
  const rank = v.rank(input)
  if (rank === 2) {
    const lifted = (x: V | null): V | null => (x === null || v.rank(x) === 3 ? x : v.unsqueeze(x, 1))
    const r = run(v.unsqueeze(input, 1), { h: lifted(initial.h)!, c: lifted(initial.c) })
    return { out: v.dropAxis(r.out, 1), h: v.dropAxis(r.h, 1), c: r.c === null ? null : v.dropAxis(r.c, 1) }
  }
  if (rank !== 3)
    throw new OpError('shape/rank', `a recurrent net takes 2 or 3 axes, not ${printShape(v.shape(input))}`)
  if (!batchFirst) return run(input, initial)
  const r = run(v.transpose(input, 0, 1), initial)
  return { ...r, out: v.transpose(r.out, 0, 1) }
}

/** torch's flat list of weights, [w_ih, w_hh, b_ih, b_hh, w_hr] for each direction of each layer. */
export function cellWeights<V>(
  params: readonly V[],
  hasBiases: boolean,
  count: number,
): readonly CellWeights<V>[] {
  const each = params.length / count
  const plain = hasBiases ? 4 : 2
  if (each !== plain && each !== plain + 1) {
    throw new OpError('argument/value', `${params.length} weights do not make ${count} directions of layers`)
  }
  return Array.from({ length: count }, (_, i) => {
    const own = params.slice(i * each, (i + 1) * each)
    return {
      ih: own[0]!,
      hh: own[1]!,
      biasIh: hasBiases ? own[2]! : null,
      biasHh: hasBiases ? own[3]! : null,
      projection: each > plain ? own[each - 1]! : null,
    }
  })
}

const input = required('input', 'tensor')
const netArgs = [
  required('params', 'tensors'),
  required('has_biases', 'bool'),
  required('num_layers', 'int', { min: 1 }),
  required('dropout', 'float', { min: 0, max: 1 }),
  required('train', 'bool'),
  required('bidirectional', 'bool'),
  required('batch_first', 'bool'),
] as const

interface NetArgs<V> {
  readonly input: V
  readonly params: readonly V[]
  readonly has_biases: boolean
  readonly num_layers: number
  readonly dropout: number
  readonly train: boolean
  readonly bidirectional: boolean
  readonly batch_first: boolean
}

type Net = typeof recurrentNet

function run<V>(
  b: Builder<V>,
  net: Net,
  mode: RecurrentMode,
  a: NetArgs<V>,
  state: CellState<V>,
): RecurrentResult<V> {
  const weights = cellWeights(a.params, a.has_biases, a.num_layers * (a.bidirectional ? 2 : 1))
  return net(b, a.input, state, weights, {
    mode,
    bidirectional: a.bidirectional,
    batchFirst: a.batch_first,
    dropout: a.dropout,
    training: a.train,
  })
}

function lstm<V>(b: Builder<V>, net: Net, a: NetArgs<V> & { readonly hx: readonly V[] }): readonly [V, V, V] {
  const [h, c] = a.hx
  if (h === undefined || c === undefined)
    throw new OpError('argument/value', 'lstm: hx is the list [h, c]', { op: 'lstm' })
  const r = run(b, net, 'lstm', a, { h, c })
  return [r.out, r.h, r.c!]
}

const netRow = <const N extends 'gru' | 'rnn_tanh' | 'rnn_relu'>(name: N, doc: string) =>
  defineFunction({
    name,
    args: [input, required('hx', 'tensor'), ...netArgs],
    returns: 'pair',
    doc,
    expand(b, args) {
      const r = run(b, recurrentNet, name, args, { h: args.hx, c: null })
      return [r.out, r.h]
    },
    infer(b, args) {
      const r = run(b, inferRecurrentNet, name, args, { h: args.hx, c: null })
      return [r.out, r.h]
    },
  })

const cellArgs = [
  required('w_ih', 'tensor'),
  required('w_hh', 'tensor'),
  optional('b_ih', 'tensor?', null),
  optional('b_hh', 'tensor?', null),
] as const

const cellRow = <const N extends 'gru_cell' | 'rnn_tanh_cell' | 'rnn_relu_cell'>(
  name: N,
  mode: RecurrentMode,
  doc: string,
) =>
  defineFunction({
    name,
    args: [input, required('hx', 'tensor'), ...cellArgs],
    returns: 'tensor',
    doc,
    expand: (b, { input, hx, w_ih, w_hh, b_ih, b_hh }) =>
      recurrentCell(
        b,
        mode,
        input,
        { h: hx, c: null },
        { ih: w_ih, hh: w_hh, biasIh: b_ih, biasHh: b_hh, projection: null },
      ).h,
  })

export const recurrence = {
  lstm: defineFunction({
    name: 'lstm',
    args: [input, required('hx', 'tensors'), ...netArgs],
    returns: 'triple',
    doc: 'LSTM over a sequence: outputs, last hidden states, last cell states.',
    expand: (b, args) => lstm(b, recurrentNet, args),
    infer: (b, args) => lstm(b, inferRecurrentNet, args),
  }),
  gru: netRow('gru', 'GRU over a sequence: outputs and last hidden states.'),
  rnn_tanh: netRow('rnn_tanh', 'Elman net with tanh: outputs and last hidden states.'),
  rnn_relu: netRow('rnn_relu', 'Elman net with relu: outputs and last hidden states.'),
  lstm_cell: defineFunction({
    name: 'lstm_cell',
    args: [input, required('hx', 'tensors'), ...cellArgs],
    returns: 'pair',
    doc: 'One step of LSTM: hidden and cell state.',
    expand(b, { input, hx, w_ih, w_hh, b_ih, b_hh }) {
      const [h, c] = hx
      if (h === undefined || c === undefined)
        throw new OpError('argument/value', 'lstm_cell: hx is the list [h, c]')
      const weights = { ih: w_ih, hh: w_hh, biasIh: b_ih, biasHh: b_hh, projection: null }
      const next = recurrentCell(b, 'lstm', input, { h, c }, weights)
      return [next.h, next.c!]
    },
  }),
  gru_cell: cellRow('gru_cell', 'gru', 'One step of GRU.'),
  rnn_tanh_cell: cellRow('rnn_tanh_cell', 'rnn_tanh', 'One step of an Elman net with tanh.'),
  rnn_relu_cell: cellRow('rnn_relu_cell', 'rnn_relu', 'One step of an Elman net with relu.'),
} as const
