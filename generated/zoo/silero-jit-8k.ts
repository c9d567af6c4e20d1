// Made by holdfast from specs/zoo/silero-jit-8k.yaml; do not edit: change the spec and build again.
// spec sha256 582fabf406d939a1722f44aaba5a3f087419ace556ebfbcb7da41435af52e9e6
/* eslint-disable */
import { Module, py, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { VAD } from './silero-jit-16k.js'

/** The state_dict of SileroJit8k with default options: every key with dtype and shape. */
export type SileroJit8kState = {
  '_model.stft.forward_basis_buffer': TypedTensor<'float32', [258, 1, 256]>
  '_model.encoder.0.reparam_conv.weight': TypedTensor<'float32', [128, 129, 3]>
  '_model.encoder.0.reparam_conv.bias': TypedTensor<'float32', [128]>
  '_model.encoder.1.reparam_conv.weight': TypedTensor<'float32', [64, 128, 3]>
  '_model.encoder.1.reparam_conv.bias': TypedTensor<'float32', [64]>
  '_model.encoder.2.reparam_conv.weight': TypedTensor<'float32', [64, 64, 3]>
  '_model.encoder.2.reparam_conv.bias': TypedTensor<'float32', [64]>
  '_model.encoder.3.reparam_conv.weight': TypedTensor<'float32', [128, 64, 3]>
  '_model.encoder.3.reparam_conv.bias': TypedTensor<'float32', [128]>
  '_model.decoder.rnn.weight_ih': TypedTensor<'float32', [512, 128]>
  '_model.decoder.rnn.weight_hh': TypedTensor<'float32', [512, 128]>
  '_model.decoder.rnn.bias_ih': TypedTensor<'float32', [512]>
  '_model.decoder.rnn.bias_hh': TypedTensor<'float32', [512]>
  '_model.decoder.decoder.2.weight': TypedTensor<'float32', [1, 128, 1]>
  '_model.decoder.decoder.2.bias': TypedTensor<'float32', [1]>
  '_model_8k.stft.forward_basis_buffer': TypedTensor<'float32', [130, 1, 128]>
  '_model_8k.encoder.0.reparam_conv.weight': TypedTensor<'float32', [128, 65, 3]>
  '_model_8k.encoder.0.reparam_conv.bias': TypedTensor<'float32', [128]>
  '_model_8k.encoder.1.reparam_conv.weight': TypedTensor<'float32', [64, 128, 3]>
  '_model_8k.encoder.1.reparam_conv.bias': TypedTensor<'float32', [64]>
  '_model_8k.encoder.2.reparam_conv.weight': TypedTensor<'float32', [64, 64, 3]>
  '_model_8k.encoder.2.reparam_conv.bias': TypedTensor<'float32', [64]>
  '_model_8k.encoder.3.reparam_conv.weight': TypedTensor<'float32', [128, 64, 3]>
  '_model_8k.encoder.3.reparam_conv.bias': TypedTensor<'float32', [128]>
  '_model_8k.decoder.rnn.weight_ih': TypedTensor<'float32', [512, 128]>
  '_model_8k.decoder.rnn.weight_hh': TypedTensor<'float32', [512, 128]>
  '_model_8k.decoder.rnn.bias_ih': TypedTensor<'float32', [512]>
  '_model_8k.decoder.rnn.bias_hh': TypedTensor<'float32', [512]>
  '_model_8k.decoder.decoder.2.weight': TypedTensor<'float32', [1, 128, 1]>
  '_model_8k.decoder.decoder.2.bias': TypedTensor<'float32', [1]>
}

export interface SileroJit8kOptions {
  readonly chunks?: number
}

/**
 * Voice activity of 8 kHz speech in chunks of 256 samples. Keys as silero_vad.jit of snakers4/silero-vad, which holds a model for either sample rate.
 *
 * Inputs of forward:
 * - wav float32[N, 256 * chunks]
 */
export class SileroJit8k extends Module<SileroJit8kState> {
  readonly _model: VAD
  readonly _model_8k: VAD

  constructor({ chunks = 20 }: SileroJit8kOptions = {}) {
    super()
    py.checkRange('chunks', chunks, { min: 1 })
    this._model = this.registerModule('_model', new VAD({ rate: 16000, chunks }))
    this._model_8k = this.registerModule('_model_8k', new VAD({ rate: 8000, chunks }))
    this.madeFrom(async () => (await import('./silero-jit-8k.source.js')).source, { chunks })
  }

  override forward(wav: Tensor): Tensor {
    return this._model_8k.forward(wav)
  }
}
