/**
 * Going on after the device was lost: the run is kept in the host's memory as it goes, and taken up again from there on the
 * device opened anew, as from a checkpoint of that step.
 */

import type { PyDict } from '../checkpoint/py-dict.ts'
import { DeviceError } from '../devices/device.ts'
import { getDevice, standIn, succeedDevice } from '../devices/registry.ts'
import { reopenWebGPU } from '../devices/webgpu/use-webgpu.ts'
import { WebGpuDevice } from '../devices/webgpu/webgpu.ts'
import { copyCells, type HostCopy } from '../nn/host-copy.ts'
import { heldOn } from '../nn/module-device.ts'
import type { Callback } from './callback.ts'
import type { Run } from './run.ts'
import { keptDictionary, type RunParts, restoreRun } from './run-checkpoint.ts'

export interface RecoverOptions {
  /** The run is kept after every so many steps, too; always after an epoch. */
  readonly everySteps?: number
  /** Opens the device again; as it was opened, unless given. */
  readonly reopen?: () => Promise<unknown>
  /** Told that the device was lost, and how many steps will be made again. */
  readonly onLost?: (error: DeviceError, steps: number) => void
}

export class Recovery {
  readonly #options: RecoverOptions
  readonly #run: Run
  readonly #parts: RunParts
  /** What is in no state_dict. */
  #buffers: HostCopy | null = null
  #kept: PyDict | null = null
  #keeping: Promise<void> | null = null
  #failure: unknown = null
  /** Steps since the device was lost. */
  #since = Number.POSITIVE_INFINITY

  constructor(options: RecoverOptions, run: Run, parts: RunParts) {
    this.#options = options
    this.#run = run
    this.#parts = parts
  }

  /** What keeps the run as it goes. Steps do not wait for it. */
  callback(): Callback {
    const { everySteps } = this.#options
    return {
      onStart: async () => {
        this.#buffers = await copyCells(unsaved(this.#parts))
        await this.#keep()
        this.#check()
      },
      onStep: run => {
        this.#since++
        this.#check()
        if (everySteps !== undefined && run.step % everySteps === 0) this.#keep()
      },
      onEpoch: async () => {
        await this.#keeping
        this.#check()
        this.#keep()
      },
    }
  }

  /** Takes the run up again. Throws what ended it, where it was not the loss of a device, or it is lost again at once. */
  async recover(error: unknown): Promise<void> {
    const lost = heldOn(this.#parts.model)
    if (!isLost(error) || this.#kept === null || lost === undefined || this.#since === 0) throw error
    this.#since = 0
    await this.#keeping
    const { step } = this.#run
    try {
      if (this.#options.reopen !== undefined) await this.#options.reopen()
      else if (lost instanceof WebGpuDevice) await reopenWebGPU(lost)
      if (standIn(lost) === lost) throw error
    } catch (problem) {
      // Nothing is to be lost with the device.
      succeedDevice(lost, getDevice('cpu'))
      await this.#restore()
      throw problem
    }
    await this.#restore()
    this.#options.onLost?.(error, step - this.#run.step)
  }

  async #restore(): Promise<void> {
    this.#buffers?.restore()
    for (const cell of this.#parts.model.parameters()) cell.grad = null
    await restoreRun(this.#kept!, this.#run, this.#parts)
  }

  /** Keeps the run as it is, unless it is being kept. */
  #keep(): Promise<void> {
    if (this.#keeping !== null) return this.#keeping
    const keeping = keptDictionary(this.#run, this.#parts).then(
      kept => {
        this.#kept = kept
        this.#keeping = null
      },
      error => {
        this.#keeping = null
        // The step that comes next is told of it too.
        if (!isLost(error)) this.#failure = error
      },
    )
    this.#keeping = keeping
    return keeping
  }

  #check(): void {
    const failure = this.#failure
    this.#failure = null
    if (failure !== null) throw failure
  }
}

const isLost = (error: unknown): error is DeviceError =>
  error instanceof DeviceError && error.code === 'device/lost'

/** Buffers of the model that its state_dict lacks. */
function unsaved({ model }: RunParts) {
  const saved = new Set(
    model.modules().flatMap(m => [...m.ownBuffers.values()].flatMap(b => (b.persistent ? [b.cell] : []))),
  )
  return model.buffers().filter(cell => !saved.has(cell))
}
