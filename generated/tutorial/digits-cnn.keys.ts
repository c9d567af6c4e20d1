// Made by holdfast from specs/tutorial/digits-cnn.yaml; do not edit: change the spec and build again.
// spec sha256 ef9b8101ba091d78ca4ddedee84f509549bbdaba06b4e706d738798ad6795272
/* eslint-disable */
import type { KeyContract } from 'holdfast/runtime'

/** What checkpoints of 'DigitsCNN' hold in every generation, and the way from each to the next. */
export const contracts: readonly KeyContract[] = [
  {
    model: 'DigitsCNN',
    preset: null,
    generations: [
      {
        generation: 1,
        tensors: [
          { id: 'conv1.weight', key: 'conv1.weight', shape: [16, 1, 3, 3], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'conv1.bias', key: 'conv1.bias', shape: [16], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'bn1.weight', key: 'bn1.weight', shape: [16], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'bn1.bias', key: 'bn1.bias', shape: [16], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'bn1.running_mean', key: 'bn1.running_mean', shape: [16], dtype: 'float32', kind: 'buffer', tie: null },
          { id: 'bn1.running_var', key: 'bn1.running_var', shape: [16], dtype: 'float32', kind: 'buffer', tie: null },
          { id: 'bn1.num_batches_tracked', key: 'bn1.num_batches_tracked', shape: [], dtype: 'int64', kind: 'buffer', tie: null },
          { id: 'conv2.weight', key: 'conv2.weight', shape: [32, 16, 3, 3], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'conv2.bias', key: 'conv2.bias', shape: [32], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'bn2.weight', key: 'bn2.weight', shape: [32], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'bn2.bias', key: 'bn2.bias', shape: [32], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'bn2.running_mean', key: 'bn2.running_mean', shape: [32], dtype: 'float32', kind: 'buffer', tie: null },
          { id: 'bn2.running_var', key: 'bn2.running_var', shape: [32], dtype: 'float32', kind: 'buffer', tie: null },
          { id: 'bn2.num_batches_tracked', key: 'bn2.num_batches_tracked', shape: [], dtype: 'int64', kind: 'buffer', tie: null },
          { id: 'fc.weight', key: 'fc.weight', shape: [10, 128], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'fc.bias', key: 'fc.bias', shape: [10], dtype: 'float32', kind: 'parameter', tie: null },
        ],
        parameters: ['conv1.weight', 'conv1.bias', 'bn1.weight', 'bn1.bias', 'conv2.weight', 'conv2.bias', 'bn2.weight', 'bn2.bias', 'fc.weight', 'fc.bias'],
      },
    ],
    migrations: [],
    layouts: [],
  },
]
