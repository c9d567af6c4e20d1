/**
 * Short-time Fourier transforms as matrix products with the cosines and sines of a window's length. Complex numbers are pairs
 * along a last axis of size 2, as torch.view_as_real gives them.
 */
import { optional, required } from '../args.ts'
import type { Builder } from '../builder.ts'
import { add, type Dim, mul, printShape, sub } from '../dim.ts'
import { OpError } from '../error.ts'
import { defineFunction } from '../function.ts'
import { pad } from './padding.ts'
import { type Vocabulary, vocabulary } from './vocabulary.ts'

/** cos and sin of 2 pi k n / size, [size, bins]. k n is reduced before the angle is taken: exact for any size. */
function basis<V>(v: Vocabulary<V>, size: number, bins: number): { cos: V; sin: V } {
  const turns = v.zip('remainder', v.mul(v.iotaAlong(2, 0, size), v.iotaAlong(2, 1, bins)), size)
  const angle = v.mul(v.cast(turns, 'float32'), (2 * Math.PI) / size)
  return { cos: v.map('cos', angle), sin: v.map('sin', angle) }
}

interface Framing<V> {
  readonly n_fft: number
  readonly hop_length: number | null
  readonly win_length: number | null
  readonly window: V | null
}

/** The hop, and the window centred in n_fft elements (null: all ones). */
function framing<V>(b: Builder<V>, op: string, a: Framing<V>): { hop: number; window: V | null } {
  const v = vocabulary(b)
  const length = a.win_length ?? a.n_fft
  const hop = a.hop_length ?? Math.floor(a.n_fft / 4)
  if (hop < 1 || length < 1 || length > a.n_fft)
    throw new OpError(
      'argument/value',
      `${op}: hop ${hop} and window ${length} do not fit n_fft = ${a.n_fft}`,
      { op },
    )
  if (a.window !== null && (v.rank(a.window) !== 1 || !b.assumeEqual(v.size(a.window, 0), length)))
    throw new OpError(
      'shape/mismatch',
      `${op}: the window ${printShape(v.shape(a.window))} must have ${length} elements`,
      { op },
    )
  if (length === a.n_fft) return { hop, window: a.window }
  const left = Math.floor((a.n_fft - length) / 2)
  const own = a.window ?? v.full([length], 1, 'float32')
  return { hop, window: v.padLast(own, [[left, a.n_fft - length - left]], 0) }
}

interface Stft<V> extends Framing<V> {
  readonly center: boolean
  readonly pad_mode: string
  readonly normalized: boolean
  readonly onesided: boolean | null
}

/** [.., L] to [.., bins, frames, 2]. */
function stft<V>(b: Builder<V>, input: V, a: Stft<V>): V {
  const v = vocabulary(b)
  if (v.rank(input) !== 1 && v.rank(input) !== 2)
    throw new OpError('shape/rank', `stft takes [L] or [N, L], not ${printShape(v.shape(input))}`, {
      op: 'stft',
    })
  const { hop, window } = framing(b, 'stft', a)
  const size = a.n_fft
  const batch = v.rank(input) === 1 ? v.unsqueeze(input, 0) : input
  const half = Math.floor(size / 2)
  const signal = a.center ? pad(b, batch, [half, half], a.pad_mode, 0) : batch
  const frames = b.emit('window', [signal], { sizes: [size], strides: [hop], dilations: [1] })
  const bins = a.onesided === false ? size : half + 1
  const { cos, sin } = basis(v, size, bins)
  const weighted = (wave: V): V => {
    const windowed = window === null ? wave : v.mul(wave, v.unsqueeze(window, 1))
    return v.cast(a.normalized ? v.mul(windowed, 1 / Math.sqrt(size)) : windowed, v.dtype(signal))
  }
  const parts = [weighted(cos), weighted(v.neg(sin))].map(wave => v.transpose(v.matmul(frames, wave), 1, 2))
  const out = v.stack(parts, 3)
  return v.rank(input) === 1 ? v.dropAxis(out, 0) : out
}

/** Frames [N, n, size] added up where they overlap: [N, (n - 1) * hop + size]. */
function overlapAdd<V>(b: Builder<V>, frames: V, hop: number): V {
  const v = vocabulary(b)
  const [batch, count, size] = v.shape(frames)
  const length = add(mul(sub(count!, 1), hop), size!)
  const at = v.add(v.mul(v.iotaAlong(2, 0, count!), hop), v.iotaAlong(2, 1, size!))
  const flat = mul(count!, size!)
  const index = v.expand(v.reshape(at, [1, flat]), [batch!, flat])
  const zeros = v.full([batch!, length], 0, v.dtype(frames))
  return b.emit('scatter', [zeros, index, v.reshape(frames, [batch!, flat])], { dim: 1, reduce: 'add' })
}

