/** Compute pipelines by the text of their shader: equal kernels are compiled once for all programs of a device. */
import type { Kernel } from '../../kernels/ir.ts'
import { printKernel, type Shader } from '../../kernels/wgsl/print-kernel.ts'
import { gridOf, type WgslTarget } from '../../kernels/wgsl/target.ts'
import { DeviceError } from '../device.ts'

/** GPUShaderStage.COMPUTE, which need not exist as a global (Node). */
const COMPUTE = 4

/** One shader made ready. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline
  readonly layout: GPUBindGroupLayout
  readonly bindings: Shader['bindings']
  readonly grid: readonly [number, number]
}

export class Pipelines {
  readonly #device: GPUDevice
  readonly #target: WgslTarget
  readonly #layouts = new Map<string, { group: GPUBindGroupLayout; pipeline: GPUPipelineLayout }>()
  readonly #made = new Map<string, Promise<GPUComputePipeline>>()

  constructor(device: GPUDevice, target: WgslTarget) {
    this.#device = device
    this.#target = target
  }

  /** Pipelines made so far. */
  get made(): number {
    return this.#made.size
  }

  /** The pipelines of a kernel, to be run one after the other. */
  async of(kernel: Kernel): Promise<readonly Pipeline[]> {
    return Promise.all(printKernel(kernel, this.#target).map(shader => this.#ready(kernel, shader)))
  }

  async #ready(kernel: Kernel, shader: Shader): Promise<Pipeline> {
    const { bindings, code, workgroups } = shader
    if (bindings.length > this.#target.buffers) {
      throw new DeviceError(
        'device/limit',
        'webgpu',
        `kernel ${kernel.name} takes ${bindings.length} bindings; this adapter allows ${this.#target.buffers}`,
        'compute a part of it first (await x.realise())',
      )
    }
    const layout = this.#layout(bindings)
    let pipeline = this.#made.get(code)
    if (pipeline === undefined) {
      pipeline = this.#compile(kernel, code, layout.pipeline)
      this.#made.set(code, pipeline)
    }
    return {
      pipeline: await pipeline,
      layout: layout.group,
      bindings,
      grid: gridOf(workgroups, this.#target),
    }
  }

  async #compile(kernel: Kernel, code: string, layout: GPUPipelineLayout): Promise<GPUComputePipeline> {
    const module = this.#device.createShaderModule({ code, label: kernel.name })
    try {
      return await this.#device.createComputePipelineAsync({
        label: kernel.name,
        layout,
        compute: { module, entryPoint: 'main' },
      })
    } catch (error) {
      const messages = (await module.getCompilationInfo()).messages
        .filter(m => m.type === 'error')
        .map(m => `${m.lineNum}:${m.linePos} ${m.message}`)
      throw new DeviceError(
        'device/failed',
        'webgpu',
        `the adapter refused kernel ${kernel.name}: ${messages.join('; ') || String(error)}`,
      )
    }
  }

  #layout(bindings: Shader['bindings']): { group: GPUBindGroupLayout; pipeline: GPUPipelineLayout } {
    const key = bindings.map(b => (b.readOnly ? 'r' : 'w')).join('')
    let found = this.#layouts.get(key)
    if (found === undefined) {
      const group = this.#device.createBindGroupLayout({
        entries: bindings.map((b, binding) => ({
          binding,
          visibility: COMPUTE,
          buffer: { type: b.readOnly ? 'read-only-storage' : 'storage' },
        })),
      })
      found = { group, pipeline: this.#device.createPipelineLayout({ bindGroupLayouts: [group] }) }
      this.#layouts.set(key, found)
    }
    return found
  }
}
