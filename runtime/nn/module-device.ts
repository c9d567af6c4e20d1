/** Where a module computes. */
import type { Device } from '../devices/device.ts'
import { standIn } from '../devices/registry.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import type { Module } from './module.ts'

/**
 * The device of a module's tensors: of its first parameter, or of its first buffer; the default one where it has neither. Of a module
 * whose device was lost, the one opened since.
 */
export const deviceOf = (module: Module): Device => standIn(heldOn(module) ?? defaultDevice())

/** Where a module's tensors lie, be it that the device was lost; undefined of a module without any. */
export const heldOn = (module: Module): Device | undefined =>
  (module.parameters()[0] ?? module.buffers()[0])?.held.device
