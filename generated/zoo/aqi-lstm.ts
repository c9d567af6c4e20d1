// Made by holdfast from specs/zoo/aqi-lstm.yaml; do not edit: change the spec and build again.
// spec sha256 56f6f9984ab2baf2845c9024aede7858500e69ae8cd87653572691084e4c0091
/* eslint-disable */
import { Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of AirQualityLSTM with default options: every key with dtype and shape. */
export type AirQualityLSTMState = {
  'lstm.weight_ih_l0': TypedTensor<'float32', [48, 1]>
  'lstm.weight_hh_l0': TypedTensor<'float32', [48, 12]>
  'lstm.bias_ih_l0': TypedTensor<'float32', [48]>
  'lstm.bias_hh_l0': TypedTensor<'float32', [48]>
  'lstm.weight_ih_l1': TypedTensor<'float32', [48, 12]>
  'lstm.weight_hh_l1': TypedTensor<'float32', [48, 12]>
  'lstm.bias_ih_l1': TypedTensor<'float32', [48]>
  'lstm.bias_hh_l1': TypedTensor<'float32', [48]>
  'lstm.weight_ih_l2': TypedTensor<'float32', [48, 12]>
  'lstm.weight_hh_l2': TypedTensor<'float32', [48, 12]>
  'lstm.bias_ih_l2': TypedTensor<'float32', [48]>
  'lstm.bias_hh_l2': TypedTensor<'float32', [48]>
  'fc.weight': TypedTensor<'float32', [1, 12]>
  'fc.bias': TypedTensor<'float32', [1]>
}

export interface AirQualityLSTMOptions {
  readonly features?: number
  readonly hidden?: number
  readonly layers?: number
}

/**
 * Forecast of the next value of an air quality index. Keys as timothyafolami/Punjabaoi-Air-Quality-Prediction.
 *
 * Inputs of forward:
 * - x float32[N, T, features]
 */
export class AirQualityLSTM extends Module<AirQualityLSTMState> {
  readonly lstm: nn.LSTM
  readonly fc: nn.Linear

  constructor({ features = 1, hidden = 12, layers = 3 }: AirQualityLSTMOptions = {}) {
    super()
    this.lstm = this.registerModule(
      'lstm',
      new nn.LSTM({ input_size: features, hidden_size: hidden, num_layers: layers, batch_first: true }),
    )
    this.fc = this.registerModule('fc', new nn.Linear({ in_features: hidden, out_features: 1 }))
    this.madeFrom(async () => (await import('./aqi-lstm.source.js')).source, { features, hidden, layers })
  }

  override forward(x: Tensor): Tensor {
    const [y, _] = this.lstm.forward(x)
    return this.fc.forward(y.getitem([py.sliceOf(), -1]))
  }
}
