/** An entry point of WebGPU that counts what is made through it. */

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

/** The entry point, and the counts of all devices that are opened through it. */
export function counted(entry: GPU): { readonly gpu: GPU; readonly made: Made } {
  const made = Object.fromEntries(MAKING.map(name => [name, 0])) as Made
  const requestAdapter = async (options?: GPURequestAdapterOptions): Promise<GPUAdapter | null> => {
    const adapter = await entry.requestAdapter(options)
    if (adapter === null) return null
    const requestDevice = adapter.requestDevice.bind(adapter)
    adapter.requestDevice = async descriptor => {
      const device = await requestDevice(descriptor)
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
  return { gpu: { requestAdapter } as GPU, made }
}
