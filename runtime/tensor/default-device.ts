/** Where tensors are made when nothing else says it. */
import type { Device } from '../devices/device.ts'
import { type DeviceName, getDevice, standIn } from '../devices/registry.ts'

let current: DeviceName | Device = 'cpu'

export function defaultDevice(): Device {
  return standIn(getDevice(current))
}

/** Sets where tensors are made from now on. Throws DeviceError (`device/unknown`). */
export function setDefaultDevice(device: DeviceName | Device): void {
  getDevice(device)
  current = device
}
