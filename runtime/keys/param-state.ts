/**
 * What an optimizer keeps for one parameter, as an array: tensors of the parameter's shape move as it does, counts of steps and the
 * like follow it. With it, the steps of a migration run on an optimizer's state.
 */
import { materialize } from '../checkpoint/materialize.ts'
import { PyFloat, type PyValue } from '../checkpoint/python-value.ts'
import { StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { Arrays, ArrayType } from './arrays.ts'
import { KeysError } from './keys-error.ts'
import { storedArrays } from './stored-arrays.ts'

export interface ParamState {
  /** Of the parameter. */
  readonly type: ArrayType
  /** In the dictionary's order; null for a parameter without state, which the optimizer starts when it meets its gradient. */
  readonly entries: ReadonlyMap<string, PyValue> | null
  /** Indices of the groups of the parameters that it came from. */
  readonly groups: readonly number[]
}

/** Values that must be equal for two parameters to become one. */
export interface EqualScalars {
  readonly name: string
  readonly values: readonly PyValue[]
}

/** `scalars` collects what {@link checkScalars} is to look at. */
export function paramStateArrays(scalars: EqualScalars[]): Arrays<ParamState> {
  /** Each entry of the parameter's shape by `move`; what has one element follows. */
  const lift = (x: ParamState, type: ArrayType, move: (value: StoredTensor) => StoredTensor): ParamState => {
    if (x.entries === null) return { ...x, type }
    const entries = [...x.entries].map(
      ([name, value]) =>
        [name, roleOf(name, value, x.type) === 'moves' ? move(value as StoredTensor) : value] as const,
    )
    return { ...x, type, entries: new Map(entries) }
  }
  return {
    typeOf: ({ type }) => type,
    narrow: (x, dim, start, length) =>
      lift(x, { ...x.type, shape: x.type.shape.with(dim, length) }, v =>
        storedArrays.narrow(v, dim, start, length),
      ),
    permute: (x, order) =>
      lift(x, { ...x.type, shape: order.map(i => x.type.shape[i]!) }, v => storedArrays.permute(v, order)),
    reshape: (x, shape) => lift(x, { ...x.type, shape }, v => storedArrays.reshape(v, shape)),
    cat: (parts, dim) => joined(parts, dim, scalars),
    full: (type, _fill, beside) =>
      beside === null
        ? { type, entries: null, groups: [] }
        : lift(beside, type, v => storedArrays.full({ ...type, dtype: v.dtype }, 0, v)),
    same: () => true,
  }
}

/** Throws KeysError (`keys/unsupported`) for state of another shape than the parameter's, which no step knows how to move. */
function roleOf(name: string, value: PyValue, type: ArrayType): 'moves' | 'follows' {
  if (!(value instanceof StoredTensor)) return 'follows'
  if (value.shape.join() === type.shape.join() && name !== 'step') return 'moves'
  if (value.numel === 1) return 'follows'
  throw new KeysError(
    'keys/unsupported',
    `the state '${name}' of shape [${value.shape}] belongs to a parameter of shape [${type.shape}]: steps cannot move it`,
    { hint: 'migrate the model alone, and start the optimizer anew' },
  )
}

function joined(parts: readonly ParamState[], dim: number, scalars: EqualScalars[]): ParamState {
  const size = parts.reduce((sum, { type }) => sum + type.shape[dim]!, 0)
  const [first] = parts
  const type = { ...first!.type, shape: first!.type.shape.with(dim, size) }
  const groups = [...new Set(parts.flatMap(p => p.groups))]
  const given = parts.flatMap(({ entries }) => (entries === null ? [] : [entries]))
  if (given.length === 0) return { type, entries: null, groups }
  const names = [...given[0]!.keys()]
  if (given.length < parts.length || given.some(e => [...e.keys()].join() !== names.join())) {
    throw new KeysError(
      'keys/optimizer',
      'only some of the parameters that become one have state, or of other kinds',
      {
        hint: 'start the optimizer anew, or take a checkpoint in which all of them were trained',
      },
    )
  }
  const entries = names.map(name => {
    const values = given.map(e => e.get(name)!)
    const roles = values.map((value, i) => roleOf(name, value, parts[i]!.type))
    if (roles.every(role => role === 'moves'))
      return [name, storedArrays.cat(values as StoredTensor[], dim)] as const
    scalars.push({ name, values })
    return [name, values[0]!] as const
  })
  return { type, entries: new Map(entries), groups }
}

/** Throws KeysError (`keys/optimizer`) where parameters that become one were not stepped alike. */
export async function checkScalars(scalars: readonly EqualScalars[]): Promise<void> {
  for (const { name, values } of scalars) {
    const texts = new Set(await Promise.all(values.map(textOf)))
    if (texts.size > 1) {
      throw new KeysError(
        'keys/optimizer',
        `parameters that become one differ in '${name}': ${[...texts].join(', ')}`,
        {
          hint: 'they were not trained alike, so that one state cannot stand for them',
        },
      )
    }
  }
}

async function textOf(value: PyValue): Promise<string> {
  if (value instanceof StoredTensor) return `${value.dtype} ${[...(await materialize(value))].join('.')}`
  return value instanceof PyFloat ? `${value.value}` : `${String(value)}`
}
