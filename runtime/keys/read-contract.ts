/** A contract from JSON, as files carry it: everything is checked, nothing is trusted. */
import { isDType } from '../ops/dtype.ts'
import type { Generation, KeyContract, LockedTensor, Migration } from './contract.ts'
import type { Step } from './step.ts'

type Fail = (what: string) => Error
type Check = (value: unknown) => boolean
type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const text: Check = value => typeof value === 'string'
const textOrNull: Check = value => value === null || typeof value === 'string'
const int: Check = value => Number.isSafeInteger(value)
const number: Check = value => typeof value === 'number' && Number.isFinite(value)
const init: Check = value => value === 'default' || number(value)
const listOf =
  (item: Check): Check =>
  value =>
    Array.isArray(value) && value.every(item)
const ints = listOf(int)
const texts = listOf(text)
const orNull =
  (check: Check): Check =>
  value =>
    value === null || check(value)
const shape: Check = value => Array.isArray(value) && value.every(d => Number.isSafeInteger(d) && d >= 0)
const oneOf =
  (...words: readonly string[]): Check =>
  value =>
    words.includes(value as string)

const slice = { key: text, dim: int, start: int, stop: int, size: int, fill: number }

/** The fields of each kind of step, total over the kinds. */
const STEPS: { readonly [K in Step['kind']]: Readonly<Record<string, Check>> } = {
  rename: { from: text, to: text },
  split: { from: text, to: texts, dim: int, sizes: orNull(ints) },
  concat: { from: texts, to: text, dim: int, sizes: orNull(ints) },
  transpose: { key: text, dims: value => ints(value) && (value as unknown[]).length === 2 },
  reshape: { key: text, from: ints, to: ints },
  slice,
  pad: slice,
  permute_heads: { key: text, dim: int, heads: int, to: oneOf('interleaved', 'halves') },
  add: { key: text, init },
  drop: { key: text, reason: text, init },
  tie: { key: text, to: text },
  untie: { key: text, from: text },
}

const isStep: Check = value => {
  if (!isObject(value) || typeof value.kind !== 'string' || !Object.hasOwn(STEPS, value.kind)) return false
  const fields: Readonly<Record<string, Check>> = STEPS[value.kind as Step['kind']]
  return hasFields(value, fields)
}

const hasFields = (value: Fields, fields: Readonly<Record<string, Check>>): boolean =>
  Object.entries(fields).every(([name, check]) => Object.hasOwn(value, name) && check(value[name]))

const isTensor: Check = value =>
  isObject(value) &&
  hasFields(value, {
    id: text,
    key: text,
    shape,
    dtype: name => typeof name === 'string' && isDType(name),
    kind: oneOf('parameter', 'buffer'),
    tie: textOrNull,
  })

const isGeneration: Check = value =>
  isObject(value) &&
  hasFields(value, { generation: int, tensors: listOf(isTensor), parameters: texts }) &&
  isSound(value as unknown as Generation)

/** Every id that is named is there, and no key twice. */
function isSound({ tensors, parameters }: Generation): boolean {
  const ids = new Set(tensors.map((t: LockedTensor) => t.id))
  const keys = new Set(tensors.map(t => t.key))
  return (
    keys.size === tensors.length &&
    tensors.every(t => t.tie === null || ids.has(t.tie)) &&
    parameters.every(id => ids.has(id))
  )
}

const isMigration: Check = value =>
  isObject(value) &&
  hasFields(value, { from: int, to: int, steps: listOf(isStep) }) &&
  (value as unknown as Migration).from < (value as unknown as Migration).to

const isLayout: Check = value =>
  isObject(value) &&
  hasFields(value, { name: text, to: int, steps: listOf(isStep) }) &&
  (value.order === undefined || texts(value.order))

/** Throws what `fail` makes of the first thing that is wrong. */
export function readContract(json: unknown, fail: Fail): KeyContract {
  if (!isObject(json)) throw fail('its contract is no object')
  const fields = {
    model: text,
    preset: textOrNull,
    generations: listOf(isGeneration),
    migrations: listOf(isMigration),
    layouts: listOf(isLayout),
  }
  for (const [name, check] of Object.entries(fields))
    if (!Object.hasOwn(json, name) || !check(json[name])) throw fail(`the ${name} of its contract are none`)
  if (json.unproven !== undefined && !text(json.unproven))
    throw fail('the unproven of its contract is no text')
  const contract = json as unknown as KeyContract
  const numbers = contract.generations.map(g => g.generation)
  if (numbers.length === 0 || numbers.some((n, i) => i > 0 && n <= numbers[i - 1]!))
    throw fail('its generations do not ascend')
  return contract
}
