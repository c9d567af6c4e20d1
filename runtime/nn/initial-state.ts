/** The tensors that a module starts from, drawn as PyTorch draws them. */
import { encode, STORAGE_CLASS, type Storage } from '../kernels/reference/storage.ts'
import { ITEM_SIZE } from '../ops/dtype.ts'
import * as fill from '../random/fill.ts'
import type { Generator } from '../random/generator.ts'
import { type Draw, startDraw } from '../random/order-free.ts'
import { builderOf } from '../tensor/builder.ts'
import { fromBytes } from '../tensor/create.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import type { Tensor } from '../tensor/tensor.ts'
import type { Init, InitStep, StateDecl } from './table/row.ts'

let drawing = true

/**
 * Runs `fn`, in which modules are made whose weights do not matter because a checkpoint follows: nothing is drawn, what would
 * be is zero. Constants, such as the ones of norms, are set.
 */
export function skipInit<T>(fn: () => T): T {
  const before = drawing
  drawing = false
  try {
    return fn()
  } finally {
    drawing = before
  }
}

/** Tensors by name; `steps` are drawn in order from the default generator, later ones over earlier ones. */
export function initialState(state: readonly StateDecl[], steps: readonly InitStep[]): Map<string, Tensor> {
  const drawn = new Map<string, Storage>()
  const declared = new Map(state.map(s => [s.name, s]))
  const draws = new Map<string, Draw>()
  for (const { name, init } of steps) {
    const decl = declared.get(name)
    const random = init.kind === 'uniform' || init.kind === 'normal'
    if (decl === undefined || (random && !drawing)) continue
    const draw = draws.get(name) ?? startDraw()
    draws.set(name, draw)
    drawn.set(name, elements(decl, init, draw.generator))
  }
  return new Map(
    state.map(decl => {
      const { shape, dtype } = decl
      const stored = drawn.get(decl.name)
      // Lazy zeros take no memory where a checkpoint replaces them.
      if (stored === undefined)
        return [decl.name, builderOf(defaultDevice()).emit('full', [], { shape, dtype, value: 0 })]
      const bytes = new Uint8Array(stored.buffer, stored.byteOffset, stored.length * ITEM_SIZE[dtype])
      const made = fromBytes(bytes, shape, dtype)
      draws.get(decl.name)?.made(made)
      return [decl.name, made]
    }),
  )
}

const size = (decl: StateDecl): number => decl.shape.reduce((n, d) => n * d, 1)

function elements(decl: StateDecl, init: Init, generator: Generator): Storage {
  const { dtype, shape } = decl
  const n = size(decl)
  switch (init.kind) {
    case 'uniform':
      return fill.uniform(generator, dtype, n, init.low, init.high)
    case 'normal': {
      const drawn = fill.normal(generator, dtype, n, init.mean, init.std)
      const row = init.zeroRow
      const width = n / (shape[0] || 1)
      return row === undefined ? drawn : (drawn as Float32Array).fill(0, row * width, (row + 1) * width)
    }
    case 'constant': {
      const value = dtype === 'int64' ? BigInt(Number(init.value)) : encode(dtype, Number(init.value))
      const out = new STORAGE_CLASS[dtype](n)
      return (out as Float32Array).fill(value as number)
    }
    case 'values': {
      const out = new STORAGE_CLASS[dtype](n)
      for (const [i, v] of init.values.entries()) out[i] = encode(dtype, v)
      return out
    }
  }
}
