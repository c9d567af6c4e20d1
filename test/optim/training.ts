/** The net of test/oracle/optim/curves.py, with an optimizer of its own. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { openPath, PyDict, type PyValue, StoredTensor } from '../../runtime/checkpoint/index.ts'
import { materialize } from '../../runtime/checkpoint/materialize.ts'
import { PyFloat, PyTuple } from '../../runtime/checkpoint/python-value.ts'
import { backward, Cell, type DType, F, optim, type Tensor, tensor, tidy } from '../../runtime/index.ts'

type Name =
  | 'SGD'
  | 'Adam'
  | 'AdamW'
  | 'NAdam'
  | 'RAdam'
  | 'Adamax'
  | 'RMSprop'
  | 'Adagrad'
  | 'Adadelta'
  | 'LBFGS'

export interface Run {
  readonly name: Name
  readonly options: Readonly<Record<string, never>>
  readonly dtype: 'bfloat16' | 'float32' | 'float64'
  readonly groups: 'no' | 'groups' | 'named'
  /** Whether PyTorch 1.13 was asked, too, where it has the options. */
  readonly older: boolean
  readonly file: string | null
  readonly losses: readonly number[]
  readonly params: readonly (readonly number[])[]
}

const fixtures = path.resolve(import.meta.dirname, '../fixtures/optim')

export const runs: readonly Run[] = JSON.parse(readFileSync(path.join(fixtures, 'curves.json'), 'utf8'))

export const title = (r: Run): string =>
  `${r.name} ${JSON.stringify(r.options)} in ${r.dtype}${r.groups === 'no' ? '' : `, ${r.groups}`}`

/** After how many steps a run stops. */
export const middle = (r: Run): number => (r.name === 'LBFGS' ? 10 : 50)

/** The value in a checkpoint of PyTorch in the middle of a run. */
export async function stopped(version: '1.13' | '2.13', file: string): Promise<PyDict | null> {
  const name = path.join(fixtures, `curves-${version}`, file)
  const checkpoint = await openPath(name).catch(() => null)
  return checkpoint?.value instanceof PyDict ? checkpoint.value : null
}

export function wave(shape: readonly number[], seed: number, dtype: DType): Tensor {
  const n = shape.reduce((a, b) => a * b, 1)
  return tensor(
    Float64Array.from({ length: n }, (_, i) => Math.sin(0.7 * i + 1.3 * seed)),
    { shape, dtype },
  )
}

export class Training {
  readonly cells: readonly Cell[]
  readonly optimizer: optim.Optimizer
  readonly x: Tensor
  readonly y: Tensor

  constructor({ name, options, dtype, groups }: Run) {
    const shapes = [[4, 6], [6], [6, 3], [3]]
    this.cells = shapes.map((s, i) => new Cell(wave(s, i, dtype), { requiresGrad: true }))
    this.x = wave([8, 4], 10, dtype)
    this.y = wave([8, 3], 11, dtype)
    this.optimizer = new optim[name](this.#params(groups), options)
  }

  #params(groups: Run['groups']): optim.Params {
    if (groups === 'no') return this.cells
    const names = ['w1', 'b1', 'w2', 'b2']
    if (groups === 'named') return this.cells.map((cell, i) => [names[i]!, cell] as const)
    return [{ params: this.cells.slice(0, 2) }, { params: this.cells.slice(2), lr: 0.005, weight_decay: 0.1 }]
  }

  readonly closure = (): Tensor => {
    const [w1, b1, w2, b2] = this.cells.map(c => c.value)
    this.optimizer.zeroGrad()
    const hidden = F.tanh(F.add(F.matmul(this.x, w1!), b1!))
    const out = F.add(F.matmul(hidden, w2!), b2!)
    const error = F.mseLoss(out, this.y)
    const penalty = (): Tensor =>
      this.cells.map(c => F.sum(F.mul(F.mul(c.value, c.value), 0.02))).reduce((a, b) => F.add(a, b))
    const loss = this.optimizer instanceof optim.LBFGS ? F.add(error, penalty()) : error
    backward(loss)
    return loss
  }

  step(): Tensor {
    return tidy(() => this.optimizer.step(this.closure)!)
  }

  async run(from: number, to: number): Promise<number[]> {
    const losses: number[] = []
    for (let i = from; i < to; i++) {
      if (i === 50) for (const group of this.optimizer.paramGroups) group.lr *= 0.5
      const loss = this.step()
      losses.push(Number(await loss.item()))
      loss.dispose()
    }
    return losses
  }

  /** Takes the parameters and the optimizer's dictionary of a checkpoint. */
  async load(checkpoint: PyDict): Promise<void> {
    for (const [i, stored] of (checkpoint.get('params') as StoredTensor[]).entries()) {
      const { dtype, shape } = this.cells[i]!.value
      this.cells[i]!.value = tensor(new Float64Array(await elements(stored)), { dtype, shape })
    }
    await this.optimizer.loadStateDict(checkpoint.get('optimizer') as PyValue)
  }
}

/** The elements of a tensor of floats in a checkpoint. */
async function elements(stored: StoredTensor): Promise<number[]> {
  const { buffer, byteOffset } = await materialize(stored)
  const Class = stored.dtype === 'float64' ? Float64Array : Float32Array
  return [
    ...new Class(
      buffer as ArrayBuffer,
      byteOffset,
      stored.shape.reduce((a, b) => a * b, 1),
    ),
  ]
}

/** A value tree as JSON with Python's types, the numbers of its tensors and floats apart. */
export async function described(value: PyValue): Promise<{ text: string; numbers: number[] }> {
  const numbers: number[] = []
  const visit = async (v: PyValue): Promise<unknown> => {
    if (v instanceof PyFloat) {
      numbers.push(v.value)
      return 'float'
    }
    if (v instanceof PyTuple) return { tuple: await each(v.items) }
    if (Array.isArray(v)) return await each(v)
    if (v instanceof PyDict) return { [v.kind]: await each(v.entries().map(([k, x]) => [k, x])) }
    if (!(v instanceof StoredTensor)) return v
    numbers.push(...(await elements(v)))
    return { tensor: v.dtype, shape: v.shape }
  }
  const each = async (values: readonly PyValue[]): Promise<unknown[]> => {
    const out: unknown[] = []
    for (const v of values) out.push(await visit(v))
    return out
  }
  return { text: JSON.stringify(await visit(value)), numbers }
}
