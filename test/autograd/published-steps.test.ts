/** Training steps of published checkpoints against PyTorch's, where ../shared/data/real is there: gradients, buffers, optimizers. */
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { openPath, PyDict, stateDictsOf } from '../../runtime/checkpoint/index.ts'
import {
  backward,
  F,
  type Module,
  manualSeed,
  optim,
  stateDictFromStored,
  type Tensor,
  tidy,
} from '../../runtime/index.ts'
import { tensorsIn } from '../cases/real-data.ts'

const root = path.resolve(import.meta.dirname, '../..')
const data = path.resolve(root, '../shared/data/real')
const isThere = existsSync(path.join(data, 'cases'))
if (!isThere) console.log('skipped: there are no published checkpoints in ../shared/data/real')

type Inputs = (name: string) => Tensor

interface Step {
  readonly name: string
  readonly spec: string
  readonly loss: (module: never, input: Inputs) => Tensor
  readonly training: boolean
  readonly optimizer?: (module: Module) => optim.Optimizer
  /** Of the class, where they are not its defaults. */
  readonly options?: object
  /** The case has short names of its own for the parameters, in their order. */
  readonly renamed?: boolean
}

type Forward<A extends readonly unknown[], R> = Module & { forward(...inputs: A): R }

/** Cross entropy of each token by those before it. */
function nextToken(module: Forward<[Tensor], Tensor>, input: Inputs): Tensor {
  const tokens = input('tokens')
  const length = tokens.shape[1]! - 1
  const logits = module.forward(tokens.narrow(1, 0, length))
  return F.crossEntropy(logits.reshape([length, -1]), tokens.narrow(1, 1, length).reshape([-1]))
}

const STEPS: readonly Step[] = [
  {
    name: 'grad-resnet20',
    spec: 'resnet20-cifar10',
    training: true,
    loss: (module: Forward<[Tensor], Tensor>, input) =>
      F.crossEntropy(module.forward(input('image')), input('labels')),
  },
  {
    name: 'grad-tinyshakespeare-lstm',
    spec: 'tinyshakespeare-lstm',
    training: false,
    loss: nextToken,
  },
  {
    name: 'grad-tinyshakespeare-transformer',
    spec: 'tinyshakespeare-transformer',
    training: false,
    loss: nextToken,
  },
  {
    name: 'step-cgcnn-sgd',
    spec: 'cgcnn-formation-energy',
    training: true,
    loss: (module: Forward<[Tensor, Tensor, Tensor], Tensor>, input) =>
      F.mseLoss(module.forward(input('atom_fea'), input('nbr_fea'), input('nbr_fea_idx')), input('target')),
    optimizer: module => new optim.SGD(module.parameters(), { lr: 0.1 }),
  },
  {
    name: 'step-sb3-ppo-adam',
    spec: 'sb3-ppo-lunar',
    training: false,
    loss: (module: Forward<[Tensor], { logits: Tensor; value: Tensor }>, input) => {
      const { logits, value } = module.forward(input('obs'))
      return F.add(F.mean(F.mul(logits, logits)), F.mul(F.mean(F.mul(value, value)), 0.5))
    },
    optimizer: module => new optim.Adam(module.parameters()),
  },
  {
    name: 'step-allennlp-adadelta',
    spec: 'allennlp-tagger',
    options: { vocab: 10, tags: 2 },
    renamed: true,
    training: true,
    loss: (module: Forward<[Tensor], Tensor>, input) =>
      F.crossEntropy(module.forward(input('tokens')).reshape([-1, 2]), input('labels').reshape([-1])),
    optimizer: module => new optim.Adadelta(module.parameters()),
  },
]

interface Meta {
  readonly checkpoint_files: readonly { readonly file: string }[]
  readonly per_tensor_error: Readonly<Record<string, { readonly max_abs: number; readonly max_ref: number }>>
  readonly param_order: readonly string[]
}

const readMeta = (name: string): Meta =>
  JSON.parse(readFileSync(path.join(data, 'cases', name, 'meta.json'), 'utf8'))

