/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Tensor: an immutable handle on a node of the lazy graph. Its functions under torch's names are attached by `functional.ts`
 * from the op table; here is what is no op: reading, moving and ending.
 */
import type { Device } from '../devices/device.ts'
import { type DeviceName, getDevice } from '../devices/registry.ts'
import { Node } from '../graph/node.ts'
import { realise, realiseSync } from '../graph/realise.ts'
import { readSound } from '../graph/unproven.ts'
import { bfloat16Value, float16Value } from '../kernels/half.ts'
import { STORAGE_CLASS, type Storage } from '../kernels/reference/storage.ts'
import { printShape, product } from '../ops/dim.ts'
import { type DType, ITEM_SIZE, isFloat } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import type { Aval } from '../ops/primitives.ts'
import { type History, type Leaf, sourceOf } from './history.ts'
import { currentScope } from './scope.ts'
import { unsupportedOn } from './unsupported.ts'

/** The typed arrays that elements are read as: float16 and bfloat16 as their bits in a Uint16Array, bool as 0 and 1. */
export type TypedArray = Storage

/** One element as JavaScript has it: int64 is a bigint. */
export type Element = number | bigint | boolean

/** Lists of elements, nested as the shape is. */
export type NestedArray = Element | NestedArray[]

/** Releases the node, and the history, of a tensor that was collected without being disposed of. */
const collected = new FinalizationRegistry<Node | readonly [Node, History]>(held => {
  if (held instanceof Node) held.release()
  else for (const part of held) part.release()
})

export class Tensor implements Aval {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly device: Device
  /** The graph below the handle: for the runtime's own layers. */
  readonly node: Node
  /** How it was computed, where gradients may be asked for: for the runtime's own layers. */
  readonly history: History | null
  /** Where its gradient arrives, if it is itself what gradients are asked for: for the runtime's own layers. */
  leaf: Leaf | null = null
  #disposed = false

  constructor(node: Node, history: History | null = null) {
    this.shape = node.shape
    this.dtype = node.dtype
    this.device = node.device
    this.node = node
    this.history = history
    node.retain()
    history?.retain()
    collected.register(this, history === null ? node : [node, history], this)
    currentScope()?.add(this)
  }

  /** Number of elements. */
  get size(): number {
    return product(this.shape) as number
  }

  /** Whether operations on it are recorded, so that gradients can be computed. */
  get requiresGrad(): boolean {
    return sourceOf(this) !== null
  }

  /** True of tensors that no recorded operation made. */
  get isLeaf(): boolean {
    return this.history === null
  }

  /** The gradient that backward left, of cells' values and tensors made by `requiresGrad_`; null of all others. */
  get grad(): Tensor | null {
    return this.leaf?.grad ?? null
  }

  set grad(grad: Tensor | null) {
    if (this.leaf === null)
      throw new OpError('argument/value', `grad: ${this} is no leaf that requires gradients`, { op: 'grad' })
    this.leaf.grad = grad
  }

  /**
   * Makes operations on this tensor recorded, or no longer. Of a cell's value it is the cell that changes.
   * @throws OpError for tensors that are not of floats, and for results of recorded operations
   */
  requiresGrad_(requiresGrad = true): this {
    if (requiresGrad && !isFloat(this.dtype)) {
      throw new OpError('dtype/mismatch', `only tensors of floats can require gradients, not ${this}`, {
        op: 'requiresGrad_',
      })
    }
    if (this.history !== null) {
      if (requiresGrad) return this
      throw new OpError('argument/value', `${this} was computed from tensors that require gradients`, {
        op: 'requiresGrad_',
        hint: 'detach() gives it without its history',
      })
    }
    if (this.leaf !== null) this.leaf.requiresGrad = requiresGrad
    else if (requiresGrad) this.leaf = { requiresGrad, grad: null }
    return this
  }

  /** Computes the tensor, if need be, and copies its elements out, row-major. */
  async data(): Promise<TypedArray> {
    await this.#realised('data')
    const [bytes] = await readSound(this.device, [this.node.memory!])
    return this.#typed(bytes!)
  }

  /** As `data`, at once. Throws DeviceError (`device/synchronous`) where the device or the platform cannot. */
  dataSync(): TypedArray {
    this.#assertLive('dataSync')
    realiseSync([this.node])
    return this.#typed(this.device.readSync!(this.node.memory!))
  }

  /** The element of a tensor that has just one. Throws OpError. */
  async item(): Promise<Element> {
    if (this.size !== 1) {
      throw new OpError(
        'shape/mismatch',
        `item needs a tensor with one element, not of shape ${printShape(this.shape)}`,
        {
          op: 'item',
        },
      )
    }
    return element(this.dtype, (await this.data())[0]!)
  }

  /** The elements as nested lists, as torch's `tolist`. */
  async toArray(): Promise<NestedArray> {
    return nested(this.shape, this.dtype, await this.data())
  }

  /** Computes the tensor now, and keeps its elements. */
  async realise(): Promise<this> {
    await this.#realised('realise')
    return this
  }

  /**
   * The same elements on another device: this tensor itself where it is there already.
   * Throws OpError (`op/unsupported`) for a dtype that the device has not.
   */
  async toDevice(device: DeviceName | Device): Promise<Tensor> {
    const target = getDevice(device)
    if (target === this.device) return this
    if (!target.supports(this.dtype)) throw unsupportedOn(target, 'toDevice', this.dtype)
    await this.#realised('toDevice')
    const [bytes] = await readSound(this.device, [this.node.memory!])
    const memory = target.alloc(bytes!.byteLength)
    target.write(memory, bytes!)
    return new Tensor(new Node(this.shape, this.dtype, target, { memory }))
  }

  /** Ends the handle. Its memory is freed as soon as no tensor that is still to be computed needs it. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    collected.unregister(this)
    this.node.release()
    this.history?.release()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  get disposed(): boolean {
    return this.#disposed
  }

  toString(): string {
    return `Tensor(${this.dtype}${printShape(this.shape)}, ${this.device.name})`
  }

  async #realised(op: string): Promise<void> {
    this.#assertLive(op)
    await realise([this.node])
    // It may have been disposed of meanwhile.
    this.#assertLive(op)
  }

  #assertLive(op: string): void {
    if (this.#disposed) throw new OpError('argument/value', `${op}: ${this} was disposed of`, { op })
  }

  #typed(bytes: Uint8Array<ArrayBuffer>): TypedArray {
    return new STORAGE_CLASS[this.dtype](
      bytes.buffer,
      bytes.byteOffset,
      bytes.byteLength / ITEM_SIZE[this.dtype],
    )
  }
}

/** A stored element as JavaScript has it. */
export function element(dtype: DType, stored: number | bigint): Element {
  if (dtype === 'bool') return stored !== 0
  if (dtype === 'float16') return float16Value(Number(stored))
  return dtype === 'bfloat16' ? bfloat16Value(Number(stored)) : stored
}

function nested(shape: readonly number[], dtype: DType, data: TypedArray): NestedArray {
  let at = 0
  const level = (axis: number): NestedArray =>
    axis === shape.length
      ? element(dtype, data[at++]!)
      : Array.from({ length: shape[axis]! }, () => level(axis + 1))
  return level(0)
}
