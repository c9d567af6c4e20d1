/** Kernels that differ in numbers only share a pipeline, and compute what they compute by themselves. */
import { afterAll, describe, expect, it } from 'vitest'
import { openWebGpu } from '../../runtime/devices/webgpu/webgpu.ts'
import type { WebGpuDevice } from '../../runtime/index.ts'
import { add, cast, constF32, floordiv, get, load, mod, mul, unary } from '../../runtime/kernels/expr.ts'
import { buffer, type Kernel, register } from '../../runtime/kernels/ir.ts'
import { alloc, kernel, loop, set, store } from '../../runtime/kernels/stmt.ts'
import { WASM_LIMITS } from '../../runtime/kernels/wasm/compile.ts'
import {
  codeOf,
  marked,
  type Pattern,
  parametersOf,
  patternOf,
  skeletonOf,
  widened,
} from '../../runtime/kernels/wgsl/numbers.ts'
import { printKernel } from '../../runtime/kernels/wgsl/print-kernel.ts'
import { gpu } from './open-gpu.ts'

const target = { ...WASM_LIMITS, invocations: 256, groupsAlong: 65535, subgroups: false, halves: false }

/** The narrowest pattern of all the texts, which have one skeleton. */
const patternOfAll = (all: readonly (readonly number[])[]): Pattern =>
  all.slice(1).reduce(widened, patternOf(all[0]!))

describe('numbers of shaders', () => {
  it('are taken out of a text, and come back as they were', () => {
    const text = `let a = x * ${marked(12)} + ${marked(-5)}; y[${marked(0)}] = min(a, ${marked(-(2 ** 31))});`
    const { skeleton, numbers } = skeletonOf(text)
    expect(skeleton).toBe('let a = x * $ + $; y[$] = min(a, $);')
    expect(numbers).toEqual([12, -5, 0, -(2 ** 31)])
    expect(codeOf(skeleton, patternOf(numbers), 3)).toBe(
      'let a = x * 12 + (-5); y[0] = min(a, i32(-2147483648));',
    )
  })

  it('that are equal in all texts are written', () => {
    const pattern = patternOfAll([
      [3, 4, 5],
      [3, 4, 5],
    ])
    expect(pattern.parameters).toBe(0)
    expect(parametersOf(pattern, [3, 4, 5])).toEqual(new Int32Array(0))
  })

  it('that differ are parameters, one for places that are always equal', () => {
    const all = [
      [7, 1, 7, 7, 2],
      [9, 1, 9, 8, 2],
    ]
    const pattern = patternOfAll(all)
    expect(pattern.places).toEqual([0, null, 0, 1, null])
    expect(all.map(numbers => [...parametersOf(pattern, numbers)])).toEqual([
      [7, 7],
      [9, 8],
    ])
    expect(codeOf('$ $ $ $ $', pattern, 4)).toBe(
      'numbers[0].x 1 numbers[0].x numbers[0].y 2\n@group(0) @binding(4) var<uniform> numbers: array<vec4<i32>, 1>;',
    )
  })

  it('part where a later text tells them apart, and stay together where it does not', () => {
    const two = patternOfAll([
      [7, 7, 1],
      [9, 9, 1],
    ])
    expect(widened(two, [5, 5, 1]).parameters).toBe(two.parameters)
    expect(widened(two, [5, 6, 1]).places).toEqual([0, 1, null])
    expect(widened(two, [9, 9, 2]).places).toEqual([0, 0, 1])
  })

  it('are more than four where texts differ in more', () => {
    const numbers = [1, 2, 3, 4, 5, 6]
    const pattern = widened(patternOf(numbers), [11, 12, 13, 14, 15, 16])
    const code = codeOf('$ $ $ $ $ $', pattern, 0)
    expect(code).toContain('numbers[0].w numbers[1].x numbers[1].y')
    expect(code).toContain('array<vec4<i32>, 2>')
  })
})

