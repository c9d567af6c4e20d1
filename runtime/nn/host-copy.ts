/** The tensors of a module in the host's memory, to be put back where a device was lost with all of its own. */
import type { Device } from '../devices/device.ts'
import { type DeviceName, getDevice, standIn } from '../devices/registry.ts'
import type { DType } from '../ops/dtype.ts'
import type { Cell } from '../tensor/cell.ts'
import { fromBytes } from '../tensor/create.ts'
import { keep } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'
import type { Module } from './module.ts'

/** What a cell held. */
interface Copied {
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** What `hostCopy` gives. It stays as it is, and can be put back any number of times. */
export class HostCopy {
  readonly #cells: ReadonlyMap<Cell, Copied>

  /** `hostCopy` makes them. */
  constructor(cells: ReadonlyMap<Cell, Copied>) {
    this.#cells = cells
  }

  /** Bytes of the host's memory that it takes. */
  get bytes(): number {
    return [...this.#cells.values()].reduce((sum, { bytes }) => sum + bytes.length, 0)
  }

  /**
   * Puts the elements back into the module's parameters and buffers, without gradients: on the device where they were, which is
   * the one opened since where that was lost, or on another. Functions that were compiled are captured anew by their next run.
   * @throws DeviceError (`device/lost`) where the device was lost and none has been opened since
   */
  restore(device?: DeviceName | Device): void {
    const target = device === undefined ? null : getDevice(device)
    for (const [cell, { bytes, shape, dtype }] of this.#cells) {
      cell.adopt(fromBytes(bytes, shape, dtype, target ?? standIn(cell.held.device)))
      cell.grad = null
    }
  }
}

/**
 * Copies all parameters and buffers of a module, those that are in no state_dict too, as they are at the call: what is
 * computed meanwhile changes nothing. Takes as many bytes of the host's memory as the module has of a device's.
 */
export function hostCopy(module: Module): Promise<HostCopy> {
  return copyCells([...module.parameters(), ...module.buffers()])
}

/** As `hostCopy`, of some cells. */
export async function copyCells(cells: readonly Cell[]): Promise<HostCopy> {
  const copied = cells.map(async (cell): Promise<[Cell, Copied]> => {
    // Under a handle of its own, so that nothing is written over what it holds.
    const held = keep(new Tensor(cell.held.node))
    try {
      const { shape, dtype } = held
      const { buffer, byteOffset, byteLength } = await held.data()
      return [cell, { shape, dtype, bytes: new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength) }]
    } finally {
      held.dispose()
    }
  })
  return new HostCopy(new Map(await Promise.all(copied)))
}
