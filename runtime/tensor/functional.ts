/**
 * torch's functions on tensors: `F.maxPool2d(x, 3, { stride: 2 })`, and as methods `x.mean({ dim: [2, 3] })`. Nothing is
 * written here by hand: names, signatures and meaning are those of the function table.
 */
import type { Device } from '../devices/device.ts'
import { type DeviceName, getDevice } from '../devices/registry.ts'
import { bindArgs } from '../ops/bind.ts'
import { OpError } from '../ops/error.ts'
import { applyRow, type FunctionRow, type ReturnKind, type Returns } from '../ops/function.ts'
import { functions } from '../ops/functions/index.ts'
import { builderOf } from './builder.ts'
import { defaultDevice } from './default-device.ts'
import { camelCase, type Functions, type Methods } from './signature.ts'
import { Tensor } from './tensor.ts'

type Result = Returns<Tensor>[ReturnKind]

const isTensor = (v: unknown): v is Tensor => v instanceof Tensor

/** The first tensor among arguments or in lists of them: it says on which device a call runs. */
function firstTensor(values: Iterable<unknown>): Tensor | undefined {
  for (const value of values) {
    if (isTensor(value)) return value
    const inner = Array.isArray(value) ? firstTensor(value) : undefined
    if (inner !== undefined) return inner
  }
  return undefined
}

/** True of the trailing object of options: no tensor, list or number is a plain object. */
const isOptions = (v: unknown): v is Record<string, unknown> =>
  typeof v === 'object' && v !== null && Object.getPrototypeOf(v) === Object.prototype

/**
 * Calls a row with arguments as TypeScript callers give them.
 * @throws OpError with the row's name as `op`
 */
function call(row: FunctionRow, given: readonly unknown[]): Result {
  const last = given.at(-1)
  const positional = isOptions(last) ? given.slice(0, -1) : given
  const { device, ...named } = isOptions(last) ? last : {}
  const bound = bindArgs(row.args, positional, named, isTensor)
  const tensor = firstTensor(Object.values(bound))
  const target =
    device === undefined ? (tensor?.device ?? defaultDevice()) : getDevice(device as DeviceName | Device)
  return applyRow(builderOf(target), row, bound) as Result
}

/** True of errors that say that the arguments are not for this overload. */
const isArgumentError = (error: unknown): error is OpError =>
  error instanceof OpError && error.code.startsWith('argument/')

/** Calls the first of several overloads that takes the arguments; if none does, the first one's complaint stands. */
function callAny(name: string, rows: readonly FunctionRow[], given: readonly unknown[]): Result {
  let first: OpError | null = null
  for (const row of rows) {
    try {
      return call(row, given)
    } catch (error) {
      if (error instanceof OpError) error.op ??= name
      if (!isArgumentError(error)) throw error
      first ??= error
    }
  }
  throw first
}

/** Rows by the names that call them. */
function byName(rows: readonly FunctionRow[]): Map<string, FunctionRow[]> {
  const named = new Map<string, FunctionRow[]>()
  for (const row of rows) {
    for (const name of [row.python ?? row.name, ...(row.aliases ?? [])].map(camelCase)) {
      const overloads = named.get(name)
      if (overloads === undefined) named.set(name, [row])
      else overloads.push(row)
    }
  }
  return named
}

const rows: readonly FunctionRow[] = Object.values(functions as unknown as Record<string, FunctionRow>)

function makeFunctions(): Functions<typeof functions> {
  const result: Record<string, unknown> = {}
  for (const [name, overloads] of byName(rows.filter(r => r.method !== 'only')))
    result[name] = (...given: unknown[]) => callAny(name, overloads, given)
  return Object.freeze(result) as Functions<typeof functions>
}

/** torch's functions, in camelCase, on tensors. */
export const F: Functions<typeof functions> = makeFunctions()

declare module './tensor.ts' {
  interface Tensor extends Methods<typeof functions> {}
}

for (const [name, overloads] of byName(rows.filter(r => r.method !== undefined))) {
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...given: unknown[]) {
      return callAny(name, overloads, [this, ...given])
    },
    writable: true,
    configurable: true,
  })
}