async function generated({ spec, options }: Step): Promise<Module> {
  const exported = (await import(path.join(root, 'generated/zoo', `${spec}.ts`))) as Record<string, unknown>
  const classes = Object.values(exported).filter(c => typeof c === 'function') as (new (
    options?: object,
  ) => Module)[]
  return new (classes.at(-1)!)(options)
}

/** Loads the state_dict with the model's keys, and the optimizer's dictionary where there is one. */
async function load(
  files: readonly string[],
  module: Module,
  optimizer: optim.Optimizer | null,
): Promise<void> {
  const own = new Set(module.stateDict().keys())
  for (const file of files) {
    const checkpoint = await openPath(file, { full: true })
    try {
      const fitting = stateDictsOf(checkpoint).find(c => [...c.tensors.keys()].every(key => own.has(key)))
      if (fitting !== undefined)
        module.loadStateDict(await stateDictFromStored(fitting.tensors), { strict: false })
      const whole = checkpoint.value
      const inner = whole instanceof PyDict ? (whole.get('optimizer') ?? whole) : null
      if (optimizer !== null && inner instanceof PyDict && inner.has('param_groups'))
        await optimizer.loadStateDict(inner)
    } finally {
      await checkpoint.close()
    }
  }
}

/** The case's rule: at most 30 times what float32 was off float64, 1e-5 of the largest element, or 1e-7. */
async function expectTensor(key: string, got: Tensor, want: Tensor, meta: Meta): Promise<void> {
  expect([key, got.shape]).toEqual([key, want.shape])
  const [a, b] = [Array.from(await got.data(), Number), Array.from(await want.data(), Number)]
  const error = meta.per_tensor_error[key]
  const largest = Math.max(0, ...b.map(Math.abs))
  const limit = Math.max(1e-7, 30 * (error?.max_abs ?? 0), 1e-5 * largest)
  const worst = Math.max(0, ...b.map((v, i) => Math.abs(v - a[i]!)))
  expect(worst, key).toBeLessThanOrEqual(limit)
}

describe.skipIf(!isThere)('training steps of published checkpoints', () => {
  it.each(STEPS)('$name gives what PyTorch computed', async step => {
    manualSeed(0)
    const meta = readMeta(step.name)
    const module = (await generated(step)).train(step.training)
    const optimizer = step.optimizer?.(module) ?? null
    await load(
      meta.checkpoint_files.map(f => path.join(data, f.file)),
      module,
      optimizer,
    )
    const expected = await tensorsIn(path.join(data, 'cases', step.name, 'io.safetensors'))
    const loss = tidy(() => {
      const value = step.loss(module as never, name => expected.get(`in.${name}`)!)
      backward(value)
      optimizer?.step()
      return value
    })
    await expectTensor('loss', loss, expected.get('loss')!, meta)

    const named = module.namedParameters()
    const name = (i: number): string => (step.renamed === true ? meta.param_order[i]! : named[i]![0])
    const parameters = new Map(named.map(([, cell], i) => [name(i), cell]))
    const state = new Map<string, Tensor>(module.stateDict())
    if (step.renamed === true) for (const [key, cell] of parameters) state.set(key, cell.value)
    expect([...parameters.keys()]).toEqual(meta.param_order)
    const checked = new Set(['loss'])
    const check = async (key: string, got: Tensor | undefined | null): Promise<void> => {
      if (got == null) throw new Error(`there is no ${key}`)
      await expectTensor(key, got, expected.get(key)!, meta)
      checked.add(key)
    }
    for (const key of expected.keys()) {
      const [, kind, name] = /^(\w+)\.(.*)$/.exec(key) ?? []
      if (kind === 'in') checked.add(key)
      else if (kind === 'grad') await check(key, parameters.get(name!)?.grad)
      else if (kind === 'after') await check(key, state.get(name!))
      else if (kind === 'optstate') {
        const [, i, part] = /^(\d+)\.(.*)$/.exec(name!)!
        const cell = parameters.get(meta.param_order[Number(i)]!)!
        await check(key, optimizer?.state.get(cell.id)?.get(part!)?.value)
      }
    }
    expect([...expected.keys()].filter(key => !checked.has(key))).toEqual([])
  })
})
