/** The plain Python and torch constructors that a weights-only checkpoint may call, each making a value of our tree. */
import { CheckpointError } from '../checkpoint-error.ts'
import { setOf } from '../pickle/unpickler.ts'
import { PyDict } from '../py-dict.ts'
import {
  PyByteArray,
  PyComplex,
  PySet,
  type PyValue,
  TorchDevice,
  TorchLayout,
  TorchSize,
} from '../python-value.ts'
import { Arguments } from './arguments.ts'
import { asParameter } from './rebuild.ts'

type Constructor = (args: readonly PyValue[]) => PyValue

const LATIN1 = new Set(['latin1', 'latin-1', 'iso-8859-1'])
const LAYOUTS = new Set([
  'strided',
  'sparse_coo',
  'sparse_csr',
  'sparse_csc',
  'sparse_bsr',
  'sparse_bsc',
  '_mkldnn',
])
const DEVICE =
  /^(cpu|cuda|ipu|xpu|mkldnn|opengl|opencl|ideep|hip|ve|fpga|maia|xla|lazy|vulkan|mps|meta|hpu|mtia|privateuseone)(?::(\d{1,3}))?$/

const orderedDict: Constructor = items => {
  const args = new Arguments('collections.OrderedDict', items, 0, 1)
  const dict = new PyDict('OrderedDict')
  if (!args.has(0)) return dict
  // Python 2 wrote OrderedDict([[key, value], ...]).
  for (const pair of args.items(0)) {
    const entry = new Arguments('collections.OrderedDict: a pair', [pair], 1).items(0)
    if (entry.length !== 2) throw refused('an entry of an OrderedDict is no pair')
    dict.set(entry[0] as PyValue, entry[1] as PyValue)
  }
  return dict
}

const counter: Constructor = items => {
  const args = new Arguments('collections.Counter', items, 0, 1)
  return new PyDict('Counter', args.has(0) ? args.dict(0) : [])
}

/** defaultdict(factory[, items]): the factory is a name that is never called. */
const defaultDict: Constructor = items => {
  const args = new Arguments('collections.defaultdict', items, 0, 2)
  return new PyDict('defaultdict', args.has(1) ? args.dict(1) : [])
}

/** `_codecs.encode(text, 'latin1')`: how protocol 2 writes bytes. */
const encode: Constructor = items => {
  const args = new Arguments('_codecs.encode', items, 2)
  return latin1(args.text(0), args.text(1))
}

function latin1(text: string, codec: string): Uint8Array {
  if (!LATIN1.has(codec)) throw refused(`bytes in the codec ${JSON.stringify(codec.slice(0, 40))}`)
  const bytes = new Uint8Array(text.length)
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code > 255) throw refused('bytes that latin1 cannot hold')
    bytes[i] = code
  }
  return bytes
}

const byteArray: Constructor = items => {
  const args = new Arguments('builtins.bytearray', items, 0, 2)
  if (!args.has(0)) return new PyByteArray(new Uint8Array(0))
  const value = args.any(0)
  if (args.has(1)) return new PyByteArray(latin1(args.text(0), args.text(1)))
  if (value instanceof Uint8Array) return new PyByteArray(value.slice())
  throw refused('a bytearray made of what is neither bytes nor text')
}

const set: Constructor = items => {
  const args = new Arguments('builtins.set', items, 0, 1)
  return new PySet(setOf(args.has(0) ? args.items(0) : []))
}

const complex: Constructor = items => {
  const args = new Arguments('builtins.complex', items, 0, 2)
  return new PyComplex(args.has(0) ? args.float(0) : 0, args.has(1) ? args.float(1) : 0)
}

const size: Constructor = items => {
  const args = new Arguments('torch.Size', items, 0, 1)
  return new TorchSize(args.has(0) ? args.ints(0) : [])
}

const device: Constructor = items => {
  const args = new Arguments('torch.device', items, 1, 2)
  const match = DEVICE.exec(args.text(0))
  const index = args.has(1) ? args.int(1) : match?.[2] === undefined ? null : Number(match[2])
  const bad =
    match === null ||
    (args.has(1) && match[2] !== undefined) ||
    (index !== null && (index < 0 || index > 127))
  if (bad) throw refused(`torch.device(${JSON.stringify(args.text(0).slice(0, 40))})`)
  return new TorchDevice(match[1] as string, index)
}

const layout: Constructor = items => {
  const args = new Arguments('torch.serialization._get_layout', items, 1)
  const name = args.text(0).replace(/^torch\./, '')
  if (!LAYOUTS.has(name)) throw refused(`the layout ${JSON.stringify(name.slice(0, 40))}`)
  return TorchLayout.of(name)
}

/** Parameter(data[, requires_grad]). */
const parameter: Constructor = items => {
  const args = new Arguments('torch.nn.parameter.Parameter', items, 1, 2)
  return asParameter(args.any(0), args.has(1) ? args.bool(1) : true)
}

function refused(what: string): CheckpointError {
  return new CheckpointError('pickle/refused-call', `${what} is not read`)
}

/** By the full Python 3 name. */
export const CONSTRUCTORS: ReadonlyMap<string, Constructor> = new Map([
  ['collections.OrderedDict', orderedDict],
  ['collections.Counter', counter],
  ['collections.defaultdict', defaultDict],
  ['_codecs.encode', encode],
  ['builtins.bytearray', byteArray],
  ['builtins.set', set],
  ['builtins.complex', complex],
  ['torch.Size', size],
  ['torch.device', device],
  ['torch.serialization._get_layout', layout],
  ['torch.nn.parameter.Parameter', parameter],
])
