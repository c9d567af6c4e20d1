/** The published checkpoints of ../shared/data/real, which stand beside a clone where they are there at all. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { openPath, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import { stateDictFromStored, type Tensor } from '../../runtime/index.ts'

export const root = path.resolve(import.meta.dirname, '../..')
export const data = path.resolve(root, '../shared/data/real')
export const isThere = existsSync(path.join(data, 'cases'))

/** What PyTorch computed from a checkpoint. */
export interface Case {
  readonly name: string
  /** Checkpoint files, absolute. */
  readonly files: readonly string[]
  readonly inputs: readonly string[]
  /** Names in io.safetensors, in order. */
  readonly outputs: readonly string[]
  /** Absolute tolerance of an output; the relative one is `rtol`. */
  atol(output: string): number
  readonly rtol: number
  /** io.safetensors, absolute. */
  readonly io: string
}

interface Meta {
  readonly checkpoint_files: readonly { readonly file: string }[]
  readonly inputs?: Readonly<Record<string, unknown>>
  readonly outputs?: Readonly<Record<string, unknown>>
  readonly suggested_atol?: number | Readonly<Record<string, number>>
  readonly suggested_rtol?: number
}

export const caseNames = (): readonly string[] =>
  isThere ? readdirSync(path.join(data, 'cases')).sort() : []

export const specOf = (name: string): string => `specs/zoo/${name}.yaml`

/** Cases named grad- and step- hold gradients and optimizer steps of a model that is another case. */
export const isForward = (name: string): boolean => !/^(grad|step)-/.test(name)

export function readCase(name: string): Case {
  const folder = path.join(data, 'cases', name)
  const meta = JSON.parse(readFileSync(path.join(folder, 'meta.json'), 'utf8')) as Meta
  const { suggested_atol: atol = 0 } = meta
  return {
    name,
    files: meta.checkpoint_files.map(f => path.join(data, f.file)),
    inputs: Object.keys(meta.inputs ?? {}),
    outputs: Object.keys(meta.outputs ?? {}),
    atol: output => (typeof atol === 'number' ? atol : (atol[output] ?? 0)),
    rtol: meta.suggested_rtol ?? 0,
    io: path.join(folder, 'io.safetensors'),
  }
}

/** Paths of the modules in PyTorch's printout of the case's module, in its order; the root is ''. */
export function printedModules(name: string): readonly string[] {
  const above: string[] = []
  const lines = readFileSync(path.join(data, 'cases', name, 'modules.txt'), 'utf8').split('\n')
  const paths = lines.flatMap(line => {
    const found = /^( +)\(([^)]+)\): /.exec(line)
    if (found === null) return []
    const depth = found[1]!.length / 2
    above.splice(depth - 1, above.length, found[2]!)
    return [above.join('.')]
  })
  return ['', ...paths]
}

/** A tensor as `keys/` lists it: its path in the file, nested dicts and wrappers included. */
export interface ListedTensor {
  readonly path: string
  readonly shape: readonly number[]
  readonly dtype: string
}

/** What `keys/` says is in a file of `files/`. */
export function listedTensors(file: string): readonly ListedTensor[] {
  const name = path.relative(path.join(data, 'files'), file).split(path.sep).join('__')
  const listed = JSON.parse(readFileSync(path.join(data, 'keys', `${name}.json`), 'utf8')) as {
    readonly tensors?: readonly ListedTensor[]
  }
  return listed.tensors ?? []
}

/** The tensors of the first state_dict in a file. */
export async function tensorsIn(file: string): Promise<ReadonlyMap<string, Tensor>> {
  const checkpoint = await openPath(file)
  try {
    return new Map(await stateDictFromStored(stateDictsOf(checkpoint)[0]!.tensors))
  } finally {
    await checkpoint.close()
  }
}
