/**
 * WebGPU, in browsers and wherever a `GPU` object is given (Node: the package `webgpu`). Reading is asynchronous; everything
 * else is queued. What goes wrong on the device is reported later, so it is kept and thrown by the next call.
 */
import type { WgslTarget } from '../../kernels/wgsl/target.ts'
import { LEAST_BINDING } from '../../kernels/windows.ts'
import type { DType } from '../../ops/dtype.ts'
import {
  type Device,
  DeviceError,
  type Executable,
  type Memory,
  type MemoryStats,
  type Program,
} from '../device.ts'
import { MemoryCounter } from '../memory-counter.ts'
import { endPreparations, Preparation, type Source } from '../preparation.ts'
import { BufferPool, numberOf, pooledSize, USAGE } from './buffer-pool.ts'
import { Kept } from './kept.ts'
import { Pipelines } from './pipelines.ts'
import { planScratch, RunnableProgram } from './program.ts'
import { Staging } from './staging.ts'

/** Bytes of buffers that wait for reuse. */
const MOST_KEPT = 512 * 2 ** 20

export interface WebGpuOptions {
  /** The entry point of WebGPU; in browsers `navigator.gpu`, which is the default. */
  readonly gpu?: GPU
  readonly powerPreference?: GPUPowerPreference
}

/** What a WebGPU device has made and moved since it was opened. */
export interface WebGpuStats extends MemoryStats {
  /** Bytes of buffers that wait for reuse. */
  readonly pooledBytes: number
  readonly buffersMade: number
  readonly pipelinesMade: number
  readonly programsRun: number
  readonly dispatches: number
  readonly bytesWritten: number
  readonly bytesRead: number
}

interface WebGpuMemory extends Source {
  /** Null once freed. */
  buffer: GPUBuffer | null
}

/** Shared memory for partial results: 256 of each kind of number. */
const TREE_BYTES = 256 * 20

/** Limits that a device is asked to raise to what its adapter has. */
const RAISED = [
  'maxBufferSize',
  'maxStorageBufferBindingSize',
  'maxStorageBuffersPerShaderStage',
  'maxComputeInvocationsPerWorkgroup',
  'maxComputeWorkgroupSizeX',
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
] as const

/** Features that a device is asked for where its adapter has them. */
const USED: readonly GPUFeatureName[] = ['shader-f16', 'subgroups']

export class WebGpuDevice implements Device {
  readonly name = 'webgpu'
  readonly limits: WgslTarget
  /** What the adapter says it is. */
  readonly adapter: string
  /** Where the device comes from. Held, because in Node it ends with its device when it is collected. */
  readonly gpu: GPU
  /** How it was asked for. */
  readonly options: WebGpuOptions
  /** Resolves when the device is gone, with the error that every call throws from then on. */
  readonly lost: Promise<DeviceError>
  readonly #device: GPUDevice
  readonly #pool: BufferPool
  /** Buffers for the time of a run: what else is alive does not change which a program finds. */
  readonly #scratch: BufferPool
  readonly #staging: Staging
  readonly #pipelines: Pipelines
  readonly #counter = new MemoryCounter()
  readonly #prepared = new Set<Preparation<GPUBuffer>>()
  #parameterBuffers = 0
  #lost: DeviceError | null = null
  #failure: DeviceError | null = null
  readonly #moved = { programsRun: 0, dispatches: 0, bytesWritten: 0, bytesRead: 0 }

