/** What lowering a group gives: kernels, and what their buffers are bound to. */
import { type Buffer, buffer, type Kernel } from '../../kernels/ir.ts'
import type { DType } from '../../ops/dtype.ts'
import { ITEM_SIZE } from '../../ops/dtype.ts'
import type { Group } from '../fuse.ts'
import { elementCount, type Value } from '../value.ts'

/** What a kernel's buffer stands for: a value that the group reads (by its number), the group's root, or scratch. */
export type Binding =
  | { readonly kind: 'read'; readonly index: number }
  /** From an element on: parts of a concatenation are stored by kernels of their own. */
  | { readonly kind: 'root'; readonly offset?: number }
  | { readonly kind: 'scratch'; readonly index: number }

export interface Step {
  readonly kernel: Kernel
  readonly bindings: readonly Binding[]
  /** The kernel only brings what it reads into another order: worth keeping where that is a weight. */
  readonly prepares: boolean
}

export interface Lowered {
  readonly steps: readonly Step[]
  /** Bytes of each piece of scratch memory that the steps share. */
  readonly scratch: readonly number[]
}

/** The buffers of one group's kernels. */
export class GroupBuffers {
  readonly group: Group
  /** By name: within a group, buffers of one name are one memory. */
  readonly #bindings = new Map<string, Binding>()
  readonly #reads = new Map<Value, Buffer>()
  readonly #scratch: number[] = []

  constructor(group: Group) {
    this.group = group
    for (const [index, value] of group.reads.entries()) {
      const b = buffer(`x${index}`, value.dtype, elementCount(value.shape), 'read')
      this.#reads.set(value, b)
      this.#bindings.set(b.name, { kind: 'read', index })
    }
  }

  /** Buffers of the values that the group reads. */
  get reads(): ReadonlyMap<Value, Buffer> {
    return this.#reads
  }

  /** The root as a kernel's buffer. */
  root(access: Buffer['access'] = 'write'): Buffer {
    const { root } = this.group
    const b = buffer('out', root.dtype, elementCount(root.shape), access)
    this.#bindings.set(b.name, { kind: 'root' })
    return b
  }

  /** Memory for the group's kernels alone, which one writes and others read. */
  scratch(name: string, dtype: DType, length: number): Buffer {
    const b = buffer(name, dtype, length, 'readwrite')
    this.adopt(b)
    return b
  }

  /** Gives memory to a buffer that a template made for its kernels. */
  adopt({ name, dtype, length }: Buffer): void {
    this.#bindings.set(name, { kind: 'scratch', index: this.#scratch.length })
    this.#scratch.push(length * ITEM_SIZE[dtype])
  }

  /** A step of a kernel over buffers that were made here. */
  step(kernel: Kernel, prepares = false): Step {
    return { kernel, bindings: kernel.buffers.map(b => this.#bindings.get(b.name)!), prepares }
  }

  lowered(steps: readonly Step[]): Lowered {
    return { steps, scratch: this.#scratch }
  }
}
