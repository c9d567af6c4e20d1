/** Shapes without elements: with them, applying steps proves that they can be applied. */
import type { StoredTensor } from '../checkpoint/stored-tensor.ts'
import type { Arrays, ArrayType } from './arrays.ts'
import type { Generation } from './contract.ts'

/** A tensor of which only the type is known. Names of one tensor share one object. */
export class ShapeOnly implements ArrayType {
  readonly shape: readonly number[]
  readonly dtype: ArrayType['dtype']

  constructor({ shape, dtype }: ArrayType) {
    this.shape = shape
    this.dtype = dtype
  }
}

export const shapeArrays: Arrays<ShapeOnly> = {
  typeOf: value => value,
  narrow: ({ shape, dtype }, dim, _start, length) => new ShapeOnly({ shape: shape.with(dim, length), dtype }),
  cat: (values, dim) => {
    const { shape, dtype } = values[0]!
    const size = values.reduce((sum, v) => sum + v.shape[dim]!, 0)
    return new ShapeOnly({ shape: shape.with(dim, size), dtype })
  },
  permute: ({ shape, dtype }, order) => new ShapeOnly({ shape: order.map(i => shape[i]!), dtype }),
  reshape: ({ dtype }, shape) => new ShapeOnly({ shape, dtype }),
  full: type => new ShapeOnly(type),
  same: (a, b) => (a === b ? true : null),
}

/** For steps that add: what a tensor starts from does not matter to its shape. */
export const initialShape = (_key: string, type: ArrayType): ShapeOnly => new ShapeOnly(type)

/** The tensors of a generation by key, in its order; tied keys have one value. */
export function shapesOf(generation: Generation): Map<string, ShapeOnly> {
  const byId = new Map<string, ShapeOnly>()
  const shapes = new Map<string, ShapeOnly>()
  for (const { id, key, tie, shape, dtype } of generation.tensors) {
    const value = byId.get(tie ?? id) ?? new ShapeOnly({ shape, dtype })
    byId.set(tie ?? id, value)
    shapes.set(key, value)
  }
  return shapes
}

/** The types of a file's tensors; tensors of one view of one storage are names of one. */
export function typesOfFile(tensors: ReadonlyMap<string, StoredTensor>): Map<string, ShapeOnly> {
  const views = new Map<StoredTensor['storage'], Map<string, ShapeOnly>>()
  return new Map(
    [...tensors].map(([key, tensor]) => {
      const known = views.get(tensor.storage) ?? new Map<string, ShapeOnly>()
      const view = `${tensor.dtype} ${tensor.offset} ${tensor.shape} ${tensor.stride}`
      const type = known.get(view) ?? new ShapeOnly(tensor)
      views.set(tensor.storage, known.set(view, type))
      return [key, type]
    }),
  )
}
