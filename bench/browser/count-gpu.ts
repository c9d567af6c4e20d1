/**
 * What a page does with WebGPU, counted at the interface itself, so that it is the same for whoever uses it. Import it before any
 * library: it stands between them and the prototypes.
 */

/** Since the page began, or between two moments of it. */
export interface GpuCounts {
  readonly dispatches: number
  readonly submits: number
  /** By `writeBuffer`, or through mapped memory. */
  readonly bytesWritten: number
  /** From buffer to buffer, what is copied for reading among it. */
  readonly bytesCopied: number
  /** Mapped for reading. */
  readonly bytesRead: number
  readonly buffersMade: number
  readonly bufferBytes: number
  readonly bindGroupsMade: number
  readonly pipelinesMade: number
}

const counts: { -readonly [K in keyof GpuCounts]: number } = {
  dispatches: 0,
  submits: 0,
  bytesWritten: 0,
  bytesCopied: 0,
  bytesRead: 0,
  buffersMade: 0,
  bufferBytes: 0,
  bindGroupsMade: 0,
  pipelinesMade: 0,
}

/** What has been counted so far. */
export function gpuCounts(): GpuCounts {
  return { ...counts }
}

/** What was counted after `before`. */
export function countsSince(before: GpuCounts): GpuCounts {
  const entries = Object.entries(counts) as [keyof GpuCounts, number][]
  return Object.fromEntries(entries.map(([key, now]) => [key, now - before[key]])) as unknown as GpuCounts
}

/** The shaders of all pipelines, each as often as a pipeline was made of it. */
const shaders: { readonly code: string; readonly stage: GPUProgrammableStage }[] = []
const codeOf = new WeakMap<GPUShaderModule, string>()
/** How the page's device was asked for. */
let asked: { readonly adapter?: GPURequestAdapterOptions; readonly device?: GPUDeviceDescriptor } = {}

/** Characters of WGSL that pipelines were made of. */
export function shaderCharacters(): number {
  return shaders.reduce((sum, { code }) => sum + code.length, 0)
}

/** Makes all pipelines anew, on a device that has none of them: how many milliseconds that takes. */
export async function compileTime(): Promise<number | null> {
  const made = [...shaders]
  if (made.length === 0) return null
  const adapter = await navigator.gpu.requestAdapter(asked.adapter)
  const device = await adapter!.requestDevice(asked.device)
  const start = performance.now()
  await Promise.all(
    made.map(({ code, stage }) =>
      device.createComputePipelineAsync({
        layout: 'auto',
        compute: { ...stage, module: device.createShaderModule({ code }) },
      }),
    ),
  )
  const took = performance.now() - start
  device.destroy()
  return took
}

/** Puts `note` before a method; it sees the receiver and the arguments. */
function before<T extends object, K extends keyof T>(
  type: { readonly prototype: T },
  method: K,
  note: (self: T, ...args: Parameters<Extract<T[K], (...args: never[]) => unknown>>) => void,
): void {
  const original = type.prototype[method] as (...args: unknown[]) => unknown
  const counted = function (this: T, ...args: unknown[]): unknown {
    note(this, ...(args as Parameters<Extract<T[K], (...args: never[]) => unknown>>))
    return original.apply(this, args)
  }
  type.prototype[method] = counted as T[K]
}

/** GPUMapMode.READ, of which TypeScript does not know. */
const MAP_READ = 1

/** Puts all counts in their places. */
function countAll(): void {
  const dispatched = (): void => {
    counts.dispatches++
  }
  before(GPUComputePassEncoder, 'dispatchWorkgroups', dispatched)
  before(GPUComputePassEncoder, 'dispatchWorkgroupsIndirect', dispatched)
  before(GPUQueue, 'submit', () => {
    counts.submits++
  })
  before(GPUQueue, 'writeBuffer', (_, __, ___, data, offset = 0, size) => {
    const unit = ArrayBuffer.isView(data) && 'BYTES_PER_ELEMENT' in data ? Number(data.BYTES_PER_ELEMENT) : 1
    counts.bytesWritten += size === undefined ? data.byteLength - offset * unit : size * unit
  })
  before(
    GPUCommandEncoder,
    'copyBufferToBuffer',
    // Without offsets, the size stands third.
    (_, source: GPUBuffer, offset: unknown, third: unknown, ___?: unknown, size?: unknown) => {
      counts.bytesCopied += Number((typeof offset === 'number' ? size : third) ?? source.size)
    },
  )
  before(GPUBuffer, 'mapAsync', (buffer, mode, offset = 0, size = buffer.size - offset) => {
    counts[mode === MAP_READ ? 'bytesRead' : 'bytesWritten'] += size
  })
  before(GPUDevice, 'createBuffer', (_, { size, mappedAtCreation }) => {
    counts.buffersMade++
    counts.bufferBytes += size
    if (mappedAtCreation) counts.bytesWritten += size
  })
  before(GPUDevice, 'createBindGroup', () => {
    counts.bindGroupsMade++
  })
  const piped = (_: GPUDevice, { compute }: GPUComputePipelineDescriptor): void => {
    counts.pipelinesMade++
    shaders.push({ code: codeOf.get(compute.module)!, stage: compute })
  }
  before(GPUDevice, 'createComputePipeline', piped)
  before(GPUDevice, 'createComputePipelineAsync', piped)
  before(GPU, 'requestAdapter', (_, options) => {
    if (options !== undefined) asked = { ...asked, adapter: options }
  })
  before(GPUAdapter, 'requestDevice', (_, descriptor) => {
    if (descriptor !== undefined) asked = { ...asked, device: descriptor }
  })
  const original = GPUDevice.prototype.createShaderModule
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const made = original.call(this, descriptor)
    codeOf.set(made, descriptor.code)
    return made
  }
}

// Without WebGPU there is nothing to count.
if ('GPUDevice' in globalThis) countAll()