  constructor(gpu: GPU, device: GPUDevice, adapter: string, options: WebGpuOptions = {}) {
    this.gpu = gpu
    this.options = { ...options, gpu }
    this.#device = device
    this.adapter = adapter
    const { limits } = device
    this.limits = {
      vector: 4,
      registers: 64,
      // What a workgroup needs to combine its partial results is not for templates.
      sharedBytes: limits.maxComputeWorkgroupStorageSize - TREE_BYTES,
      invocations: Math.min(limits.maxComputeInvocationsPerWorkgroup, limits.maxComputeWorkgroupSizeX),
      offsetAlignment: limits.minStorageBufferOffsetAlignment,
      buffers: limits.maxStorageBuffersPerShaderStage,
      bindingBytes: limits.maxStorageBufferBindingSize,
      groupsAlong: limits.maxComputeWorkgroupsPerDimension,
      halves: device.features.has('shader-f16'),
      // Who is in which subgroup must be known too.
      subgroups: device.features.has('subgroups') && gpu.wgslLanguageFeatures?.has('subgroup_id') === true,
    }
    const usage = USAGE.STORAGE | USAGE.COPY_SRC | USAGE.COPY_DST
    const onFull = (message: string): void => {
      for (const pool of [this.#pool, this.#scratch]) pool.drop()
      this.#failed('device/memory', message)
    }
    this.#pool = new BufferPool(device, usage, MOST_KEPT, onFull)
    this.#scratch = new BufferPool(device, usage, MOST_KEPT, onFull)
    this.#staging = new Staging(device, onFull)
    this.#pipelines = new Pipelines(device, this.limits)
    this.lost = device.lost.then(({ reason, message }) => {
      this.#lost = new DeviceError(
        'device/lost',
        this.name,
        `the WebGPU device was lost (${reason}): ${message}`,
        'open it again with useWebGPU(), and put weights back from where they are kept: nn.hostCopy, recover of fit, a file',
      )
      return this.#lost
    })
    device.onuncapturederror = ({ error }) => {
      const isFull = error.constructor.name === 'GPUOutOfMemoryError'
      this.#failed(isFull ? 'device/memory' : 'device/failed', error.message)
    }
  }

  supports(dtype: DType): boolean {
    return dtype !== 'float64'
  }

  alloc(bytes: number): Memory {
    this.#assertAlive()
    const buffer = this.#take(bytes)
    const memory: WebGpuMemory = { bytes, buffer, prepared: new Set() }
    this.#counter.allocated(bytes)
    return memory
  }

  free(memory: Memory): void {
    const buffer = this.#live(memory)
    const found = memory as WebGpuMemory
    found.buffer = null
    endPreparations(found)
    this.#pool.give(buffer)
    this.#counter.freed(memory.bytes)
  }

  write(memory: Memory, bytes: Uint8Array): void {
    this.#assertAlive()
    const buffer = this.#live(memory)
    endPreparations(memory as WebGpuMemory)
    // Some implementations refuse views of memory that is shared.
    const own =
      typeof SharedArrayBuffer !== 'undefined' && bytes.buffer instanceof SharedArrayBuffer
        ? bytes.slice()
        : (bytes as Uint8Array<ArrayBuffer>)
    const whole = own.length - (own.length % 4)
    if (whole > 0) this.#device.queue.writeBuffer(buffer, 0, own, 0, whole)
    if (whole < own.length) {
      const rest = new Uint8Array(4)
      rest.set(own.subarray(whole))
      this.#device.queue.writeBuffer(buffer, whole, rest)
    }
    this.#moved.bytesWritten += own.length
  }

  async read(memory: Memory): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.readAll([memory]))[0]!
  }

  async readAll(memories: readonly Memory[]): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    this.#assertAlive()
    const sources = memories.map(memory => ({ buffer: this.#live(memory), bytes: memory.bytes }))
    for (const { bytes } of sources) this.#moved.bytesRead += bytes
    let found: readonly Uint8Array<ArrayBuffer>[]
    try {
      found = await this.#staging.read(sources)
    } catch (error) {
      // Reading ends before it is said that the device was lost.
      await Promise.race([this.lost, new Promise(resolve => setTimeout(resolve, 0))])
      this.#assertAlive()
      throw new DeviceError('device/failed', this.name, `reading failed: ${String(error)}`)
    }
    this.#assertAlive()
    return found
  }

  async compile(program: Program): Promise<Executable> {
    this.#assertAlive()
    const pipelines = await this.#pipelines.of(program.kernels)
    const runnable = new RunnableProgram(this.#device, program, pipelines, numberOf)
    this.#parameterBuffers += runnable.buffersMade
    const scratch = planScratch(program)
    const scratchBytes = scratch.bytes.reduce((a, b) => a + pooledSize(b), 0)
    this.#scratch.keepAtLeast(scratchBytes)
    const kept = new Kept(program, (bytes, sources) => this.#prepare(bytes, sources))
    const run = (inputs: readonly Memory[], outputs: readonly Memory[]): void => {
      for (const memory of [...inputs, ...outputs]) this.#live(memory)
      const skipped = kept.skipped(inputs as WebGpuMemory[], outputs as WebGpuMemory[])
      const temporary = scratch.bytes.map(bytes => this.#scratch.take(Math.max(bytes, LEAST_BINDING)))
      this.#counter.borrowed(scratchBytes)
      const launched = runnable.run(at => {
        const slot = program.slots[at]!
        if (slot.kind === 'input') return this.#live(inputs[slot.index]!)
        if (slot.kind === 'output') return this.#live(outputs[slot.index]!)
        return kept.bufferOf(at) ?? temporary[scratch.bufferOf.get(at)!]!
      }, skipped)
      for (const buffer of temporary) this.#scratch.give(buffer)
      this.#moved.programsRun++
      this.#moved.dispatches += launched
    }
    return {
      run: (inputs, outputs) => {
        this.#assertAlive()
        try {
          run(inputs, outputs)
        } catch (error) {
          // What was not made is not kept.
          kept.dispose()
          throw error
        }
      },
      dispose: () => kept.dispose(),
    }
  }

  /** A buffer that may be bound. */
  #take(bytes: number): GPUBuffer {
    return this.#pool.take(Math.max(bytes, LEAST_BINDING))
  }

  /** A buffer that is kept for as long as the sources' elements. */
  #prepare(bytes: number, sources: readonly Source[]): Preparation<GPUBuffer> {
    const buffer = this.#take(bytes)
    this.#counter.prepared(bytes)
    const preparation = new Preparation(sources, buffer, () => {
      this.#prepared.delete(preparation)
      this.#pool.give(buffer)
      this.#counter.prepared(-bytes)
    })
    this.#prepared.add(preparation)
    return preparation
  }

  stats(): WebGpuStats {
    return {
      ...this.#counter.stats(),
      pooledBytes: this.#pool.keptBytes + this.#scratch.keptBytes,
      buffersMade: this.#pool.made + this.#scratch.made + this.#staging.made + this.#parameterBuffers,
      pipelinesMade: this.#pipelines.made,
      ...this.#moved,
    }
  }

  /** Ends the device: all its memory is gone, and every later call throws. */
  destroy(): void {
    this.#device.destroy()
  }

  /** Keeps what went wrong for the next call to throw. */
  #failed(code: 'device/memory' | 'device/failed', message: string): void {
    const hint = code === 'device/memory' ? 'work in smaller batches, or on the cpu' : null
    this.#failure ??= new DeviceError(code, this.name, message, hint)
    // What failed may be what was to be kept.
    for (const preparation of [...this.#prepared]) preparation.end()
  }

  #live(memory: Memory): GPUBuffer {
    const { buffer } = memory as WebGpuMemory
    if (buffer === null)
      throw new DeviceError('device/disposed', this.name, 'memory of the webgpu device was freed')
    return buffer
  }

  #assertAlive(): void {
    if (this.#lost !== null) throw this.#lost
    if (this.#failure === null) return
    const failure = this.#failure
    this.#failure = null
    throw failure
  }
}

/**
 * Opens a device.
 * @throws DeviceError (`device/unavailable`) where there is no WebGPU or no adapter
 */
export async function openWebGpu(options: WebGpuOptions = {}): Promise<WebGpuDevice> {
  const { gpu, powerPreference } = options
  const entry = gpu ?? (globalThis as { navigator?: { gpu?: GPU } }).navigator?.gpu
  if (entry === undefined) {
    throw unavailable(
      'this platform has no WebGPU',
      "use a browser that has it (on a secure page), or in Node give useWebGPU the `gpu` of the package 'webgpu'",
    )
  }
  const adapter = await entry.requestAdapter(powerPreference === undefined ? {} : { powerPreference })
  if (adapter === null) {
    throw unavailable(
      'WebGPU found no adapter',
      'install a graphics driver; headless Chromium takes --enable-unsafe-webgpu, Node a Vulkan driver',
    )
  }
  const requiredLimits = {
    ...Object.fromEntries(RAISED.map(name => [name, adapter.limits[name]])),
    // Parts of memory that may be bound by themselves; of less, nothing would begin at a whole vector.
    minStorageBufferOffsetAlignment: Math.max(32, adapter.limits.minStorageBufferOffsetAlignment),
  }
  const requiredFeatures = USED.filter(name => adapter.features.has(name))
  const device = await adapter.requestDevice({ requiredLimits, requiredFeatures })
  const { vendor, architecture, device: model, description } = adapter.info
  const words = [vendor, architecture, description || model].filter(w => w !== undefined && w !== '')
  return new WebGpuDevice(entry, device, words.join(' '), options)
}

const unavailable = (message: string, hint: string): DeviceError =>
  new DeviceError('device/unavailable', 'webgpu', message, hint)
