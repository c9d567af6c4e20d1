/**
 * The cases of functions with PyTorch's results (test/oracle/functions): run on any builder, compared; in Node and in browsers. A builder that
 * evaluates is given as a CaseHost; builders that only infer take the same arguments through `caseArguments`.
 */
import { FloatScalar } from '../../runtime/ops/args.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import type { Builder } from '../../runtime/ops/builder.ts'
import { type Dim, dimVariable } from '../../runtime/ops/dim.ts'
import { type DType, isFloat } from '../../runtime/ops/dtype.ts'
import { applyRow, type FunctionRow } from '../../runtime/ops/function.ts'
import { type FunctionName, functions } from '../../runtime/ops/functions/index.ts'
import { convert } from './plain-tensor.ts'

export type CaseElement = number | 'NaN' | 'Infinity' | '-Infinity'

/** What PyTorch gives: shapes and dtypes, and the elements unless the function is random. */
export interface ExpectedTensor {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly values?: readonly CaseElement[]
}

export type Expected = ExpectedTensor | null | readonly Expected[]

export interface FunctionCase {
  readonly row: FunctionName
  readonly seed: number
  readonly args: readonly CaseArgument[]
  readonly named?: Readonly<Record<string, CaseArgument>>
  readonly expected: Expected
  /** Absolute and relative tolerance where the default of the dtype is too tight. */
  readonly tol?: number
  readonly random?: true
  readonly symbolic?: false
}

type CaseArgument =
  | number
  | boolean
  | string
  | null
  | { readonly values: readonly CaseElement[]; readonly dtype: DType; readonly shape: readonly number[] }
  | { readonly float: CaseElement }
  | { readonly dim: string }
  | { readonly index: readonly CaseArgument[] }
  | { readonly slice: readonly CaseArgument[] }
  | readonly CaseArgument[]

/** A tensor of a case: its elements, and which of its sizes are variables where only shapes are inferred. */
export interface CaseTensor {
  readonly shape: readonly Dim[]
  readonly sizes: readonly number[]
  readonly dtype: DType
  /** In the order of storage: row-major, or of the reversed axes where transposed; bigints for int64. */
  readonly data: readonly (number | bigint)[]
  /** A view of a tensor of the reversed shape. */
  readonly transposed: boolean
}

/** A number in [0, 1) for an element; as tensors.py computes it. */
export function mix(seed: number, i: number): number {
  let h = (Math.imul(i, 0x9e3779b1) + Math.imul(seed, 0x85ebca77) + 0x165667b1) >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296
}

const named = (text: string): { size: number; dim: Dim } => {
  const [name, size] = text.split(':')
  return size === undefined
    ? { size: Number(name), dim: Number(name) }
    : { size: Number(size), dim: dimVariable(name!) }
}

function fromText(text: string, seed: number): CaseTensor {
  const [, dtype, list, turned, low, high] = /^@(\w+)\[(.*?)\](T?)(?: (\S+)\.\.(\S+))?$/.exec(text)!
  const dims = list!
    .split(',')
    .filter(d => d.trim() !== '')
    .map(named)
  const sizes = dims.map(d => d.size)
  const [lo, hi] = low
    ? [Number(low), Number(high)]
    : dtype === 'bool'
      ? [0, 2]
      : dtype === 'uint8'
        ? [0, 9]
        : [-3, 3]
  const count = sizes.reduce((a, b) => a * b, 1)
  const data = Array.from({ length: count }, (_, i) => {
    const x = lo! + mix(seed, i) * (hi! - lo!)
    if (isFloat(dtype as DType)) return Math.floor(x * 1024) / 1024
    return dtype === 'int64' ? BigInt(Math.floor(x)) : Math.floor(x)
  })
  return {
    shape: dims.map(d => d.dim),
    sizes,
    dtype: dtype as DType,
    data: data.map(x => convert(dtype as DType, x)),
    transposed: turned === 'T',
  }
}

/** Whether a case's sizes are its numbers or its variables. */
type Sizes = 'concrete' | 'symbolic'

/** Arguments as a builder takes them; `tensor` makes its values. */
class Arguments<V> {
  private readonly tensor: (t: CaseTensor) => V
  private readonly sizes: Sizes
  private seed: number

  constructor(seed: number, sizes: Sizes, tensor: (t: CaseTensor) => V) {
    this.seed = seed * 16
    this.sizes = sizes
    this.tensor = tensor
  }

