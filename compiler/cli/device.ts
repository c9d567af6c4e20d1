/** The device that `--device` names. In Node, WebGPU comes from the package `webgpu`, which is optional. */

import type { Device } from '../../runtime/devices/device.ts'
import { WebGpuDevice } from '../../runtime/devices/webgpu/webgpu.ts'
import {
  chooseDevice,
  type DeviceChoice,
  type DeviceName,
  getDevice,
  useWebGPU,
  type WebGpuOptions,
} from '../../runtime/index.ts'
import type { Terminal } from './terminal.ts'

/**
 * Opens the device, runs `work` on it, and ends it.
 * @throws DeviceError where there is none of that name, or no adapter
 */
export async function withDevice<T>(
  name: string,
  terminal: Terminal,
  work: (device: Device) => Promise<T>,
): Promise<T> {
  if (name !== 'webgpu' && name !== 'auto') return work(getDevice(name as DeviceName))
  const gpu = await nodeGpu()
  const options = gpu === undefined ? {} : { gpu }
  const choice = name === 'auto' ? await chooseDevice(options) : await named(options)
  terminal.stderr(`device: ${choice.reason}\n`)
  try {
    return await work(choice.device)
  } finally {
    // Else the process would wait for it.
    if (choice.device instanceof WebGpuDevice) choice.device.destroy()
  }
}

async function named(options: WebGpuOptions): Promise<DeviceChoice> {
  const device = await useWebGPU(options)
  return { device, reason: `webgpu on ${device.adapter}` }
}

/** The entry point of WebGPU that the package `webgpu` gives, if it is installed. */
async function nodeGpu(): Promise<GPU | undefined> {
  // Named by a variable: the package is optional, and bundlers must not look for it.
  const name = 'webgpu'
  try {
    const { create } = (await import(name)) as { create(options: readonly string[]): GPU }
    return create([])
  } catch {
    return undefined
  }
}
