// Made by holdfast from specs/tutorial/my-net.yaml; do not edit: change the spec and build again.
// spec sha256 80d73108745004616426eae7cd0ece8d227d9873bca0b73cc1d216d7c61bbd70
/* eslint-disable */
import { F, Module, nn, type KeyContract, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { contracts } from './my-net.keys.js'

/** The state_dict of MyNet with default options: every key with dtype and shape. */
export type MyNetState = {
  'fc1.weight': TypedTensor<'float32', [20, 10]>
  'fc1.bias': TypedTensor<'float32', [20]>
  'bn1.weight': TypedTensor<'float32', [20]>
  'bn1.bias': TypedTensor<'float32', [20]>
  'bn1.running_mean': TypedTensor<'float32', [20]>
  'bn1.running_var': TypedTensor<'float32', [20]>
  'bn1.num_batches_tracked': TypedTensor<'int64', []>
}

/**
 * A linear layer and its batch norm. The state holds the norm's running statistics and its count of batches.
 *
 * Inputs of forward:
 * - x float32[N, 10]
 */
export class MyNet extends Module<MyNetState> {
  readonly fc1: nn.Linear
  readonly bn1: nn.BatchNorm1d

  constructor() {
    super()
    this.fc1 = this.registerModule('fc1', new nn.Linear({ in_features: 10, out_features: 20 }))
    this.bn1 = this.registerModule('bn1', new nn.BatchNorm1d({ num_features: 20 }))
    this.madeFrom(async () => (await import('./my-net.source.js')).source)
  }

  override get keyContracts(): readonly KeyContract[] {
    return contracts
  }

  override forward(x: Tensor): Tensor {
    return F.relu(this.bn1.forward(this.fc1.forward(x)))
  }
}
