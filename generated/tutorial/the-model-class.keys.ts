// Made by holdfast from specs/tutorial/the-model-class.yaml; do not edit: change the spec and build again.
// spec sha256 68dcff4a5ad7438e04854d53449fb2566722f210a5f12e4aabea1578aedb6af9
/* eslint-disable */
import type { KeyContract } from 'holdfast/runtime'

/** What checkpoints of 'TheModelClass' hold in every generation, and the way from each to the next. */
export const contracts: readonly KeyContract[] = [
  {
    model: 'TheModelClass',
    preset: null,
    generations: [
      {
        generation: 1,
        tensors: [
          { id: 'conv1.weight', key: 'conv1.weight', shape: [6, 3, 5, 5], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'conv1.bias', key: 'conv1.bias', shape: [6], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'conv2.weight', key: 'conv2.weight', shape: [16, 6, 5, 5], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'conv2.bias', key: 'conv2.bias', shape: [16], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'fc1.weight', key: 'fc1.weight', shape: [120, 400], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'fc1.bias', key: 'fc1.bias', shape: [120], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'fc2.weight', key: 'fc2.weight', shape: [84, 120], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'fc2.bias', key: 'fc2.bias', shape: [84], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'fc3.weight', key: 'fc3.weight', shape: [10, 84], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'fc3.bias', key: 'fc3.bias', shape: [10], dtype: 'float32', kind: 'parameter', tie: null },
        ],
        parameters: ['conv1.weight', 'conv1.bias', 'conv2.weight', 'conv2.bias', 'fc1.weight', 'fc1.bias', 'fc2.weight', 'fc2.bias', 'fc3.weight', 'fc3.bias'],
      },
    ],
    migrations: [],
    layouts: [],
  },
]
