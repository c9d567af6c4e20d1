/** WebGPU as on a poorer adapter: a device that reports lower limits than it has, and fails where one of them is exceeded. */

/** Limits that can be lowered here: each is checked below. */
export interface Lowered {
  readonly maxBufferSize?: number
  readonly maxStorageBufferBindingSize?: number
  readonly maxStorageBuffersPerShaderStage?: number
  readonly maxComputeWorkgroupsPerDimension?: number
  readonly maxComputeWorkgroupStorageSize?: number
  readonly maxComputeInvocationsPerWorkgroup?: number
}

/** The least that WebGPU guarantees (https://www.w3.org/TR/webgpu/#limits). */
export const GUARANTEED: Lowered = {
  maxBufferSize: 2 ** 28,
  maxStorageBufferBindingSize: 2 ** 27,
  maxStorageBuffersPerShaderStage: 8,
  maxComputeWorkgroupsPerDimension: 65535,
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
}

/** An object whose properties are another's, but for some; its methods are the other's own. */
function over<T extends object>(target: T, changes: Partial<Record<keyof T, unknown>>): T {
  return new Proxy(target, {
    get(of, name) {
      if (name in changes) return changes[name as keyof T]
      const value: unknown = Reflect.get(of, name)
      return typeof value === 'function' ? value.bind(of) : value
    },
    set: (of, name, value) => Reflect.set(of, name, value),
  })
}

function assertWithin(what: string, value: number, most: number | undefined): void {
  if (most !== undefined && value > most) throw new RangeError(`${what} ${value} is more than ${most}`)
}

function loweredDevice(device: GPUDevice, low: Lowered): GPUDevice {
  return over(device, {
    limits: over(device.limits, low as Partial<Record<keyof GPUSupportedLimits, unknown>>),
    createBuffer(descriptor: GPUBufferDescriptor) {
      assertWithin('a buffer of', descriptor.size, low.maxBufferSize)
      return device.createBuffer(descriptor)
    },
    createBindGroupLayout(descriptor: GPUBindGroupLayoutDescriptor) {
      const storage = [...descriptor.entries].filter(e => e.buffer!.type !== 'uniform')
      assertWithin('buffers of a stage', storage.length, low.maxStorageBuffersPerShaderStage)
      return device.createBindGroupLayout(descriptor)
    },
    createBindGroup(descriptor: GPUBindGroupDescriptor) {
      for (const { resource } of descriptor.entries)
        assertWithin('a binding of', (resource as GPUBufferBinding).size!, low.maxStorageBufferBindingSize)
      return device.createBindGroup(descriptor)
    },
    createShaderModule(descriptor: GPUShaderModuleDescriptor) {
      const [, size] = /@workgroup_size\((\d+)\)/.exec(descriptor.code)!
      assertWithin('a workgroup of', Number(size), low.maxComputeInvocationsPerWorkgroup)
      const shared = [
        ...descriptor.code.matchAll(/var<workgroup> \w+: array<(vec2<u32>|vec4<f32>|\w+), (\d+)>/g),
      ]
      const bytes = shared.reduce((sum, [, type, n]) => sum + (BYTES[type!] ?? 4) * Number(n), 0)
      assertWithin('workgroup memory of', bytes, low.maxComputeWorkgroupStorageSize)
      return device.createShaderModule(descriptor)
    },
    createCommandEncoder(descriptor?: GPUCommandEncoderDescriptor) {
      const encoder = device.createCommandEncoder(descriptor)
      return over(encoder, {
        beginComputePass() {
          const pass = encoder.beginComputePass()
          return over(pass, {
            dispatchWorkgroups(x: number, y = 1) {
              assertWithin('a launch of', Math.max(x, y), low.maxComputeWorkgroupsPerDimension)
              pass.dispatchWorkgroups(x, y)
            },
          })
        },
      })
    },
  })
}

const BYTES: Readonly<Record<string, number>> = { 'vec2<u32>': 8, 'vec4<f32>': 16 }

/**
 * The entry point of WebGPU, whose adapters have lower limits.
 * @param features those that the device is asked for are left out, unless named here
 */
export function withLimits(gpu: GPU, low: Lowered, features: readonly GPUFeatureName[] | null = null): GPU {
  return over(gpu, {
    async requestAdapter(options?: GPURequestAdapterOptions) {
      const adapter = await gpu.requestAdapter(options)
      return (
        adapter &&
        over(adapter, {
          features: features === null ? adapter.features : new Set(features),
          requestDevice: async (descriptor?: GPUDeviceDescriptor) =>
            loweredDevice(await adapter.requestDevice(descriptor), low),
        })
      )
    },
  })
}
