/** A small model with dropout and batch norm on shuffled data, trained in one process: for tests of resuming. */
import { createHash } from 'node:crypto'
import { leavesOf } from '../../compiler/cli/checkpoint-leaves.ts'
import { materialize, PyFloat, StoredTensor } from '../../runtime/checkpoint/index.ts'
import { data, F, Module, manualSeed, nn, optim, type Tensor, tensor, train } from '../../runtime/index.ts'

export class Net extends Module {
  readonly fc1 = this.registerModule('fc1', new nn.Linear({ in_features: 4, out_features: 8 }))
  readonly bn = this.registerModule('bn', new nn.BatchNorm1d({ num_features: 8 }))
  readonly dropout = this.registerModule('dropout', new nn.Dropout({ p: 0.3 }))
  readonly fc2 = this.registerModule('fc2', new nn.Linear({ in_features: 8, out_features: 3 }))

  override forward(x: Tensor): Tensor {
    return this.fc2.forward(this.dropout.forward(F.relu(this.bn.forward(this.fc1.forward(x)))))
  }
}

const SAMPLES = 22

const points = tensor(
  Float32Array.from({ length: SAMPLES * 4 }, (_, i) => Math.sin(i * 1.7)),
  { shape: [SAMPLES, 4] },
)
const classes = tensor(BigInt64Array.from({ length: SAMPLES }, (_, i) => BigInt((i * 7) % 3)))

export const samples = new data.TensorDataset(points, classes)

export type Batch = Tensor[]
type Options = Omit<train.FitOptions<Batch>, 'model' | 'optimizer' | 'data' | 'loss' | 'epochs'>

/** The parts of the run, made as a program makes them at its start. */
export function smallRun(
  seed = 0,
  loader = new data.DataLoader(samples, { batchSize: 4, shuffle: true }),
): {
  readonly model: Net
  readonly optimizer: optim.Adam
  readonly loader: data.DataLoader<Tensor[]>
  fit(options?: Options & { readonly epochs?: number }): Promise<train.Run>
} {
  manualSeed(seed)
  const model = new Net()
  const optimizer = new optim.Adam(model.parameters(), { lr: 0.01 })
  const fit = (options: Options & { readonly epochs?: number } = {}): Promise<train.Run> =>
    train.fit<Batch>({
      model,
      optimizer,
      data: loader,
      epochs: 3,
      loss: ([x, y]) => F.crossEntropy(model.forward(x!), y!),
      ...options,
    })
  return { model, optimizer, loader, fit }
}

/** The run's dictionary as digests of every tensor and value by path. */
export async function digests(run: train.Run, parts: train.RunParts): Promise<Record<string, string>> {
  const value = await train.runDictionary(run, parts)
  const found: Record<string, string> = {}
  for (const [path, leaf] of leavesOf({ value, stateDict: null })) {
    found[path] =
      leaf instanceof StoredTensor
        ? createHash('sha256')
            .update(await materialize(leaf))
            .digest('hex')
        : JSON.stringify(leaf instanceof PyFloat ? { float: leaf.value } : leaf)
  }
  return found
}
