/** An entry point of WebGPU that counts what is made through it, and shows its devices. */

const MAKING = [
  'createBuffer',
  'createBindGroup',
  'createBindGroupLayout',
  'createPipelineLayout',
  'createShaderModule',
  'createComputePipeline',
  'createComputePipelineAsync',
] as const

/** How often each of a device's methods was called, by name. */
export type Made = Record<(typeof MAKING)[number], number>

/** The entry point, and the devices that are opened through it with their counts, all together. */
export function counted(entry: GPU): {
  readonly gpu: GPU
  readonly made: Made
  readonly devices: readonly GPUDevice[]
} {
  const devices: GPUDevice[] = []
  const made = Object.fromEntries(MAKING.map(name => [name, 0])) as Made
  const requestAdapter = async (options?: GPURequestAdapterOptions): Promise<GPUAdapter | null> => {
    const adapter = await entry.requestAdapter(options)
    if (adapter === null) return null
    const requestDevice = adapter.requestDevice.bind(adapter)
    adapter.requestDevice = async descriptor => {
      const device = await requestDevice(descriptor)
      devices.push(device)
      for (const name of MAKING) {
        const make = device[name].bind(device) as (...args: unknown[]) => unknown
        const counting = (...args: unknown[]): unknown => {
          made[name]++
          return make(...args)
        }
        Object.defineProperty(device, name, { value: counting })
      }
      return device
    }
    return adapter
  }
  // What else there is to ask must be asked of the entry point itself.
  const { wgslLanguageFeatures } = entry
  return { gpu: { requestAdapter, wgslLanguageFeatures } as GPU, made, devices }
}
