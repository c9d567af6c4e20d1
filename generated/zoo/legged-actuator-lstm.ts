// Made by holdfast from specs/zoo/legged-actuator-lstm.yaml; do not edit: change the spec and build again.
// spec sha256 40648a7f1b122adcfc3516ca244cdfacb43de7e16c5efad50fc1faf325508c8c
/* eslint-disable */
import { Cell, F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of ActuatorLSTM with default options: every key with dtype and shape. */
export type ActuatorLSTMState = {
  'in_scale': TypedTensor<'float32', [1, 1, 2]>
  'out_scale': TypedTensor<'float32', [1]>
  'lstm.weight_ih_l0': TypedTensor<'float32', [32, 2]>
  'lstm.weight_hh_l0': TypedTensor<'float32', [32, 8]>
  'lstm.bias_ih_l0': TypedTensor<'float32', [32]>
  'lstm.bias_hh_l0': TypedTensor<'float32', [32]>
  'lstm.weight_ih_l1': TypedTensor<'float32', [32, 8]>
  'lstm.weight_hh_l1': TypedTensor<'float32', [32, 8]>
  'lstm.bias_ih_l1': TypedTensor<'float32', [32]>
  'lstm.bias_hh_l1': TypedTensor<'float32', [32]>
  'linear.weight': TypedTensor<'float32', [1, 8]>
  'linear.bias': TypedTensor<'float32', [1]>
}

export interface ActuatorLSTMOptions {
  readonly hidden?: number
  readonly layers?: number
}

/**
 * Torques of an ANYdrive motor from position error and velocity, with the state as input and output. Keys as leggedrobotics/legged_gym.
 *
 * Inputs of forward:
 * - x float32[N, T, 2]
 * - h0 float32[layers, N, hidden]
 * - c0 float32[layers, N, hidden]
 */
export class ActuatorLSTM extends Module<ActuatorLSTMState> {
  readonly in_scale: Cell
  readonly out_scale: Cell
  readonly lstm: nn.LSTM
  readonly linear: nn.Linear

  constructor({ hidden = 8, layers = 2 }: ActuatorLSTMOptions = {}) {
    super()
    this.in_scale = this.registerBuffer('in_scale', new Cell(F.ones([1, 1, 2])))
    this.out_scale = this.registerBuffer('out_scale', new Cell(F.ones([1])))
    this.lstm = this.registerModule(
      'lstm',
      new nn.LSTM({ input_size: 2, hidden_size: hidden, num_layers: layers, batch_first: true }),
    )
    this.linear = this.registerModule('linear', new nn.Linear({ in_features: hidden, out_features: 1 }))
    this.madeFrom(async () => (await import('./legged-actuator-lstm.source.js')).source, { hidden, layers })
  }

  override forward(x: Tensor, h0: Tensor, c0: Tensor): { readonly torque: Tensor; readonly h: Tensor; readonly c: Tensor } {
    const [y, [h, c]] = this.lstm.forward(x.mul(this.in_scale.value), { hx: [h0, c0] })
    return { torque: this.out_scale.value.mul(this.linear.forward(y).squeeze({ dim: -1 })), h, c }
  }
}
