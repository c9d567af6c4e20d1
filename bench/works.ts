/** The pieces of work: a spec, params, and the shapes of its inputs. */

export interface WorkItem {
  readonly name: string
  /** File in the folder of the specs; the class is named as its model. */
  readonly spec: string
  readonly params?: Readonly<Record<string, number>>
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly train?: 'sgd' | 'adam'
}

const square = (n: number): WorkItem => ({
  name: `matmul-${n}`,
  spec: 'matmul',
  inputs: { a: [n, n], b: [n, n] },
})
const rows = { x: [1024, 1024] }
const image = (batch: number) => ({ x: [batch, 3, 224, 224] })
const heads = [1, 12, 128, 64]
const caches = Object.fromEntries(
  ['k', 'v'].flatMap(c => Array.from({ length: 12 }, (_, i) => [`${c}${i}`, [1, 12, 127, 64]])),
)
const digits = (batch: number) => ({ x: [batch, 784] })
const pictures = (batch: number) => ({ image: [batch, 3, 32, 32] })

export const WORKS: readonly WorkItem[] = [
  square(256),
  square(512),
  square(1024),
  square(2048),
  { name: 'conv3x3-64-56', spec: 'conv3x3', inputs: { x: [1, 64, 56, 56] } },
  {
    name: 'depthwise3x3-32-112',
    spec: 'conv3x3',
    params: { channels: 32, groups: 32 },
    inputs: { x: [1, 32, 112, 112] },
  },
  { name: 'layernorm-1m', spec: 'layernorm', inputs: rows },
  { name: 'softmax-1m', spec: 'softmax', inputs: rows },
  { name: 'gelu-1m', spec: 'gelu', inputs: rows },
  { name: 'attention-128', spec: 'attention', inputs: { q: heads, k: heads, v: heads } },
  { name: 'mlp-b1', spec: 'mlp', inputs: digits(1) },
  { name: 'mlp-b64', spec: 'mlp', inputs: digits(64) },
  { name: 'tutorial-cnn-b1', spec: 'the-model-class', inputs: pictures(1) },
  { name: 'tutorial-cnn-b64', spec: 'the-model-class', inputs: pictures(64) },
  { name: 'resnet18-b1', spec: 'resnet', inputs: image(1) },
  { name: 'resnet18-b8', spec: 'resnet', inputs: image(8) },
  { name: 'mobilenetv2-b1', spec: 'mobilenet_v2', inputs: image(1) },
  { name: 'gpt2-prefill-128', spec: 'gpt', inputs: { ids: [1, 128] } },
  { name: 'gpt2-step-128', spec: 'gpt-step', inputs: { ids: [1, 1], ...caches } },
  { name: 'encoder-4x256', spec: 'encoder', inputs: { x: [1, 128, 256] } },
  { name: 'train-mlp-sgd', spec: 'mlp', inputs: digits(64), train: 'sgd' },
  { name: 'train-mlp-adam', spec: 'mlp', inputs: digits(64), train: 'adam' },
  { name: 'train-cnn-sgd', spec: 'the-model-class', inputs: pictures(64), train: 'sgd' },
  { name: 'train-cnn-adam', spec: 'the-model-class', inputs: pictures(64), train: 'adam' },
]
