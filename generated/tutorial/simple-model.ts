// Made by holdfast from specs/tutorial/simple-model.yaml; do not edit: change the spec and build again.
// spec sha256 605aac52cb2fe3e6980fa4350d949e71c31cf4d9839f055bbb35968ae5c14186
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of SimpleModel with default options: every key with dtype and shape. */
export type SimpleModelState = {
  'fc1.weight': TypedTensor<'float32', [5, 10]>
  'fc1.bias': TypedTensor<'float32', [5]>
  'fc2.weight': TypedTensor<'float32', [1, 5]>
  'fc2.bias': TypedTensor<'float32', [1]>
}

/**
 * A perceptron with one hidden layer, the smallest model worth saving.
 *
 * Inputs of forward:
 * - x float32[N, 10]
 */
export class SimpleModel extends Module<SimpleModelState> {
  readonly fc1: nn.Linear
  readonly fc2: nn.Linear

  constructor() {
    super()
    this.fc1 = this.registerModule('fc1', new nn.Linear({ in_features: 10, out_features: 5 }))
    this.fc2 = this.registerModule('fc2', new nn.Linear({ in_features: 5, out_features: 1 }))
    this.madeFrom(async () => (await import('./simple-model.source.js')).source)
  }

  override forward(x: Tensor): Tensor {
    return this.fc2.forward(F.relu(this.fc1.forward(x)))
  }
}
