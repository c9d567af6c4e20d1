/** A page that chooses a device, and asks for WebGPU by name. */
import { chooseDevice, DeviceError, useWebGPU } from '../../runtime/index.ts'

/** What was chosen and why; what asking by name ended with. */
export interface Choice {
  readonly device: string
  readonly reason: string
  readonly refusal: { readonly code: string; readonly hint: string | null } | null
}

export async function run(): Promise<Choice> {
  const { device, reason } = await chooseDevice()
  const refusal = await useWebGPU().then(
    () => null,
    (error: unknown) => (error instanceof DeviceError ? { code: error.code, hint: error.hint } : null),
  )
  return { device: device.name, reason, refusal }
}
