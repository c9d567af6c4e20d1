import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { type Arg, FloatScalar } from '../../runtime/ops/args.ts'
import type { FunctionRow } from '../../runtime/ops/function.ts'
import { functions, pythonFunctions, pythonMethods } from '../../runtime/ops/functions/index.ts'

/** One argument of PyTorch's: its name, and its default if it has one. */
type Parameter = readonly [string] | readonly [string, unknown]

const file = path.join(import.meta.dirname, '../fixtures/functions/signatures.json')
const signatures = JSON.parse(readFileSync(file, 'utf8')) as Readonly<
  Record<string, readonly (readonly Parameter[])[]>
>

/** Arguments of PyTorch's that say where or how a tensor is stored, and those that it keeps for compatibility. */
const WITHOUT_MEANING = new Set([
  'out',
  'device',
  'layout',
  'pin_memory',
  'memory_format',
  'requires_grad',
  'generator',
  'names',
  'cudnn_enable',
  'sparse_grad',
  'non_blocking',
  'copy',
])

/** Rows whose signature PyTorch documents only, or that are the spec language's own. */
const OWN = new Set([
  'getitem',
  'setitem',
  'uniform',
  'normal',
  'vector_norm',
  'logsigmoid',
  'where_method',
  'tensor_split',
  'tensor_split_at',
  'sort',
  'argsort',
  'einsum',
  'float',
  'double',
  'half',
  'bfloat16',
  'long',
  'int',
  'short',
  'char',
  'byte',
  'bool',
  'T',
  'FloatTensor',
  'DoubleTensor',
  'LongTensor',
  'IntTensor',
  'BoolTensor',
  'FloatTensor_sized',
  'DoubleTensor_sized',
  'LongTensor_sized',
  'IntTensor_sized',
  'BoolTensor_sized',
  'new_tensor',
  'new_scalar_tensor',
])

const plain = (value: unknown): unknown => (value instanceof FloatScalar ? value.value : value)

/** One number for all of a list is the same as the list. */
function sameDefault(arg: Arg, theirs: unknown): boolean {
  const ours = plain(arg.default)
  const spread = (x: unknown): unknown =>
    Array.isArray(x) && x.length > 0 && x.every(e => e === x[0])
      ? x[0]
      : Array.isArray(x) && x.length === 0
        ? null
        : x
  if (Object.is(spread(ours), spread(theirs))) return true
  if (typeof ours === 'number' && typeof theirs === 'number') return Math.abs(ours - theirs) < 1e-12
  return JSON.stringify(ours) === JSON.stringify(theirs)
}

/** Why a row does not fit an overload; empty where it does. */
function misfits(row: FunctionRow, overload: readonly Parameter[]): readonly string[] {
  const position = (a: Arg): number => overload.findIndex(([name]) => name === a.name)
  const unknown = row.args.filter(a => position(a) < 0).map(a => `${a.name} is unknown`)
  const order = row.args.map(position).filter(i => i >= 0)
  const missing = overload
    .filter(p => p.length === 1 && !row.args.some(a => a.name === p[0]) && !WITHOUT_MEANING.has(p[0]))
    .map(([name]) => `${name} is missing`)
  const defaults = row.args.flatMap(a => {
    const theirs = overload[position(a)]
    if (theirs === undefined || a.required || a.only !== undefined || theirs.length === 1) return []
    return sameDefault(a, theirs[1]) ? [] : [`${a.name} = ${plain(a.default)}, not ${theirs[1]}`]
  })
  return [
    ...unknown,
    ...missing,
    ...defaults,
    ...(order.some((p, i) => i > 0 && p < order[i - 1]!) ? ['the order differs'] : []),
  ]
}

describe("signatures are PyTorch's", () => {
  const rows: readonly FunctionRow[] = Object.values(functions)
  for (const row of rows.filter(r => !OWN.has(r.name))) {
    const overloads = signatures[row.python ?? row.name] ?? []
    it(`${row.name} has the names, order and defaults of an overload`, () => {
      const found = overloads.map(o => misfits(row, o))
      expect(found.toSorted((a, b) => a.length - b.length)[0] ?? ['no signature is known']).toEqual([])
    })
  }
})

describe('names of the table', () => {
  it('are keys and names of rows alike', () => {
    for (const [key, row] of Object.entries(functions)) expect(row.name).toBe(key)
  })
  it('lead from Python to overloads in the order of the table', () => {
    expect(pythonFunctions.get('max')?.map(r => r.name)).toEqual(['max', 'max_dim', 'max_other'])
    expect(pythonFunctions.get('concat')?.map(r => r.name)).toEqual(['cat'])
    expect(pythonMethods.get('to')?.map(r => r.name)).toEqual(['to', 'to_other'])
  })
  it('keep methods that torch has no function for out of the functions', () => {
    expect(pythonFunctions.has('view')).toBe(false)
    expect(pythonMethods.has('view')).toBe(true)
  })
})
