/**
 * From what a caller wrote to the values that a row sees: defaults filled in, one number repeated for every dimension, kinds,
 * enums and bounds checked.
 */
import { type Arg, FloatScalar, type Options, type Values } from '../../ops/args.ts'
import { Sym } from '../../ops/dim.ts'
import { DTYPES, isDType } from '../../ops/dtype.ts'
import { OpError } from '../../ops/error.ts'

/**
 * The values of all arguments of `owner` (a class of torch.nn, for the messages). Throws OpError: argument/unknown,
 * argument/missing, argument/value. Values that hold tensors are passed as they are.
 */
export function bindArgs<A extends readonly Arg[], V>(
  owner: string,
  args: A,
  given: Options<A, V>,
): Values<A, V> {
  const options = given as Readonly<Record<string, unknown>>
  for (const name of Object.keys(options)) {
    if (args.every(a => a.name !== name)) {
      throw new OpError('argument/unknown', `${owner} has no argument '${name}'`, {
        op: owner,
        hint: args.length > 0 ? `it has ${args.map(a => a.name).join(', ')}` : 'it has none',
      })
    }
  }
  const bound = args.map(arg => {
    const value = Object.hasOwn(options, arg.name) ? options[arg.name] : undefined
    return [arg.name, value === undefined ? defaultOf(owner, arg) : bindValue(owner, arg, value)]
  })
  return Object.fromEntries(bound) as Values<A, V>
}

function defaultOf(owner: string, arg: Arg): unknown {
  if (arg.required) {
    throw new OpError('argument/missing', `${owner} needs the argument '${arg.name}'`, { op: owner })
  }
  return arg.default
}

const isInt = (v: unknown): boolean => Number.isSafeInteger(v) || v instanceof Sym
const isObject = (v: unknown): v is object => typeof v === 'object' && v !== null
const isNumber = (v: unknown): boolean => typeof v === 'number' || v instanceof FloatScalar

/** What one entry of each kind has to be, in words and as a check; null where there is nothing to check. */
function entryRule(arg: Arg): readonly [string, (v: unknown) => boolean] | null {
  switch (arg.kind) {
    case 'int':
    case 'int?':
    case 'ints':
    case 'ints?':
    case 'dim':
    case 'dim?':
    case 'dims':
      return ['an integer', isInt]
    case 'dims?':
      return ['an integer or null', v => v === null || isInt(v)]
    case 'padding':
      return ["an integer, 'same' or 'valid'", v => v === 'same' || v === 'valid' || isInt(v)]
    case 'float':
    case 'float?':
    case 'floats?':
      return ['a number', isNumber]
    case 'bool':
    case 'bool?':
      return ['true or false', v => typeof v === 'boolean']
    case 'dtype':
    case 'dtype?':
      return [`one of ${DTYPES.join(', ')}`, v => typeof v === 'string' && isDType(v)]
    case 'string':
    case 'string?':
      return arg.enum
        ? [`one of ${arg.enum.join(', ')}`, v => typeof v === 'string' && arg.enum!.includes(v)]
        : ['a string', v => typeof v === 'string']
    default:
      return null
  }
}

const LISTS: ReadonlySet<string> = new Set(['ints', 'ints?', 'dims', 'dims?', 'floats?', 'padding'])

function bindValue(owner: string, arg: Arg, value: unknown): unknown {
  if (value === null && (arg.kind.endsWith('?') || arg.default === null)) return null
  const rule = entryRule(arg)
  if (rule === null) return value
  const [words, fits] = rule
  const entry = (v: unknown): unknown => {
    const n = v instanceof FloatScalar ? v.value : v
    const low = arg.min !== undefined && typeof n === 'number' && n < arg.min
    const high = arg.max !== undefined && typeof n === 'number' && n > arg.max
    if (fits(v) && !low && !high) return n
    const bound = low ? `, at least ${arg.min}` : high ? `, at most ${arg.max}` : ''
    throw refused(owner, `${arg.name} must be ${words}${bound}, not ${show(v)}`)
  }
  if (!LISTS.has(arg.kind)) return entry(value)
  if (!Array.isArray(value)) {
    const one = entry(value)
    return typeof one === 'string' ? one : Array<unknown>(arg.size ?? 1).fill(one)
  }
  if (arg.size !== undefined && value.length !== arg.size) {
    throw refused(owner, `${arg.name} needs ${arg.size} values or one for all, not ${value.length}`)
  }
  return value.map(entry)
}

const refused = (owner: string, message: string): OpError =>
  new OpError('argument/value', `${owner}: ${message}`, { op: owner })

const show = (v: unknown): string => {
  if (typeof v === 'string') return `'${v}'`
  return isObject(v) ? (Array.isArray(v) ? 'a list' : 'an object') : String(v)
}
