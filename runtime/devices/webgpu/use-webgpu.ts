/** Opening WebGPU by name, and choosing between it and the CPU. */
import { type Device, DeviceError } from '../device.ts'
import { forgetDevice, getDevice, openedDevice, registerDevice } from '../registry.ts'
import { openWebGpu, WebGpuDevice, type WebGpuOptions } from './webgpu.ts'

/**
 * Opens WebGPU, so that `'webgpu'` names a device from then on; the device that is open already where there is one. A device
 * that was lost or destroyed makes room for a new one.
 * @throws DeviceError (`device/unavailable`) where there is no WebGPU or no adapter
 */
export async function useWebGPU(options: WebGpuOptions = {}): Promise<WebGpuDevice> {
  const open = openedDevice('webgpu')
  if (open instanceof WebGpuDevice) return open
  const device = await openWebGpu(options)
  registerDevice('webgpu', device)
  device.lost.then(loss => forgetDevice('webgpu', device, loss))
  return device
}

/** Opens a device that was lost again, as it was opened. Throws as `useWebGPU`. */
export async function reopenWebGPU(lost: WebGpuDevice): Promise<WebGpuDevice> {
  // Its name is free then.
  await lost.lost
  return useWebGPU(lost.options)
}

/** A device, and why it is this one: a sentence to print. */
export interface DeviceChoice {
  readonly device: Device
  readonly reason: string
}

/** WebGPU where it can be opened on a real graphics adapter, else the CPU. */
export async function chooseDevice(options: WebGpuOptions = {}): Promise<DeviceChoice> {
  try {
    const device = await useWebGPU(options)
    if (!SOFTWARE.test(device.adapter)) return { device, reason: `webgpu on ${device.adapter}` }
    return {
      device: getDevice('cpu'),
      reason: `cpu: the only WebGPU adapter, ${device.adapter}, computes on the cpu itself`,
    }
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error
    return { device: getDevice('cpu'), reason: `cpu: ${error.message}` }
  }
}

/** Adapters that are programs. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|warp/i