  read(x: CaseArgument): unknown {
    if (typeof x === 'string') return x.startsWith('@') ? this.tensor(fromText(x, ++this.seed)) : x
    if (typeof x !== 'object' || x === null) return x
    if (isList(x)) return x.map(i => this.read(i))
    if ('dtype' in x) {
      const data = x.values.map(v => convert(x.dtype, x.dtype === 'int64' ? BigInt(v) : numeric(v)))
      return this.tensor({ shape: x.shape, sizes: x.shape, dtype: x.dtype, data, transposed: false })
    }
    if ('float' in x) return new FloatScalar(numeric(x.float))
    if ('dim' in x) return this.sizes === 'symbolic' ? named(x.dim).dim : named(x.dim).size
    if ('slice' in x) {
      const [start, stop, step] = x.slice.map(i => this.read(i))
      return { start, stop, step: step ?? 1 }
    }
    if ('index' in x) return x.index.map(i => this.read(i))
    throw new TypeError(`no argument: ${JSON.stringify(x)}`)
  }
}

const isList = (x: object): x is readonly CaseArgument[] => Array.isArray(x)

const numeric = (v: CaseElement | string): number =>
  typeof v === 'number' ? v : Number(`${v}`.replace(/^(-?)inf$/, '$1Infinity'))

/** Positional and named arguments of a case. */
export function caseArguments<V>(
  testCase: FunctionCase,
  sizes: Sizes,
  tensor: (t: CaseTensor) => V,
): { positional: unknown[]; named: Record<string, unknown> } {
  const reader = new Arguments(testCase.seed, sizes, tensor)
  const positional = testCase.args.map(a => reader.read(a))
  const named = Object.fromEntries(Object.entries(testCase.named ?? {}).map(([k, v]) => [k, reader.read(v)]))
  return { positional, named }
}

/** The row of a case, applied to its arguments. */
export function applyCase<V>(
  builder: Builder<V>,
  testCase: FunctionCase,
  sizes: Sizes,
  tensor: (t: CaseTensor) => V,
): unknown {
  const row = functions[testCase.row] as FunctionRow
  const { positional, named } = caseArguments(testCase, sizes, tensor)
  const isValue = (v: unknown): v is V => builder.isValue(v)
  return applyRow(builder, row, bindArgs(row.args, positional, named, isValue) as never)
}

/** A builder with elements: how its tensors are made and read. */
export interface CaseHost<V> {
  readonly builder: Builder<V>
  make(shape: readonly number[], dtype: DType, data: readonly (number | bigint)[]): V
  read(value: V): { shape: readonly number[]; dtype: DType; data: readonly (number | bigint)[] }
}

/** Runs a case; transposed tensors are made by a permutation, so that a device sees them as views. */
export function runCase<V>(host: CaseHost<V>, testCase: FunctionCase): unknown {
  return applyCase(host.builder, testCase, 'concrete', t => {
    if (!t.transposed) return host.make(t.sizes, t.dtype, t.data)
    const stored = host.make(t.sizes.toReversed(), t.dtype, t.data)
    const dims = t.sizes.map((_, i) => t.sizes.length - 1 - i)
    return host.builder.emit('permute', [stored], { dims })
  })
}

/** How far results may be off: a few roundings of the dtype. */
const TOLERANCE: Readonly<Partial<Record<DType, number>>> = {
  float64: 1e-6,
  float32: 1e-5,
  float16: 2e-3,
  bfloat16: 1.6e-2,
}

/** Differences of a result from what PyTorch gives, as text; empty where there are none. */
export function differences<V>(
  read: CaseHost<V>['read'],
  actual: unknown,
  expected: Expected,
  tol: number | undefined,
  at = 'result',
): readonly string[] {
  if (expected === null) return actual === null ? [] : [`${at} is not null`]
  if (Array.isArray(expected)) {
    const list = expected as readonly Expected[]
    const parts = (Array.isArray(actual) ? actual : []) as readonly unknown[]
    if (parts.length !== list.length) return [`${at} has ${parts.length} parts, not ${list.length}`]
    return list.flatMap((e, i) => differences(read, parts[i], e, tol, `${at}[${i}]`))
  }
  const want = expected as ExpectedTensor
  const got = read(actual as V)
  if (`${got.shape}` !== `${want.shape}`) return [`${at} has shape [${got.shape}], not [${want.shape}]`]
  if (got.dtype !== want.dtype) return [`${at} is ${got.dtype}, not ${want.dtype}`]
  if (want.values === undefined) return []
  const limit = tol ?? TOLERANCE[want.dtype] ?? 0
  return want.values.flatMap((e, i) => {
    const [x, y] = [Number(got.data[i]), numeric(e)]
    if (Object.is(x, y) || x === y || Math.abs(x - y) <= limit * Math.max(1, Math.abs(y))) return []
    return [`${at}[${i}] is ${x}, not ${y}`]
  })
}

/** A case as the title of a test. */
export const caseTitle = ({ row, args, named }: FunctionCase): string => {
  const text = [...args, ...Object.entries(named ?? {}).map(([k, v]) => `${k}=${JSON.stringify(v)}`)]
    .map(a => (typeof a === 'string' ? a : JSON.stringify(a)))
    .join(', ')
  return `${row}(${text.length > 150 ? `${text.slice(0, 150)}…` : text})`
}
