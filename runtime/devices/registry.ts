/** Devices by name. Each is made when it is first asked for, and lives as long as the process. */
import { CpuDevice } from './cpu.ts'
import { type Device, DeviceError } from './device.ts'
import { ReferenceDevice } from './reference.ts'

const FACTORIES = {
  cpu: (): Device => new CpuDevice(),
  reference: (): Device => new ReferenceDevice(),
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
