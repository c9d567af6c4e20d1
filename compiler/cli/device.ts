/** The device that `--device` names. In Node, WebGPU comes from the package `webgpu`, which is optional. */

import type { Device } from '../../runtime/devices/device.ts'
import { chooseDevice, type DeviceName, getDevice, useWebGPU } from '../../runtime/index.ts'
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
  if (name === 'auto') {
    const { device, reason } = await chooseDevice(options)
    terminal.stderr(`device: ${reason}\n`)
    return work(device)
  }
  const device = await useWebGPU(options)
  terminal.stderr(`device: webgpu on ${device.adapter}\n`)
  try {
    return await work(device)
  } finally {
    device.destroy()
  }
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
