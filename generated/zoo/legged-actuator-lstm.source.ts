// Made by holdfast from specs/zoo/legged-actuator-lstm.yaml; do not edit: change the spec and build again.
// spec sha256 40648a7f1b122adcfc3516ca244cdfacb43de7e16c5efad50fc1faf325508c8c
/* eslint-disable */
import type { SpecSource } from 'holdfast/runtime'

/** The spec of 'ActuatorLSTM', which files carry that its models are saved to. */
export const source: SpecSource = {
  model: 'ActuatorLSTM',
  files: [
    {
      path: 'legged-actuator-lstm.yaml',
      text: [
        '# yaml-language-server: $schema=../../compiler/schema/model-spec.schema.json',
        'holdfast: 1',
        'model: ActuatorLSTM',
        'doc: Torques of an ANYdrive motor from position error and velocity, with the state as input and output. Keys as leggedrobotics/legged_gym.',
        'params:',
        '  hidden: int = 8',
        '  layers: int = 2',
        'inputs:',
        '  x: float32[N, T, 2]',
        '  h0: float32[layers, N, hidden]',
        '  c0: float32[layers, N, hidden]',
        'outputs:',
        '  torque: float32[N, T]',
        '  h: float32[layers, N, hidden]',
        '  c: float32[layers, N, hidden]',
        'buffers:',
        '  in_scale: ones(1, 1, 2)',
        '  out_scale: ones(1)',
        'modules:',
        '  lstm: LSTM(2, hidden, layers, batch_first=True)',
        '  linear: Linear(hidden, 1)',
        'forward: |',
        '  y, (h, c) = lstm(x * in_scale, (h0, c0))',
        '  return out_scale * linear(y).squeeze(-1), h, c',
        '',
      ].join('\n'),
    },
  ],
  digest: 'ca315922f4a44ec34dfcf28146fe40d9431526d8d6b559755bbc4f57b3a9ad74',
  lock: null,
}
