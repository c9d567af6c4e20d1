// Made by holdfast from specs/zoo/go1-actuator-mlp.yaml; do not edit: change the spec and build again.
// spec sha256 9c5cf75a0d0700f03fedef1b3b9640c97a7391b5436cf91c7dd90063baf9501a
/* eslint-disable */
import { nn, type StateDict, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of ActuatorMLP with default options: every key with dtype and shape. */
export type ActuatorMLPState = {
  '0.weight': TypedTensor<'float32', [32, 6]>
  '0.bias': TypedTensor<'float32', [32]>
  '2.weight': TypedTensor<'float32', [32, 32]>
  '2.bias': TypedTensor<'float32', [32]>
  '4.weight': TypedTensor<'float32', [1, 32]>
  '4.bias': TypedTensor<'float32', [1]>
}

export interface ActuatorMLPOptions {
  readonly hidden?: number
}

/**
 * Torques of a Unitree Go1 motor from its last position errors and velocities. Keys as Improbable-AI/walk-these-ways.
 *
 * Inputs of forward:
 * - x float32[N, 6]
 */
export class ActuatorMLP extends nn.Sequential {
  constructor({ hidden = 32 }: ActuatorMLPOptions = {}) {
    super(
      new nn.Linear({ in_features: 6, out_features: hidden }),
      new nn.Softsign(),
      new nn.Linear({ in_features: hidden, out_features: hidden }),
      new nn.Softsign(),
      new nn.Linear({ in_features: hidden, out_features: 1 }),
    )
    this.madeFrom(async () => (await import('./go1-actuator-mlp.source.js')).source, { hidden })
  }

  override stateDict(): StateDict<ActuatorMLPState> {
    return super.stateDict() as StateDict<ActuatorMLPState>
  }
}
