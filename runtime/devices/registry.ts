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

/** The device of that name; a device stands for itself. Throws DeviceError (`device/unknown`, `device/lost`). */
export function getDevice(device: DeviceName | Device): Device {
  if (typeof device !== 'string') return device
  let found = devices.get(device)
  if (found === undefined) {
    const loss = lost.get(device)
    if (loss !== undefined) throw loss
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
  lost.delete(name)
}

/** The device of that name, if it was asked for or opened before. */
export function openedDevice(name: DeviceName): Device | undefined {
  return devices.get(name)
}

/** Forgets a device that was lost, by the error that its calls throw. */
export function forgetDevice(name: DeviceName, device: Device, loss: DeviceError): void {
  losses.set(device, loss)
  if (devices.get(name) !== device) return
  devices.delete(name)
  lost.set(name, loss)
}

/** Names whose device was lost and not opened again. */
const lost = new Map<string, DeviceError>()
/** Devices that were lost. */
const losses = new WeakMap<Device, DeviceError>()

/** What calls of a device throw that was lost; undefined of others. */
export function lossOf(device: Device): DeviceError | undefined {
  return losses.get(device)
}

/** Who goes on for devices that were lost, where it is not who has their name now. */
const successors = new WeakMap<Device, Device>()

/** Has another device go on for one that was lost. */
export function succeedDevice(device: Device, by: Device): void {
  successors.set(device, by)
}

/** The device itself; of one that was lost, the one that goes on for it: opened since under its name, if there is one. */
export function standIn(device: Device): Device {
  let found = device
  while (losses.has(found)) {
    const next = successors.get(found) ?? devices.get(found.name)
    if (next === undefined) return device
    found = next
  }
  return found
}
