/**
 * Devices by name. The cpu is made when it is first asked for, and lives as long as the process; webgpu is opened by
 * `useWebGPU`, because opening it takes a wait.
 */
import { CpuDevice } from './cpu.ts'
import { type Device, DeviceError } from './device.ts'
import { ReferenceDevice } from './reference.ts'

const FACTORIES = {
  cpu: (): Device => new CpuDevice(),
  reference: (): Device => new ReferenceDevice(),
  webgpu: (): Device => {
    throw new DeviceError(
      'device/unavailable',
      'webgpu',
      'webgpu is not open',
      "await useWebGPU() first; in Node, with the `gpu` of the package 'webgpu'",
    )
  },
}

/** Names that `getDevice` takes. */
export type DeviceName = keyof typeof FACTORIES

const devices = new Map<string, Device>()

/** The device of that name; a device stands for itself. Throws DeviceError (`device/unknown`). */
export function getDevice(device: DeviceName | Device): Device {
  if (typeof device !== 'string') return device
  let found = devices.get(device)
  if (found === undefined) {
    if (!Object.hasOwn(FACTORIES, device)) {
      const known = Object.keys(FACTORIES).join(', ')
      throw new DeviceError('device/unknown', device, `there is no device '${device}'`, `one of ${known}`)
    }
    found = FACTORIES[device]()
    devices.set(device, found)
  }
  return found
}

/** Makes an open device the one of its name. */
export function registerDevice(name: DeviceName, device: Device): void {
  devices.set(name, device)
}

/** The device of that name, if it was asked for or opened before. */
export function openedDevice(name: DeviceName): Device | undefined {
  return devices.get(name)
}

/** Forgets a device that has ended, if it is still the one of its name. */
export function forgetDevice(name: DeviceName, device: Device): void {
  if (devices.get(name) === device) devices.delete(name)
}
