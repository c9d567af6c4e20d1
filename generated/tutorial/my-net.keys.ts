// Made by holdfast from specs/tutorial/my-net.yaml; do not edit: change the spec and build again.
// spec sha256 80d73108745004616426eae7cd0ece8d227d9873bca0b73cc1d216d7c61bbd70
/* eslint-disable */
import type { KeyContract } from 'holdfast/runtime'

/** What checkpoints of 'MyNet' hold in every generation, and the way from each to the next. */
export const contracts: readonly KeyContract[] = [
  {
    model: 'MyNet',
    preset: null,
    generations: [
      {
        generation: 1,
        tensors: [
          { id: 'fc1.weight', key: 'fc1.weight', shape: [20, 10], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'fc1.bias', key: 'fc1.bias', shape: [20], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'bn1.weight', key: 'bn1.weight', shape: [20], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'bn1.bias', key: 'bn1.bias', shape: [20], dtype: 'float32', kind: 'parameter', tie: null },
          { id: 'bn1.running_mean', key: 'bn1.running_mean', shape: [20], dtype: 'float32', kind: 'buffer', tie: null },
          { id: 'bn1.running_var', key: 'bn1.running_var', shape: [20], dtype: 'float32', kind: 'buffer', tie: null },
          { id: 'bn1.num_batches_tracked', key: 'bn1.num_batches_tracked', shape: [], dtype: 'int64', kind: 'buffer', tie: null },
        ],
        parameters: ['fc1.weight', 'fc1.bias', 'bn1.weight', 'bn1.bias'],
      },
    ],
    migrations: [],
    layouts: [],
  },
]
