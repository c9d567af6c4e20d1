/**
 * The ceiling of our own products: their register-blocked kernel over factors that stay in the first-level cache, again and again, so
 * that nothing is packed, fetched or written besides. A run does as many multiplications as the product in question, so that its
 * time as a multiple of ours is the share of this rate that the product reaches.
 */
import { CpuDevice } from '../../runtime/devices/cpu.ts'
import type { Program } from '../../runtime/devices/device.ts'
import { setThreads } from '../../runtime/index.ts'
import { add, load, mul } from '../../runtime/kernels/expr.ts'
import { buffer, type Limits } from '../../runtime/kernels/ir.ts'
import { matmulPacked, packedRight } from '../../runtime/kernels/templates/matmul.ts'
import { chooseTile } from '../../runtime/kernels/templates/rules.ts'
import type { Contender } from './contender.ts'

/** Rows and depth of the factors: 8 KiB and 16 KiB. */
const ROWS = 8
const DEPTH = 256

export const microKernel: Contender = async ({ recipe }) => {
  setThreads(1)
  const [rows, depth] = recipe.inputs[0]!.shape as [number, number]
  const device = new CpuDevice()
  const repeated = program(rows * depth * recipe.inputs[1]!.shape[1]!, device.limits)
  const executable = await device.compile(repeated)
  const memory = (bytes: number) => {
    const made = device.alloc(bytes)
    device.write(made, new Uint8Array(new Float32Array(bytes / 4).fill(0.5).buffer))
    return made
  }
  const [inputs, outputs] = [repeated.inputs.map(memory), repeated.outputs.map(memory)]
  return async () => {
    executable.run(inputs, outputs)
    return []
  }
}

/** The product of one panel with a few rows, for as many multiplications as are wanted. */
function program(multiplications: number, limits: Limits): Program {
  const { columns } = chooseTile(1024, 'f32', limits)
  const times = Math.round(multiplications / (ROWS * DEPTH * columns))
  const shape = { batch: times, rightBatch: 1, m: ROWS, n: columns, k: DEPTH, type: 'f32' } as const
  const left = buffer('left', 'float32', ROWS * DEPTH, 'read')
  const right = { ...packedRight('right', shape, limits), access: 'read' } as const
  const out = buffer('out', 'float32', ROWS * columns, 'write')
  const kernel = matmulPacked(
    'micro kernel',
    shape,
    { buffers: [left], value: (_, row, k) => load(left, add(mul(row, DEPTH), k)) },
    right,
    { buffer: out, at: (_, row, column) => add(mul(row, columns), column) },
    limits,
  )
  const bytes = [left, right, out].map(b => b.length * 4)
  return {
    name: kernel.name,
    kernels: [kernel],
    slots: [
      { kind: 'input', index: 0 },
      { kind: 'input', index: 1 },
      { kind: 'output', index: 0 },
    ],
    dispatches: [{ kernel: 0, args: kernel.buffers.map((_, slot) => ({ slot, offset: 0 })) }],
    inputs: bytes.slice(0, 2),
    outputs: bytes.slice(2),
    scratchBytes: 0,
  }
}
