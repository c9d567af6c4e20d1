/** A WebGPU that computes nothing: it notes the shaders that it is given, and reads as zeros. */

/** What adapters promise at least, by the specification. */
const LIMITS = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupSizeX: 256,
  maxComputeWorkgroupSizeY: 256,
  maxComputeWorkgroupSizeZ: 64,
  maxComputeWorkgroupsPerDimension: 65535,
  maxComputeWorkgroupStorageSize: 2 ** 14,
  minStorageBufferOffsetAlignment: 256,
  minUniformBufferOffsetAlignment: 256,
}

/** Calls of these do nothing. */
const none = (): void => {}

/**
 * @param note is called with each shader's text
 * @param features what the adapter has, besides
 */
export function recordingGpu(note: (code: string) => void, features: readonly GPUFeatureName[]): GPU {
  const buffer = ({ size }: { size: number }) => ({
    size,
    destroy: none,
    unmap: none,
    mapAsync: async () => {},
    getMappedRange: (_ = 0, bytes = size) => new ArrayBuffer(bytes),
  })
  const pass = { setPipeline: none, setBindGroup: none, dispatchWorkgroups: none, end: none }
  const encoder = {
    beginComputePass: () => pass,
    copyBufferToBuffer: none,
    clearBuffer: none,
    finish: () => ({}),
  }
  const device = {
    limits: LIMITS,
    features: new Set<string>(features),
    lost: new Promise(none),
    queue: { writeBuffer: none, submit: none },
    createBuffer: buffer,
    createShaderModule: ({ code }: { code: string }) => note(code),
    createComputePipelineAsync: async () => ({}),
    createBindGroupLayout: () => ({}),
    createPipelineLayout: () => ({}),
    createBindGroup: () => ({}),
    createCommandEncoder: () => encoder,
    pushErrorScope: none,
    popErrorScope: async () => null,
    destroy: none,
  }
  const adapter = {
    limits: LIMITS,
    features: device.features,
    info: { description: 'nothing' },
    requestDevice: async () => device,
  }
  // Whoever has subgroups numbers them.
  return {
    requestAdapter: async () => adapter,
    wgslLanguageFeatures: new Set(['subgroup_id']),
  } as unknown as GPU
}
