/** The entry point of WebGPU in Node: the package `webgpu`. */

/** Null where the package or a driver is missing, which is printed. */
export async function nodeGpu(): Promise<GPU | null> {
  try {
    // Named by a variable: its types would bring their own WebGPU beside TypeScript's.
    const name = 'webgpu'
    const { create } = (await import(name)) as { create(options: readonly string[]): GPU }
    const gpu = create([])
    if ((await gpu.requestAdapter()) !== null) return gpu
    console.log('skipped: no WebGPU here: WebGPU found no adapter')
  } catch (error) {
    console.log(`skipped: no WebGPU here: ${error instanceof Error ? error.message : String(error)}`)
  }
  return null
}
