/**
 * The device that interprets: every program as its IR says, one scalar at a time, each index checked. For tests and for
 * comparing other devices with; far too slow for work.
 */
import { interpret } from '../kernels/reference/interpret.ts'
import { STORAGE_CLASS } from '../kernels/reference/storage.ts'
import type { Device, Executable, Memory, MemoryStats, Program, Slot } from './device.ts'
import { DeviceError } from './device.ts'
import { MemoryCounter } from './memory-counter.ts'

class ReferenceMemory implements Memory {
  readonly bytes: number
  buffer: ArrayBuffer | null

  constructor(bytes: number) {
    this.bytes = bytes
    this.buffer = new ArrayBuffer(bytes)
  }
}

export class ReferenceDevice implements Device {
  readonly name = 'reference'
  readonly limits = {
    vector: 4,
    registers: 16,
    sharedBytes: 32768,
    invocations: 1,
    offsetAlignment: 1,
    buffers: Number.POSITIVE_INFINITY,
    bindingBytes: Number.POSITIVE_INFINITY,
  }
  readonly readsWhatItWrites = true
  readonly #counter = new MemoryCounter()

  supports(): boolean {
    return true
  }

  alloc(bytes: number): Memory {
    this.#counter.allocated(bytes)
    return new ReferenceMemory(bytes)
  }

  free(memory: Memory): void {
    this.#bufferOf(memory)
    ;(memory as ReferenceMemory).buffer = null
    this.#counter.freed(memory.bytes)
  }

  write(memory: Memory, bytes: Uint8Array): void {
    new Uint8Array(this.#bufferOf(memory)).set(bytes)
  }

  async read(memory: Memory): Promise<Uint8Array<ArrayBuffer>> {
    return this.readSync(memory)
  }

  readSync(memory: Memory): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#bufferOf(memory)).slice()
  }

  readInto(memory: Memory, bytes: Uint8Array): void {
    bytes.set(new Uint8Array(this.#bufferOf(memory)))
  }

  async compile(program: Program): Promise<Executable> {
    return this.compileSync(program)
  }

  compileSync(program: Program): Executable {
    return {
      run: (inputs, outputs) => {
        const scratch = new ArrayBuffer(program.scratchBytes)
        this.#counter.borrowed(program.scratchBytes)
        const prepared = new Map<Slot, ArrayBuffer>()
        const bind = (slot: Slot): { buffer: ArrayBuffer; offset: number } => {
          if (slot.kind === 'scratch') return { buffer: scratch, offset: slot.offset }
          if (slot.kind === 'prepared') {
            const buffer = prepared.get(slot) ?? new ArrayBuffer(slot.bytes)
            prepared.set(slot, buffer)
            return { buffer, offset: 0 }
          }
          return {
            buffer: this.#bufferOf((slot.kind === 'input' ? inputs : outputs)[slot.index]!),
            offset: 0,
          }
        }
        for (const { kernel: at, args } of program.dispatches) {
          const kernel = program.kernels[at]!
          interpret(
            kernel,
            kernel.buffers.map((b, i) => {
              const { slot, offset: from } = args[i]!
              const { buffer, offset } = bind(program.slots[slot]!)
              return new STORAGE_CLASS[b.dtype](buffer, offset + from, b.length)
            }),
          )
        }
      },
    }
  }

  stats(): MemoryStats {
    return this.#counter.stats()
  }

  #bufferOf(memory: Memory): ArrayBuffer {
    const { buffer } = memory as ReferenceMemory
    if (buffer === null)
      throw new DeviceError('device/disposed', this.name, 'memory of the reference device was freed')
    return buffer
  }
}
