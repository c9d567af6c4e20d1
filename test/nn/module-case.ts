/** The cases of modules with PyTorch's results (test/oracle/nn/forward.py) on a device; in Node and in browsers. */
import { STORAGE_CLASS } from '../../runtime/kernels/reference/storage.ts'
import * as nn from '../../runtime/nn/index.ts'
import { modules } from '../../runtime/nn/table/index.ts'
import type { ModuleRow } from '../../runtime/nn/table/row.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import { type DType, isFloat } from '../../runtime/ops/dtype.ts'
import { manualSeed } from '../../runtime/random/index.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { Tensor } from '../../runtime/tensor/tensor.ts'
import type { PlainTensor } from '../support/plain-tensor.ts'
import { fromSpec, type InputSpec, stateFor } from './waves.ts'

/** A result or a buffer as PyTorch has it. */
export type Stored =
  | readonly [dtype: DType, shape: readonly number[], values: readonly (number | boolean)[]]
  | null

export interface ModuleCase {
  readonly name: string
  readonly args: Readonly<Record<string, unknown>>
  readonly inputs: Readonly<Record<string, InputSpec>>
  readonly mode: 'eval' | 'train'
  readonly out: readonly Stored[]
  readonly buffers: Readonly<Record<string, Stored>>
}

/** The rows of the table by name. */
export const rows = modules as unknown as Readonly<Record<string, ModuleRow>>

const classes = { ...nn } as unknown as Readonly<
  Record<string, new (args: object) => nn.Module & { forward(...inputs: unknown[]): unknown }>
>

export const isPlain = (v: unknown): v is PlainTensor => typeof v === 'object' && v !== null && 'data' in v
export const noTensor = (_: unknown): _ is never => false

/** Results nested in pairs and lists, in order. */
export const flat = <T>(v: unknown): readonly T[] =>
  Array.isArray(v) ? v.flatMap(inner => flat<T>(inner)) : [v as T]

function toTensor(v: unknown): unknown {
  if (Array.isArray(v)) return v.map(toTensor)
  if (!isPlain(v)) return v
  const { shape, dtype, data } = v
  const stored = new STORAGE_CLASS[dtype](data.length)
  for (const [i, element] of data.entries()) stored[i] = element
  return tensor(stored, { shape, dtype })
}

/**
 * The module of a case on the default device, and its results. `wrt` says which of the inputs of floats require gradients;
 * they are the leaves.
 */
export function runModule(
  { name, args, inputs, mode }: Omit<ModuleCase, 'out' | 'buffers'>,
  wrt: readonly number[] = [],
) {
  const row = rows[name]!
  const module = new classes[name]!(args).train(mode === 'train')
  const state = stateFor(row.state(bindArgs(row.args, [], args, noTensor)))
  module.loadStateDict(new Map(Object.entries(state).map(([key, v]) => [key, toTensor(v) as Tensor])))
  const given = new Map(Object.entries(inputs).map(([key, spec], i) => [key, toTensor(fromSpec(spec, i))]))
  const floats = [...given.values()]
    .flatMap(v => flat<unknown>(v))
    .filter((t): t is Tensor => t instanceof Tensor && isFloat(t.dtype))
  const leaves = wrt.map(i => floats[i]!.requiresGrad_())
  const required = row.inputs.filter(a => a.required).map(a => given.get(a.name))
  const options = row.inputs
    .filter(a => !a.required && given.has(a.name))
    .map(a => [a.name, given.get(a.name)])
  manualSeed(5)
  const out = module.forward(...required, ...(options.length > 0 ? [Object.fromEntries(options)] : []))
  return { module, leaves, out: flat<Tensor | null>(out) }
}

/** Differences of a result from PyTorch's, as text. */
export function storedDifferences(at: string, ours: PlainTensor | null, theirs: Stored): readonly string[] {
  if (theirs === null || ours === null) return ours === theirs ? [] : [`${at} is ${ours}, not ${theirs}`]
  const [dtype, shape, values] = theirs
  if (ours.dtype !== dtype || `${ours.shape}` !== `${shape}`)
    return [`${at} is ${ours.dtype}[${ours.shape}], not ${dtype}[${shape}]`]
  return values.flatMap((v, i) => {
    const [x, y] = [Number(ours.data[i]), Number(v)]
    const near = isFloat(dtype) && Math.abs(x - y) <= 1e-5 * Math.max(1, Math.abs(y))
    return near || Object.is(x, y) || x === y ? [] : [`${at}[${i}] is ${x}, not ${y}`]
  })
}
