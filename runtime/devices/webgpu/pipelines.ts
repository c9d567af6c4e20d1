/**
 * Compute pipelines, made once for all programs of a device: of kernels that are equal but for numbers, one, which takes the numbers
 * in which they differ as parameters. A pipeline that takes more than an older one replaces it for programs to come.
 */
import type { Kernel } from '../../kernels/ir.ts'
import { codeOf, type Pattern, parametersOf, patternOf, widened } from '../../kernels/wgsl/numbers.ts'
import { printKernel, type Shader } from '../../kernels/wgsl/print-kernel.ts'
import { gridOf, type WgslTarget } from '../../kernels/wgsl/target.ts'
import { DeviceError } from '../device.ts'

/** GPUShaderStage.COMPUTE, which need not exist as a global (Node). */
const COMPUTE = 4

/** One shader made ready. */
export interface Pipeline {
  readonly pipeline: GPUComputePipeline
  readonly layout: GPUBindGroupLayout
  /** Of the buffers; parameters have the next number. */
  readonly bindings: Shader['bindings']
  readonly parameters: Int32Array
  readonly grid: readonly [number, number]
}

/** All shaders of one skeleton that a device has seen. */
interface Family {
  pattern: Pattern
  /** That of the pattern; null until it is needed. */
  pipeline: Promise<GPUComputePipeline> | null
}

export class Pipelines {
  readonly #device: GPUDevice
  readonly #target: WgslTarget
  readonly #layouts = new Map<string, { group: GPUBindGroupLayout; pipeline: GPUPipelineLayout }>()
  readonly #families = new Map<string, Family>()
  #made = 0

  constructor(device: GPUDevice, target: WgslTarget) {
    this.#device = device
    this.#target = target
  }

  /** Pipelines made so far. */
  get made(): number {
    return this.#made
  }

  /** For each kernel of a program the pipelines that are to be run one after the other. */
  of(kernels: readonly Kernel[]): Promise<readonly (readonly Pipeline[])[]> {
    const printed = kernels.map(kernel => ({ kernel, shaders: printKernel(kernel, this.#target) }))
    // A pipeline is made for what all of them need.
    for (const { shaders } of printed) for (const shader of shaders) this.#see(shader)
    return Promise.all(
      printed.map(({ kernel, shaders }) => Promise.all(shaders.map(s => this.#ready(kernel, s)))),
    )
  }

  #see({ skeleton, numbers }: Shader): void {
    const family = this.#families.get(skeleton)
    if (family === undefined) {
      this.#families.set(skeleton, { pattern: patternOf(numbers), pipeline: null })
      return
    }
    const pattern = widened(family.pattern, numbers)
    if (pattern.parameters === family.pattern.parameters) return
    family.pattern = pattern
    family.pipeline = null
  }

  async #ready(kernel: Kernel, { skeleton, numbers, bindings, workgroups }: Shader): Promise<Pipeline> {
    if (bindings.length > this.#target.buffers) {
      throw new DeviceError(
        'device/limit',
        'webgpu',
        `kernel ${kernel.name} takes ${bindings.length} bindings; this adapter allows ${this.#target.buffers}`,
        'compute a part of it first (await x.realise())',
      )
    }
    const family = this.#families.get(skeleton)!
    const { pattern } = family
    const layout = this.#layout(bindings, pattern.parameters > 0)
    if (family.pipeline === null) {
      this.#made++
      family.pipeline = this.#compile(kernel, codeOf(skeleton, pattern, bindings.length), layout.pipeline)
    }
    return {
      pipeline: await family.pipeline,
      layout: layout.group,
      bindings,
      parameters: parametersOf(pattern, numbers),
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

  #layout(
    bindings: Shader['bindings'],
    parametrised: boolean,
  ): { group: GPUBindGroupLayout; pipeline: GPUPipelineLayout } {
    const types: GPUBufferBindingType[] = bindings.map(b => (b.readOnly ? 'read-only-storage' : 'storage'))
    if (parametrised) types.push('uniform')
    const key = types.join()
    let found = this.#layouts.get(key)
    if (found === undefined) {
      const group = this.#device.createBindGroupLayout({
        entries: types.map((type, binding) => ({ binding, visibility: COMPUTE, buffer: { type } })),
      })
      found = { group, pipeline: this.#device.createPipelineLayout({ bindGroupLayouts: [group] }) }
      this.#layouts.set(key, found)
    }
    return found
  }
}
