/**
 * Binding of a call's arguments to an argument list, with PyTorch's rules: positional ones in order, then by name, one int for
 * all entries of a list, `x.view(2, 3)` for `x.view([2, 3])`. Used by the TypeScript API and by the compiler alike.
 */
import { type Arg, type ArgKind, FloatScalar, type Values } from './args.ts'
import { isSym } from './dim.ts'
import { DTYPES, isDType } from './dtype.ts'
import { OpError } from './error.ts'

/**
 * The values of all arguments by name, defaults filled in.
 * @param isValue recognises tensors (or what stands for them in the compiler)
 * @throws OpError argument/missing, argument/unknown or argument/value, naming the argument
 */
export function bindArgs<A extends readonly Arg[], V>(
  args: A,
  positional: readonly unknown[],
  named: Readonly<Record<string, unknown>>,
  isValue: (v: unknown) => v is V,
): Values<A, V> {
  const given = byPosition(args, positional)
  for (const [name, value] of Object.entries(named)) {
    if (value === undefined) continue
    const arg = argumentNamed(args, name)
    if (arg === undefined) throw unknownArgument(args, name)
    if (given.has(arg.name)) throw new OpError('argument/value', `argument '${arg.name}' is given twice`)
    given.set(arg.name, value)
  }
  const values: Record<string, unknown> = {}
  for (const arg of args) {
    if (given.has(arg.name)) values[arg.name] = checked(arg, given.get(arg.name), isValue)
    else if (arg.required) throw new OpError('argument/missing', `argument '${arg.name}' is missing`)
    else values[arg.name] = filled(arg)
  }
  return values as Values<A, V>
}

/** Other names that PyTorch takes: NumPy's, and that of the method `split`. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  axis: 'dim',
  keepdims: 'keepdim',
  split_size: 'split_size_or_sections',
}

/** The argument that a keyword names. */
export function argumentNamed(args: readonly Arg[], name: string): Arg | undefined {
  const other = Object.hasOwn(OTHER_NAMES, name) ? OTHER_NAMES[name] : undefined
  return args.find(a => a.name === name) ?? args.find(a => a.name === other)
}

function byPosition(args: readonly Arg[], positional: readonly unknown[]): Map<string, unknown> {
  const given = new Map<string, unknown>()
  for (const [i, value] of positional.entries()) {
    const arg = args[i]
    if (arg === undefined) {
      throw new OpError(
        'argument/unknown',
        `${args.length} argument${args.length === 1 ? '' : 's'} at most, but ${positional.length} are given by position`,
      )
    }
    if (arg.variadic && value !== null && value !== undefined && !isList(value)) {
      given.set(arg.name, positional.slice(i))
      return given
    }
    if (value !== undefined) given.set(arg.name, value)
  }
  return given
}

function unknownArgument(args: readonly Arg[], name: string): OpError {
  const near = args.map(a => a.name).find(n => distance(n, name) <= Math.max(1, Math.floor(n.length / 3)))
  const known = args.map(a => a.name).join(', ')
  return new OpError('argument/unknown', `there is no argument '${name}'`, {
    hint: near === undefined ? `arguments: ${known || 'none'}` : `did you mean '${near}'?`,
  })
}

/** Levenshtein's distance: how many letters differ. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const replaced = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min(replaced, row[j]! + 1, next[j - 1]! + 1))
    }
    row = next
  }
  return row[b.length]!
}

const isList = (v: unknown): v is readonly unknown[] => Array.isArray(v)
const isInt = (v: unknown): v is number => typeof v === 'number' && Number.isInteger(v)
const isDim = (v: unknown): boolean => isInt(v) || isSymbolic(v)
const isFloatNumber = (v: unknown): boolean => typeof v === 'number' || v instanceof FloatScalar
const isScalar = (v: unknown): boolean =>
  isFloatNumber(v) || typeof v === 'bigint' || typeof v === 'boolean' || isSymbolic(v)

const isNested = (v: unknown): boolean => (isList(v) ? v.every(isNested) : isScalar(v))

function isSymbolic(v: unknown): boolean {
  return typeof v === 'object' && v !== null && 'terms' in v && isSym(v as never)
}

/** What a kind is without its question mark: null is allowed where there is one. */
type PlainKind = Exclude<ArgKind, `${string}?`> | 'floats'

/** What one entry of a kind of lists is, where `size` and single values apply. */
const ENTRY: Readonly<Partial<Record<PlainKind, 'int' | 'dim' | 'float'>>> = {
  ints: 'int',
  dims: 'dim',
  floats: 'float',
}

const EXPECTED: Readonly<Record<PlainKind, string>> = {
  tensor: 'a tensor',
  tensors: 'a list of tensors',
  operand: 'a tensor or a number',
  dim: 'an int',
  dims: 'a list of ints',
  int: 'an int',
  ints: 'a list of ints',
  float: 'a number',
  floats: 'a list of numbers',
  bool: 'true or false',
  scalar: 'a number',
  numbers: 'a list of numbers',
  dtype: `a dtype (${DTYPES.join(', ')})`,
  string: 'a string',
  padding: "an int, a list of ints, 'same' or 'valid'",
  index: 'a list of indices',
}

