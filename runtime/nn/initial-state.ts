/** The tensors that a module starts from, drawn as PyTorch draws them. */
import type { Device } from '../devices/device.ts'
import { LateElements, type LateMemory } from '../graph/late-memory.ts'
import { encode } from '../kernels/reference/storage.ts'
import * as fill from '../random/fill.ts'
import type { LateDraw } from '../random/generator.ts'
import { type Draw, startDraw } from '../random/order-free.ts'
import { fromLate } from '../tensor/create.ts'
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

/**
 * Tensors by name; `steps` are drawn in order from the default generator, later ones over earlier ones. Nothing is computed
 * before its elements are asked for: what a checkpoint replaces costs nothing.
 */
export function initialState(state: readonly StateDecl[], steps: readonly InitStep[]): Map<string, Tensor> {
  const device = defaultDevice()
  const declared = new Map(state.map(s => [s.name, s]))
  const elements = new Map<string, LateMemory>()
  const draws = new Map<string, Draw>()
  for (const { name, init } of steps) {
    const decl = declared.get(name)
    const random = init.kind === 'uniform' || init.kind === 'normal'
    if (decl === undefined || (random && !drawing)) continue
    elements.get(name)?.drop()
    if (!random) {
      elements.set(name, constants(decl, init, device))
      continue
    }
    const draw = draws.get(name) ?? startDraw()
    draws.set(name, draw)
    elements.set(name, draw.generator.drawLater({ ...randoms(decl, init), device }))
  }
  return new Map(
    state.map(decl => {
      const late = elements.get(decl.name) ?? constants(decl, { kind: 'constant', value: 0 }, device)
      const made = fromLate(late, decl.shape, decl.dtype, device)
      draws.get(decl.name)?.made(made)
      return [decl.name, made]
    }),
  )
}

const sizeOf = (decl: StateDecl): number => decl.shape.reduce((n, d) => n * d, 1)

type Random = Extract<Init, { readonly kind: 'uniform' | 'normal' }>

function randoms(decl: StateDecl, init: Random): Omit<LateDraw, 'device'> {
  const { dtype, shape } = decl
  const size = sizeOf(decl)
  if (init.kind === 'uniform') {
    const { low, high } = init
    const words = fill.uniformWords(dtype, size)
    return { dtype, size, words, fill: (numbers, out) => fill.uniform(numbers, dtype, size, low, high, out) }
  }
  const { mean, std, zeroRow } = init
  return {
    dtype,
    size,
    words: fill.normalWords(dtype, size),
    fill: (numbers, out) => {
      fill.normal(numbers, dtype, size, mean, std, out)
      const width = size / (shape[0] || 1)
      if (zeroRow !== undefined) (out as Float32Array).fill(0, zeroRow * width, (zeroRow + 1) * width)
    },
  }
}

function constants(decl: StateDecl, init: Exclude<Init, Random>, device: Device): LateMemory {
  const { dtype } = decl
  return new LateElements(device, dtype, sizeOf(decl), out => {
    if (init.kind === 'constant') {
      const value = dtype === 'int64' ? BigInt(Number(init.value)) : encode(dtype, Number(init.value))
      ;(out as Float32Array).fill(value as number)
    } else for (const [i, v] of init.values.entries()) out[i] = encode(dtype, v)
  })
}
