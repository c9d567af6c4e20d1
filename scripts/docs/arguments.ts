/** Arguments of the tables as the reference pages print them: Python signatures, kinds and bounds. */
import type { Arg, ArgKind } from '../../runtime/ops/args.ts'

const KINDS: Readonly<Record<ArgKind, string>> = {
  tensor: 'tensor',
  'tensor?': 'tensor or None',
  tensors: 'list of tensors',
  operand: 'tensor or number',
  'operand?': 'tensor, number or None',
  dim: 'size',
  'dim?': 'size or None',
  dims: 'sizes',
  'dims?': 'sizes or None',
  int: 'int',
  'int?': 'int or None',
  ints: 'int or ints',
  'ints?': 'int, ints or None',
  float: 'float',
  'float?': 'float or None',
  'floats?': 'float, floats or None',
  bool: 'bool',
  'bool?': 'bool or None',
  scalar: 'number',
  numbers: 'numbers, nested',
  'scalar?': 'number or None',
  dtype: 'dtype',
  'dtype?': 'dtype or None',
  string: 'str',
  'string?': 'str or None',
  padding: "ints, 'same' or 'valid'",
  index: 'index',
}

/** What an argument takes, with its number of entries, words and bounds. */
export function kindText(arg: Arg): string {
  const facts = [
    arg.size !== undefined && arg.size > 1 ? `${arg.size} entries` : '',
    arg.enum === undefined ? '' : `one of ${arg.enum.map(word => `\`${word}\``).join(', ')}`,
    arg.min === undefined ? '' : `at least ${arg.min}`,
    arg.max === undefined ? '' : `at most ${arg.max}`,
    arg.ignored ? 'accepted, without effect' : '',
  ].filter(fact => fact !== '')
  return [KINDS[arg.kind], ...facts].join('; ')
}

/** A default as Python writes it. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (typeof value === 'string') return `'${value}'`
  if (typeof value === 'number') return numberLiteral(value)
  if (Array.isArray(value)) {
    const items = value.map(pythonLiteral)
    return new Set(items).size === 1 && items.length > 0 ? items[0]! : `[${items.join(', ')}]`
  }
  throw new TypeError(`${String(value)} has no literal`)
}

function numberLiteral(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return 'inf'
  if (value === Number.NEGATIVE_INFINITY) return '-inf'
  return String(value)
}

/** The default of an argument, as PyTorch's pages show it. */
export function defaultText(arg: Arg): string {
  const value: unknown = arg.default
  // An optional list of tensors (the state of an LSTM) is None in PyTorch, and so it may be written.
  if (arg.kind === 'tensors') return 'None'
  const isWholeFloat = arg.kind.startsWith('float') && Number.isInteger(value)
  return isWholeFloat ? `${String(value)}.0` : pythonLiteral(value)
}

/** `conv2d(input, weight, bias=None)`. */
export function signature(name: string, args: readonly Arg[]): string {
  const text = args.map(arg => {
    const label = arg.variadic ? `*${arg.name}` : arg.name
    return arg.required || arg.variadic ? label : `${label}=${defaultText(arg)}`
  })
  return `${name}(${text.join(', ')})`
}