function checked(arg: Arg, value: unknown, isValue: (v: unknown) => boolean): unknown {
  const nullable = arg.kind.endsWith('?')
  if (value === null && nullable) return null
  const kind = (nullable ? arg.kind.slice(0, -1) : arg.kind) as PlainKind
  const entry = ENTRY[kind]
  const result = entry === undefined ? single(arg, kind, value, isValue) : list(arg, kind, entry, value)
  if (result === undefined) throw wrong(arg, `${EXPECTED[kind]}${nullable ? ' or null' : ''}`, value)
  checkBounds(arg, result)
  return result
}

/** The value of an argument that is no list of numbers; undefined where it does not fit. */
function single(arg: Arg, kind: PlainKind, value: unknown, isValue: (v: unknown) => boolean): unknown {
  switch (kind) {
    case 'tensor':
      return isValue(value) ? value : undefined
    case 'tensors':
      return isList(value) && value.every(isValue) ? value : undefined
    case 'operand':
      return isValue(value) || isScalar(value) ? value : undefined
    case 'scalar':
      return isScalar(value) ? value : undefined
    case 'dim':
      return isDim(value) ? value : undefined
    case 'int':
      return isInt(value) ? value : undefined
    case 'float':
      return isFloatNumber(value) ? plainNumber(value) : undefined
    case 'bool':
      if (arg.only !== undefined && value !== arg.only) return undefined
      return typeof value === 'boolean' ? value : undefined
    case 'dtype':
      return typeof value === 'string' && isDType(value) ? value : undefined
    case 'string':
      return typeof value === 'string' ? oneOf(arg, value) : undefined
    case 'padding':
      if (value === 'same' || value === 'valid') return value
      return list(arg, 'ints', 'int', value)
    case 'numbers':
      return isList(value) && value.every(isNested) ? value : undefined
    case 'index':
      return isList(value) ? value : undefined
    default:
      return undefined
  }
}

const plainNumber = (v: unknown): unknown => (v instanceof FloatScalar ? v.value : v)

function oneOf(arg: Arg, value: string): string {
  if (arg.enum === undefined || arg.enum.includes(value)) return value
  throw new OpError('argument/value', `argument '${arg.name}' cannot be '${value}'`, {
    hint: `one of ${arg.enum.map(e => `'${e}'`).join(', ')}`,
  })
}

function list(arg: Arg, kind: PlainKind, entry: 'int' | 'dim' | 'float', value: unknown): unknown {
  const fits = entry === 'int' ? isInt : entry === 'dim' ? isDim : isFloatNumber
  // `dims?` may leave entries open: adaptive_avg_pool2d(x, (None, 1)).
  const open = arg.kind === 'dims?'
  const entries = isList(value) ? value : [value]
  if (!entries.every(v => fits(v) || (open && v === null))) return undefined
  const plain = entries.map(plainNumber)
  if (arg.size === undefined || plain.length === arg.size) return plain
  if (plain.length === 1) return repeated(plain[0], arg.size)
  throw new OpError(
    'argument/value',
    `argument '${arg.name}' takes ${EXPECTED[kind]} of length ${arg.size}, not ${plain.length}`,
  )
}

const repeated = (value: unknown, size: number): unknown[] => Array.from({ length: size }, () => value)

/** The default of an argument, a single entry standing for all. */
function filled(arg: Arg): unknown {
  const value: unknown = arg.default
  if (arg.size !== undefined && isList(value) && value.length === 1) return repeated(value[0], arg.size)
  return value
}

function checkBounds(arg: Arg, value: unknown): void {
  if (arg.min === undefined && arg.max === undefined) return
  for (const entry of isList(value) ? value : [value]) {
    const n = plainNumber(entry)
    if (typeof n !== 'number' && typeof n !== 'bigint') continue
    if ((arg.min !== undefined && n < arg.min) || (arg.max !== undefined && n > arg.max) || Number.isNaN(n)) {
      throw new OpError('argument/value', `argument '${arg.name}' is ${n}, but must be ${boundsText(arg)}`)
    }
  }
}

function boundsText(arg: Arg): string {
  if (arg.min === undefined) return `at most ${arg.max}`
  return arg.max === undefined ? `at least ${arg.min}` : `between ${arg.min} and ${arg.max}`
}

function wrong(arg: Arg, expected: string, value: unknown): OpError {
  return new OpError('argument/value', `argument '${arg.name}' takes ${expected}, not ${describe(value)}`)
}

function describe(value: unknown): string {
  if (value === null) return 'null'
  if (isList(value))
    return value.length > 4 ? `a list of ${value.length}` : `[${value.map(describe).join(', ')}]`
  if (typeof value === 'string') return `'${value.length > 40 ? `${value.slice(0, 40)}…` : value}'`
  if (value instanceof FloatScalar) return `the float ${value.value}`
  if (isSymbolic(value)) return `the symbolic size ${String(value)}`
  return typeof value === 'object' ? 'a tensor or object' : String(value)
}