/** Sums of rows in a roundabout way: y[i] = sum over k of sqrt(x[k, i]) * (k div step), `lanes` of them in registers. */
function sums(rows: number, columns: number, step: number, lanes = 1): Kernel {
  const x = buffer('x', 'float32', rows * columns, 'read')
  const y = buffer('y', 'float32', columns, 'write')
  const acc = register('acc', 'f32', lanes)
  const body = loop('i', columns, 'grid', i => [
    alloc(acc, constF32(0)),
    loop('k', rows, 'seq', k => [
      loop('lane', lanes, 'unroll', lane => {
        const root = unary('sqrt', load(x, add(mul(k, columns), i)))
        const by = add(floordiv(k, step), mod(i, 7))
        return [set(acc, add(get(acc, lane), mul(root, cast('float32', by))), lane)]
      }),
    ]),
    store(y, i, get(acc, 0)),
  ])
  return kernel('sums', [x, y], [body])
}

const skeletons = (kernels: readonly Kernel[]): number =>
  new Set(kernels.flatMap(k => printKernel(k, target).map(s => s.skeleton))).size

describe('skeletons', () => {
  it('are the same for kernels of other extents, strides and divisors', () => {
    expect(skeletons([sums(30, 100, 3), sums(12, 130, 5), sums(4, 64, 2)])).toBe(1)
  })

  it('tell kernels apart that have more registers, other memory or other operations', () => {
    const wide = sums(30, 100, 3, 2)
    const small = buffer('y', 'uint8', 4, 'write')
    const other = kernel('other', [small], [loop('i', 4, 'grid', i => [store(small, i, i)])])
    expect(skeletons([sums(30, 100, 3), wide, other])).toBe(3)
  })
})

const opened: WebGpuDevice[] = []
afterAll(() => {
  for (const device of opened) device.destroy()
})

/** What kernels compute that are the dispatches of one program. */
async function runTogether(device: WebGpuDevice, kernels: readonly Kernel[]): Promise<Float32Array[]> {
  const inputs = kernels.map(({ buffers: [x] }) => {
    const values = Float32Array.from({ length: x!.length }, (_, i) => Math.fround(1 + Math.sin(1.7 * i * i)))
    const memory = device.alloc(values.byteLength)
    device.write(memory, new Uint8Array(values.buffer))
    return memory
  })
  const outputs = kernels.map(({ buffers: [, y] }) => device.alloc(4 * y!.length))
  const executable = await device.compile({
    name: 'together',
    kernels,
    slots: kernels.flatMap((_, index) => [
      { kind: 'input' as const, index },
      { kind: 'output' as const, index },
    ]),
    dispatches: kernels.map((_, i) => ({
      kernel: i,
      args: [
        { slot: 2 * i, offset: 0 },
        { slot: 2 * i + 1, offset: 0 },
      ],
    })),
    inputs: inputs.map(m => m.bytes),
    outputs: outputs.map(m => m.bytes),
    scratchBytes: 0,
  })
  executable.run(inputs, outputs)
  const found: Float32Array[] = []
  for (const memory of outputs) found.push(new Float32Array((await device.read(memory)).buffer))
  executable.dispose?.()
  for (const memory of [...inputs, ...outputs]) device.free(memory)
  return found
}

describe.skipIf(gpu === null)('kernels that differ in numbers only', () => {
  const fresh = async (): Promise<WebGpuDevice> => {
    const device = await openWebGpu({ gpu: gpu!.gpu })
    opened.push(device)
    return device
  }
  const kernels = [sums(30, 100, 3), sums(12, 130, 5), sums(200, 70, 16), sums(4, 64, 2)]

  it('share a pipeline, and give the bits that each gives alone', async () => {
    const device = await fresh()
    const together = await runTogether(device, kernels)
    expect(device.stats().pipelinesMade).toBe(1)
    for (const [i, k] of kernels.entries()) {
      const alone = await runTogether(await fresh(), [k])
      expect(new Uint32Array(together[i]!.buffer)).toEqual(new Uint32Array(alone[0]!.buffer))
    }
  })

  it('take the pipeline that the device made for others before them', async () => {
    const device = await fresh()
    const pipelines: number[] = []
    for (const k of kernels) {
      await runTogether(device, [k])
      pipelines.push(device.stats().pipelinesMade)
    }
    // One for the first, one for both; what differs in nothing else needs no other.
    expect(pipelines.slice(0, 2)).toEqual([1, 2])
    await runTogether(device, kernels)
    await runTogether(device, [sums(17, 90, 4)])
    expect(device.stats().pipelinesMade).toBe(pipelines.at(-1))
  })
})
