/** Inputs and weights by formulas, so that fixtures hold outputs only. test/oracle/nn/forward.py has the same. */
import type { StateDecl } from '../../runtime/nn/table/row.ts'
import { type PlainTensor, sizeOf } from '../support/plain-tensor.ts'

interface TensorSpec {
  readonly kind: 'wave' | 'unit' | 'index' | 'values' | 'sign' | 'count' | 'mask'
  readonly shape: readonly number[]
  readonly high?: number
  readonly values?: readonly (number | boolean)[]
}

/** How a case of the fixture describes an input: a tensor, a list of them, or a plain value. */
export type InputSpec = TensorSpec | readonly TensorSpec[] | readonly number[] | boolean | null

const isTensorSpec = (spec: unknown): spec is TensorSpec =>
  typeof spec === 'object' && spec !== null && 'kind' in spec

export function fromSpec(spec: InputSpec, seed: number): unknown {
  if (Array.isArray(spec)) return spec.map((s, i) => (isTensorSpec(s) ? fromSpec(s, seed + 10 + i) : s))
  return isTensorSpec(spec) ? tensorOf(spec, seed) : spec
}

function tensorOf(spec: TensorSpec, seed: number): PlainTensor {
  const { shape } = spec
  const each = <T>(f: (i: number) => T): T[] => Array.from({ length: sizeOf(shape) }, (_, i) => f(i))
  switch (spec.kind) {
    case 'wave':
      return { shape, dtype: 'float32', data: each(i => Math.fround(waveAt(i, seed))) }
    case 'unit':
      return { shape, dtype: 'float32', data: each(i => Math.fround(0.5 + 0.49 * waveAt(i, seed))) }
    case 'index':
      return { shape, dtype: 'int64', data: each(i => BigInt((7 * i + seed) % spec.high!)) }
    case 'sign':
      return { shape, dtype: 'float32', data: each(i => ((i * i + seed) % 3 ? 1 : -1)) }
    case 'count':
      return { shape, dtype: 'float32', data: each(i => (i * i + seed) % 6) }
    case 'mask':
      return { shape, dtype: 'bool', data: each(i => ((3 * i + seed) % 4 === 0 ? 1 : 0)) }
    case 'values': {
      const bool = typeof spec.values![0] === 'boolean'
      const data = spec.values!.map(v => (bool ? Number(v) : BigInt(v as number)))
      return { shape, dtype: bool ? 'bool' : 'int64', data }
    }
  }
}

const waveAt = (i: number, seed: number): number => Math.sin(0.7 * i + 1.3 * seed + 0.1 * Math.sin(3.1 * i))

/** Weights and running statistics of a module; given values (weights of classes) stay. */
export function stateFor(state: readonly StateDecl[]): Record<string, PlainTensor> {
  return Object.fromEntries(state.map((s, i) => [s.name, stateTensor(s, 100 + i)]))
}

function stateTensor({ name, shape, dtype, init }: StateDecl, seed: number): PlainTensor {
  if (init.kind === 'values') return { shape, dtype, data: init.values.map(Math.fround) }
  const at = (i: number): number => Math.fround(waveAt(i, seed))
  const data = Array.from({ length: sizeOf(shape) }, (_, i) => {
    if (dtype === 'int64') return 2n
    if (name.endsWith('running_var')) return Math.fround(1 + Math.fround(0.5 * Math.abs(at(i))))
    return Math.fround(0.5 * at(i))
  })
  return { shape, dtype, data }
}
