// Made by holdfast from specs/zoo/silero-jit-16k.yaml; do not edit: change the spec and build again.
// spec sha256 73be95ecde1e3c89ac06e63ee4e7e79036297de7e4bbe76416e3ecc6c65d3e7e
/* eslint-disable */
import { Cell, F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of SileroJit16k with default options: every key with dtype and shape. */
export type SileroJit16kState = {
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

export interface VADStftOptions {
  readonly bins: number
  readonly scale: number
}

export interface BlockOptions {
  readonly inp: number
  readonly out: number
  readonly stride: number
}

export interface VADOptions {
  readonly rate: number
  readonly chunks: number
}

export interface SileroJit16kOptions {
  readonly chunks?: number
}

export class VADStft extends Module {
  readonly forward_basis_buffer: Cell

  constructor({ bins, scale }: VADStftOptions) {
    super()
    this.forward_basis_buffer = this.registerBuffer(
      'forward_basis_buffer',
      new Cell(F.zeros([2 * bins, 1, 128 * scale])),
    )
  }

  override forward(): never {
    throw new TypeError('VADStft has no forward: call its members')
  }
}

export class Block extends Module {
  readonly reparam_conv: nn.Conv1d

  constructor({ inp, out, stride }: BlockOptions) {
    super()
    this.reparam_conv = this.registerModule(
      'reparam_conv',
      new nn.Conv1d({ in_channels: inp, out_channels: out, kernel_size: 3, stride, padding: 1 }),
    )
  }

  override forward(x: Tensor): Tensor {
    return F.relu(this.reparam_conv.forward(x))
  }
}

export class VADDecoder extends Module {
  readonly rnn: nn.LSTMCell
  readonly decoder: nn.Sequential

  constructor() {
    super()
    this.rnn = this.registerModule('rnn', new nn.LSTMCell({ input_size: 128, hidden_size: 128 }))
    this.decoder = this.registerModule(
      'decoder',
      new nn.Sequential(
        new nn.Dropout({ p: 0.1 }),
        new nn.ReLU(),
        new nn.Conv1d({ in_channels: 128, out_channels: 1, kernel_size: 1 }),
        new nn.Sigmoid(),
      ),
    )
  }

  override forward(): never {
    throw new TypeError('VADDecoder has no forward: call its members')
  }
}

export class VAD extends Module {
  readonly stft: VADStft
  readonly encoder: nn.Sequential
  readonly decoder: VADDecoder
  readonly options: { readonly chunks: number; readonly scale: number; readonly samples: number; readonly context: number; readonly bins: number }

  constructor({ rate, chunks }: VADOptions) {
    super()
    const scale = Math.floor(rate / 8000)
    const samples = 256 * scale
    const context = 32 * scale
    const bins = 64 * scale + 1
    this.options = { chunks, scale, samples, context, bins }

    this.stft = this.registerModule('stft', new VADStft({ bins, scale }))
    this.encoder = this.registerModule(
      'encoder',
      new nn.Sequential(
        new Block({ inp: bins, out: 128, stride: 1 }),
        new Block({ inp: 128, out: 64, stride: 2 }),
        new Block({ inp: 64, out: 64, stride: 2 }),
        new Block({ inp: 64, out: 128, stride: 1 }),
      ),
    )
    this.decoder = this.registerModule('decoder', new VADDecoder())
  }

  override forward(x: Tensor): Tensor {
    const { chunks, scale, samples, context, bins } = this.options
    let i!: number
    const n = x.shape[0]!
    x = F.pad(x, [context, 0])
    x = F.cat(
      py.range(chunks).map(i => x.getitem([py.sliceOf(), py.sliceOf(samples * i, samples * (i + 1) + context)])),
      { dim: 0 },
    ).unsqueeze(1)
    x = F.conv1d(
      F.pad(x, [0, context], { mode: 'reflect' }),
      this.stft.forward_basis_buffer!.value,
      { stride: 64 * scale },
    )
    x = this.encoder.forward(F.sqrt(x.getitem([py.sliceOf(), py.sliceOf(null, bins)]).pow(2).add(
      x.getitem([py.sliceOf(), py.sliceOf(bins)]).pow(2),
    )))
    x = x.view([chunks, n, 128])
    let h = F.zeros([n, 128], { device: x.device })
    let c = F.zeros([n, 128], { device: x.device })
    const probs: Tensor[] = []
    for (i of py.range(chunks)) {
      ;[h, c] = this.decoder.rnn.forward(x.getitem([i]), { hx: [h, c] })
      probs.push(this.decoder.decoder.forward(h.unsqueeze(-1)).squeeze({ dim: -1 }))
    }

    return F.cat(probs, { dim: 1 })
  }
}

/**
 * Voice activity of 16 kHz speech in chunks of 512 samples. Keys as silero_vad.jit of snakers4/silero-vad, which holds a model for either sample rate.
 *
 * Inputs of forward:
 * - wav float32[N, 512 * chunks]
 */
export class SileroJit16k extends Module<SileroJit16kState> {
  readonly _model: VAD
  readonly _model_8k: VAD

  constructor({ chunks = 20 }: SileroJit16kOptions = {}) {
    super()
    py.checkRange('chunks', chunks, { min: 1 })
    this._model = this.registerModule('_model', new VAD({ rate: 16000, chunks }))
    this._model_8k = this.registerModule('_model_8k', new VAD({ rate: 8000, chunks }))
    this.madeFrom(async () => (await import('./silero-jit-16k.source.js')).source, { chunks })
  }

  override forward(wav: Tensor): Tensor {
    return this._model.forward(wav)
  }
}
