/** Where a module computes. */
import type { Device } from '../devices/device.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import type { Module } from './module.ts'

/** The device of a module's tensors: of its first parameter, or of its first buffer; the default one where it has neither. */
export const deviceOf = (module: Module): Device =>
  (module.parameters()[0] ?? module.buffers()[0])?.held.device ?? defaultDevice()
