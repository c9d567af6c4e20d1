import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import * as nn from '../../runtime/nn/index.ts'
import { isModuleName, modules } from '../../runtime/nn/table/index.ts'
import type { ModuleRow } from '../../runtime/nn/table/row.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import { OpError } from '../../runtime/ops/error.ts'
import { manualSeed } from '../../runtime/random/index.ts'

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }
type Signature = readonly (readonly [name: string, required: boolean, value: Json])[]
interface Call {
  readonly args: Readonly<Record<string, Json>>
  readonly state: readonly (readonly [string, number[], string, string])[]
  readonly parameters: readonly string[]
  readonly metadata: Readonly<Record<string, number>>
  readonly repr: string
  readonly initial: Readonly<Record<string, number>>
}
interface Fixture {
  readonly classes: Readonly<
    Record<string, { readonly args: Signature; readonly forward: Signature; readonly calls: readonly Call[] }>
  >
  readonly errors: readonly {
    readonly name: string
    readonly args: Record<string, Json>
    readonly message: string
  }[]
}

const torch: Fixture = JSON.parse(
  readFileSync(path.resolve(import.meta.dirname, '../fixtures/nn/table.json'), 'utf8'),
)

const classes = { ...nn } as unknown as Readonly<Record<string, new (args: object) => nn.Module>>
// Rows seen with their argument types erased, as the compiler reads them.
const rows = modules as unknown as Readonly<Record<string, ModuleRow>>
const noTensor = (_: unknown): _ is never => false
const bind = (name: string, given: object) =>
  bindArgs(rows[name]!.args, [], given as Record<string, unknown>, noTensor)

/** A default in the form of our rows: one number repeated for all dimensions. */
const asBound = (name: string, arg: string, value: Json): unknown => {
  const only = rows[name]!.args.filter(a => a.name === arg)
  return bindArgs(only, [], { [arg]: value }, noTensor)[arg as never]
}

describe('the module table', () => {
  it('has every class that real PyTorch was asked about, and no other', () => {
    expect(Object.keys(modules).sort()).toEqual(Object.keys(torch.classes).sort())
  })

  it('names each row as its key', () => {
    for (const [key, row] of Object.entries(rows)) expect(row.name).toBe(key)
    expect(isModuleName('Conv2d')).toBe(true)
    expect(isModuleName('constructor')).toBe(false)
  })

  it.each(Object.keys(torch.classes))("%s has PyTorch's constructor arguments, order and defaults", name => {
    const { args } = torch.classes[name]!
    const row = rows[name]!
    expect(row.args.map(a => a.name)).toEqual(args.map(([n]) => n))
    for (const [arg, required, value] of args) {
      const ours = row.args.find(a => a.name === arg)!
      expect([arg, ours.required]).toEqual([arg, required])
      if (!required) expect([arg, ours.default]).toEqual([arg, asBound(name, arg, value)])
    }
  })

  it.each(Object.keys(torch.classes))("%s.forward has PyTorch's arguments", name => {
    const { forward } = torch.classes[name]!
    expect(rows[name]!.inputs.map(a => [a.name, a.required])).toEqual(forward.map(([n, r]) => [n, r]))
  })

  it.each(Object.keys(torch.classes))("%s declares PyTorch's state for every call", name => {
    const row = rows[name]!
    for (const call of torch.classes[name]!.calls) {
      const args = bind(name, call.args)
      const state = row.state(args)
      expect(state.map(s => [s.name, s.shape, s.dtype, s.kind])).toEqual(call.state)
      expect(state.filter(s => s.kind === 'parameter').map(s => s.name)).toEqual(call.parameters)
      const children = row.submodules?.(args) ?? []
      const metadata = Object.fromEntries([['', row.version], ...children.map(c => [c.name, 1])])
      expect(Object.entries(metadata)).toEqual(Object.entries(call.metadata))
    }
  })

  it.each(Object.keys(torch.classes))('%s prints as in PyTorch', name => {
    for (const call of torch.classes[name]!.calls) {
      // A list of equal numbers is printed as one number, which PyTorch does only where it was given as one.
      const given = Object.values(call.args).filter(v => Array.isArray(v))
      if (given.some(v => v.every((x: Json) => x === v[0]))) continue
      const make = classes[name]!
      expect(new make(call.args).toString()).toBe(call.repr)
    }
  })

  it.each(Object.keys(torch.classes))("%s starts from PyTorch's weights for a seed", name => {
    for (const call of torch.classes[name]!.calls) {
      manualSeed(1)
      const make = classes[name]!
      for (const [key, tensor] of new make(call.args).stateDict()) {
        const values = Array.from(tensor.dataSync() as ArrayLike<number | bigint>, Number)
        const weighted = values.reduce((sum, v, i) => sum + v * (i + 1), 0)
        const scale = values.reduce((sum, v, i) => sum + Math.abs(v) * (i + 1), 0)
        expect([key, Math.abs(weighted - call.initial[key]!) <= 1e-6 * scale]).toEqual([key, true])
      }
    }
  })

  it.each(torch.errors)('$name refuses $args as PyTorch does', ({ name, args }) => {
    expect(() => rows[name]!.state(bind(name, args))).toThrow(OpError)
  })
})

describe('arguments of modules', () => {
  it('are repeated for every dimension where one number is given', () => {
    expect(bind('Conv2d', { in_channels: 1, out_channels: 2, kernel_size: 3 })).toMatchObject({
      kernel_size: [3, 3],
      stride: [1, 1],
      padding: [0, 0],
    })
    expect(bind('LayerNorm', { normalized_shape: 5 })).toMatchObject({ normalized_shape: [5] })
  })
})
