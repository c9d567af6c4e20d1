// Made by holdfast from specs/tutorial/my-net-2.yaml; do not edit: change the spec and build again.
// spec sha256 7cd9c8c9fc0d7077966487791dec3a793769df114f3aa44e7556d6c35106cdb4
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of MyNet2 with default options: every key with dtype and shape. */
export type MyNet2State = {
  'fc1.weight': TypedTensor<'float32', [20, 10]>
  'fc1.bias': TypedTensor<'float32', [20]>
  'fc2.weight': TypedTensor<'float32', [5, 20]>
  'fc2.bias': TypedTensor<'float32', [5]>
}

/**
 * MyNet after a refactor, without the norm and with a second layer.
 *
 * Inputs of forward:
 * - x float32[N, 10]
 */
export class MyNet2 extends Module<MyNet2State> {
  readonly fc1: nn.Linear
  readonly relu: nn.ReLU
  readonly fc2: nn.Linear

  constructor() {
    super()
    this.fc1 = this.registerModule('fc1', new nn.Linear({ in_features: 10, out_features: 20 }))
    this.relu = this.registerModule('relu', new nn.ReLU())
    this.fc2 = this.registerModule('fc2', new nn.Linear({ in_features: 20, out_features: 5 }))
    this.madeFrom(async () => (await import('./my-net-2.source.js')).source)
  }

  override forward(x: Tensor): Tensor {
    return this.fc2.forward(this.relu.forward(this.fc1.forward(x)))
  }
}
