/** A configuration over the digits of the examples, for tests of the command line. */
import path from 'node:path'

export const root = path.resolve(import.meta.dirname, '../..')
export const digits = path.join(root, 'examples/digits')

/** A small network with dropout on shuffled data: three epochs of 12 steps. */
export const config = `spec: ${root}/specs/tutorial/digits-cnn.yaml
params: { channels: 4, drop: 0.5 }
seed: 3
data:
  train: ${digits}/heldout.safetensors
  evaluate: ${digits}/heldout.safetensors
  target: label
  batch_size: 30
loss: { type: cross_entropy, label_smoothing: 0.1 }
optimizer: { type: AdamW, lr: 0.01 }
scheduler: { type: OneCycleLR, max_lr: 0.02, total_steps: 36, every: step }
epochs: 3
metrics: [accuracy, balanced_accuracy, perplexity]
checkpoints: { every_steps: 5, best: { metric: accuracy } }
tensorboard: true
`
