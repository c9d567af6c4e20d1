/// <reference lib="esnext.disposable" preserve="true" />
/**
 * Tensor: an immutable handle on a node of the lazy graph. Its functions under torch's names are attached by `functional.ts`
 * from the op table; here is what is no op: reading, moving and ending.
 */
import type { Device } from '../devices/device.ts'
import { type DeviceName, getDevice } from '../devices/registry.ts'
import { Node } from '../graph/node.ts'
import { realise, realiseSync } from '../graph/realise.ts'
import { bfloat16Value, float16Value } from '../kernels/half.ts'
import { STORAGE_CLASS, type Storage } from '../kernels/reference/storage.ts'
import { printShape, product } from '../ops/dim.ts'
import { type DType, ITEM_SIZE } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import type { Aval } from '../ops/primitives.ts'
import { currentScope } from './scope.ts'

/** The typed arrays that elements are read as: float16 and bfloat16 as their bits in a Uint16Array, bool as 0 and 1. */
export type TypedArray = Storage

/** One element as JavaScript has it: int64 is a bigint. */
export type Element = number | bigint | boolean

/** Lists of elements, nested as the shape is. */
export type NestedArray = Element | NestedArray[]

/** Releases the node of a tensor that was collected without being disposed of. */
const collected = new FinalizationRegistry<Node>(node => node.release())

export class Tensor implements Aval {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly device: Device
  /** The graph below the handle: for the runtime's own layers. */
  readonly node: Node
  #disposed = false

  constructor(node: Node) {
    this.shape = node.shape
    this.dtype = node.dtype
    this.device = node.device
    this.node = node
    node.retain()
    collected.register(this, node, this)
    currentScope()?.add(this)
  }

  /** Number of elements. */
  get size(): number {
    return product(this.shape) as number
  }

  /** Computes the tensor, if need be, and copies its elements out, row-major. */
  async data(): Promise<TypedArray> {
    await this.#realised('data')
    return this.#typed(await this.device.read(this.node.memory!))
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

  /** The same elements on another device: this tensor itself where it is there already. */
  async toDevice(device: DeviceName | Device): Promise<Tensor> {
    const target = getDevice(device)
    if (target === this.device) return this
    await this.#realised('toDevice')
    const bytes = await this.device.read(this.node.memory!)
    const memory = target.alloc(bytes.byteLength)
    target.write(memory, bytes)
    return new Tensor(new Node(this.shape, this.dtype, target, { memory }))
  }

  /** Ends the handle. Its memory is freed as soon as no tensor that is still to be computed needs it. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    collected.unregister(this)
    this.node.release()
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
