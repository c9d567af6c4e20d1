// Made by holdfast from specs/zoo/aqi-lstm.yaml; do not edit: change the spec and build again.
// spec sha256 56f6f9984ab2baf2845c9024aede7858500e69ae8cd87653572691084e4c0091
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'AirQualityLSTM', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'AirQualityLSTM',
  files: [
    {
      path: 'aqi-lstm.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: AirQualityLSTM',
        'doc: Forecast of the next value of an air quality index. Keys as timothyafolami/Punjabaoi-Air-Quality-Prediction.',
        'params:',
        '  features: int = 1',
        '  hidden: int = 12',
        '  layers: int = 3',
        'inputs:',
        '  x: float32[N, T, features]',
        'outputs:',
        '  next: float32[N, 1]',
        'modules:',
        '  lstm: LSTM(features, hidden, layers, batch_first=True)',
        '  fc: Linear(hidden, 1)',
        'forward: |',
        '  y, _ = lstm(x)',
        '  return fc(y[:, -1])',
        '',
      ].join('\n'),
    },
  ],
  digest: 'e73e788b8e22ea56d320bc10d3cf9862e023545a9842a1c7def55f62d1adcd88',
  lock: null,
}
