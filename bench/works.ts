/** The pieces of work: a spec, params, and the shapes of its inputs. */

export interface WorkItem {
  readonly name: string
  /** File from the project's root; the class is named as its model. */
  readonly spec: string
  readonly params?: Readonly<Record<string, number>>
  readonly inputs: Readonly<Record<string, readonly number[]>>
  readonly train?: 'sgd' | 'adam'
}

const square = (n: number): WorkItem => ({
  name: `matmul-${n}`,
  spec: 'bench/specs/matmul.yaml',
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
  { name: 'conv3x3-64-56', spec: 'bench/specs/conv3x3.yaml', inputs: { x: [1, 64, 56, 56] } },
  {
    name: 'depthwise3x3-32-112',
    spec: 'bench/specs/conv3x3.yaml',
    params: { channels: 32, groups: 32 },
    inputs: { x: [1, 32, 112, 112] },
  },
  { name: 'layernorm-1m', spec: 'bench/specs/layernorm.yaml', inputs: rows },
  { name: 'softmax-1m', spec: 'bench/specs/softmax.yaml', inputs: rows },
  { name: 'gelu-1m', spec: 'bench/specs/gelu.yaml', inputs: rows },
  { name: 'attention-128', spec: 'bench/specs/attention.yaml', inputs: { q: heads, k: heads, v: heads } },
  { name: 'mlp-b1', spec: 'bench/specs/mlp.yaml', inputs: digits(1) },
  { name: 'mlp-b64', spec: 'bench/specs/mlp.yaml', inputs: digits(64) },
  { name: 'tutorial-cnn-b1', spec: 'specs/tutorial/the-model-class.yaml', inputs: pictures(1) },
  { name: 'tutorial-cnn-b64', spec: 'specs/tutorial/the-model-class.yaml', inputs: pictures(64) },
  { name: 'resnet18-b1', spec: 'specs/torchvision/resnet.yaml', inputs: image(1) },
  { name: 'resnet18-b8', spec: 'specs/torchvision/resnet.yaml', inputs: image(8) },
  { name: 'mobilenetv2-b1', spec: 'specs/torchvision/mobilenet_v2.yaml', inputs: image(1) },
  { name: 'gpt2-prefill-128', spec: 'bench/specs/gpt.yaml', inputs: { ids: [1, 128] } },
  { name: 'gpt2-step-128', spec: 'bench/specs/gpt-step.yaml', inputs: { ids: [1, 1], ...caches } },
  { name: 'encoder-4x256', spec: 'bench/specs/encoder.yaml', inputs: { x: [1, 128, 256] } },
  { name: 'train-mlp-sgd', spec: 'bench/specs/mlp.yaml', inputs: digits(64), train: 'sgd' },
  { name: 'train-mlp-adam', spec: 'bench/specs/mlp.yaml', inputs: digits(64), train: 'adam' },
  { name: 'train-cnn-sgd', spec: 'specs/tutorial/the-model-class.yaml', inputs: pictures(64), train: 'sgd' },
  {
    name: 'train-cnn-adam',
    spec: 'specs/tutorial/the-model-class.yaml',
    inputs: pictures(64),
    train: 'adam',
  },
]