interface Istft<V> extends Framing<V> {
  readonly center: boolean
  readonly normalized: boolean
  readonly onesided: boolean | null
  readonly length: Dim | null
}

/** [.., bins, frames, 2] to [.., L]. */
function istft<V>(b: Builder<V>, input: V, a: Istft<V>): V {
  const v = vocabulary(b)
  const rank = v.rank(input)
  if ((rank !== 3 && rank !== 4) || !b.assumeEqual(v.size(input, -1), 2)) {
    throw new OpError(
      'shape/rank',
      `istft takes [bins, frames, 2] or [N, bins, frames, 2], not ${printShape(v.shape(input))}`,
      {
        op: 'istft',
        hint: 'complex numbers are pairs along the last axis, as torch.view_as_real gives them',
      },
    )
  }
  const { hop, window } = framing(b, 'istft', a)
  const size = a.n_fft
  const half = Math.floor(size / 2)
  const batch = rank === 3 ? v.unsqueeze(input, 0) : input
  const bins = a.onesided === false ? size : half + 1
  if (!b.assumeEqual(v.size(batch, 1), bins))
    throw new OpError('shape/mismatch', `istft: ${v.size(batch, 1)} bins, but n_fft = ${size} has ${bins}`, {
      op: 'istft',
    })
  // The other half of a two-sided spectrum is not read, as in torch.
  const read = half + 1
  const { cos, sin } = basis(v, size, read)
  // Bins other than the first and the middle one stand for two.
  const k = v.iotaAlong(2, 0, read)
  const alone = size % 2 === 0 ? v.or(v.eq(k, 0), v.eq(k, half)) : v.eq(k, 0)
  const scale = a.normalized ? 1 / Math.sqrt(size) : 1 / size
  const weight = v.where(alone, v.full([], scale, 'float32'), 2 * scale)
  const wave = (w: V): V => v.cast(v.mul(v.transpose(w, 0, 1), weight), v.dtype(input))
  const [real, imaginary] = [0, 1].map(i => v.transpose(v.slice(v.at(batch, 3, i), 1, 0, read), 1, 2))
  const frames = v.sub(v.matmul(real!, wave(cos)), v.matmul(imaginary!, wave(sin)))
  const shape = window ?? v.full([size], 1, v.dtype(input))
  const sums = overlapAdd(b, v.mul(frames, shape), hop)
  const squares = v.expand(v.reshape(v.square(shape), [1, 1, size]), [1, v.size(frames, 1), size])
  const envelope = overlapAdd(b, squares, hop)
  const whole = v.size(sums, 1)
  const start = a.center ? half : 0
  const end = a.length === null ? (a.center ? sub(whole, half) : whole) : add(start, a.length)
  const missing = typeof end === 'number' && typeof whole === 'number' ? Math.max(0, end - whole) : 0
  const cut = (x: V): V => v.slice(x, 1, start, sub(sub(end, missing), start))
  const out = v.padLast(v.div(cut(sums), cut(envelope)), [[0, missing]], 0)
  return rank === 3 ? v.dropAxis(out, 0) : out
}

const framingArgs = [
  required('n_fft', 'int', { min: 1 }),
  optional('hop_length', 'int?', null),
  optional('win_length', 'int?', null),
  optional('window', 'tensor?', null),
  optional('center', 'bool', true),
] as const

export const spectra = {
  stft: defineFunction({
    name: 'stft',
    method: true,
    args: [
      required('input', 'tensor'),
      ...framingArgs,
      optional('pad_mode', 'string', 'reflect', { enum: ['constant', 'reflect', 'replicate', 'circular'] }),
      optional('normalized', 'bool', false),
      optional('onesided', 'bool?', null),
      optional('return_complex', 'bool', false, { only: false }),
    ],
    returns: 'tensor',
    doc: 'Short-time Fourier transform: [bins, frames, 2], the pairs that torch.view_as_real gives.',
    expand: (b, { input, ...a }) => stft(b, input, a),
  }),
  istft: defineFunction({
    name: 'istft',
    method: true,
    args: [
      required('input', 'tensor'),
      ...framingArgs,
      optional('normalized', 'bool', false),
      optional('onesided', 'bool?', null),
      optional('length', 'dim?', null),
      optional('return_complex', 'bool', false, { only: false }),
    ],
    returns: 'tensor',
    doc: 'Inverse of stft, from pairs along the last axis.',
    expand: (b, { input, ...a }) => istft(b, input, a),
  }),
} as const
