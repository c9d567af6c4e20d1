/** Places: where a cell holds a tensor. Plans write into them without the cell's help. */
import type { Device, Memory } from '../devices/device.ts'
import { Node } from '../graph/node.ts'
import type { Aval } from '../ops/primitives.ts'
import type { Cell } from './cell.ts'
import { currentScope, keep } from './scope.ts'
import { Tensor } from './tensor.ts'

export class Place {
  readonly cell: Cell
  /** The place of the gradient; else that of the value. */
  readonly isGrad: boolean
  #tensor: Tensor | null = null
  /** Whether others may hold the very handle. */
  #lent = false

  constructor(cell: Cell, isGrad: boolean) {
    this.cell = cell
    this.isGrad = isGrad
  }

  /** The tensor, for the runtime's own layers, which do not keep the handle. */
  get tensor(): Tensor | null {
    return this.#tensor
  }

  /** The tensor, for whoever may keep the handle. */
  lend(): Tensor | null {
    this.#lent = true
    return this.#tensor
  }

  /** True if nobody else could tell whether the elements change: no other handle, no computation that waits. */
  get exclusive(): boolean {
    return !this.#lent && this.#tensor !== null && !this.#tensor.node.shared
  }

  /**
   * Puts another tensor in. The old one ends with the current scope, if there is one, because it may be in use elsewhere.
   * @param owned nobody else holds the handle
   */
  put(tensor: Tensor | null, owned: boolean): void {
    const old = this.#tensor
    const lent = this.#lent
    this.#tensor = tensor === null ? null : keep(tensor)
    this.#lent = !owned
    if (!this.isGrad && tensor !== null) tensor.leaf = this.cell
    if (old === null || old === tensor) return
    if (!this.isGrad) old.leaf = null
    if (lent) currentScope()?.add(old)
    else old.dispose()
  }

  /** Puts in memory that a plan filled. */
  putMemory(memory: Memory, { shape, dtype }: Aval, device: Device): void {
    this.put(new Tensor(new Node(shape as readonly number[], dtype, device, { memory })), true)
  }
}
