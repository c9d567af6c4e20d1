// Made by holdfast from specs/zoo/silero-vad-16k.yaml; do not edit: change the spec and build again.
// spec sha256 823895685cd7f733c8151889e9f839029c4002afa8f2d2a3364f32aa174d5905
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of SileroVAD with default options: every key with dtype and shape. */
export type SileroVADState = {
  'stft_conv.weight': TypedTensor<'float32', [258, 1, 256]>
  'conv1.weight': TypedTensor<'float32', [128, 129, 3]>
  'conv1.bias': TypedTensor<'float32', [128]>
  'conv2.weight': TypedTensor<'float32', [64, 128, 3]>
  'conv2.bias': TypedTensor<'float32', [64]>
  'conv3.weight': TypedTensor<'float32', [64, 64, 3]>
  'conv3.bias': TypedTensor<'float32', [64]>
  'conv4.weight': TypedTensor<'float32', [128, 64, 3]>
  'conv4.bias': TypedTensor<'float32', [128]>
  'lstm_cell.weight_ih': TypedTensor<'float32', [512, 128]>
  'lstm_cell.weight_hh': TypedTensor<'float32', [512, 128]>
  'lstm_cell.bias_ih': TypedTensor<'float32', [512]>
  'lstm_cell.bias_hh': TypedTensor<'float32', [512]>
  'final_conv.weight': TypedTensor<'float32', [1, 128, 1]>
  'final_conv.bias': TypedTensor<'float32', [1]>
}

export interface SileroVADOptions {
  readonly chunks?: number
}

/**
 * Voice activity of 16 kHz speech in chunks of 512 samples. Keys as the safetensors file of snakers4/silero-vad.
 *
 * Inputs of forward:
 * - wav float32[N, 512 * chunks]
 */
export class SileroVAD extends Module<SileroVADState> {
  readonly stft_conv: nn.Conv1d
  readonly conv1: nn.Conv1d
  readonly conv2: nn.Conv1d
  readonly conv3: nn.Conv1d
  readonly conv4: nn.Conv1d
  readonly lstm_cell: nn.LSTMCell
  readonly final_conv: nn.Conv1d
  readonly options: { readonly chunks: number }

  constructor({ chunks = 20 }: SileroVADOptions = {}) {
    super()
    py.checkRange('chunks', chunks, { min: 1 })
    this.options = { chunks }

    this.stft_conv = this.registerModule(
      'stft_conv',
      new nn.Conv1d({ in_channels: 1, out_channels: 258, kernel_size: 256, stride: 128, bias: false }),
    )
    this.conv1 = this.registerModule(
      'conv1',
      new nn.Conv1d({ in_channels: 129, out_channels: 128, kernel_size: 3, padding: 1 }),
    )
    this.conv2 = this.registerModule(
      'conv2',
      new nn.Conv1d({ in_channels: 128, out_channels: 64, kernel_size: 3, stride: 2, padding: 1 }),
    )
    this.conv3 = this.registerModule(
      'conv3',
      new nn.Conv1d({ in_channels: 64, out_channels: 64, kernel_size: 3, stride: 2, padding: 1 }),
    )
    this.conv4 = this.registerModule(
      'conv4',
      new nn.Conv1d({ in_channels: 64, out_channels: 128, kernel_size: 3, padding: 1 }),
    )
    this.lstm_cell = this.registerModule('lstm_cell', new nn.LSTMCell({ input_size: 128, hidden_size: 128 }))
    this.final_conv = this.registerModule(
      'final_conv',
      new nn.Conv1d({ in_channels: 128, out_channels: 1, kernel_size: 1 }),
    )
    this.madeFrom(async () => (await import('./silero-vad-16k.source.js')).source, { chunks })
  }

  override forward(wav: Tensor): { readonly prob: Tensor; readonly h: Tensor; readonly c: Tensor } {
    const { chunks } = this.options
    let i!: number
    const n = wav.shape[0]!
    let x = F.pad(wav, [64, 0])
    x = F.cat(
      py.range(chunks).map(i => x.getitem([py.sliceOf(), py.sliceOf(512 * i, 512 * i + 576)])),
      { dim: 0 },
    ).unsqueeze(1)
    x = this.stft_conv.forward(F.pad(x, [0, 64], { mode: 'reflect' }))
    x = F.sqrt(x.getitem([py.sliceOf(), py.sliceOf(null, 129)]).pow(2).add(
      x.getitem([py.sliceOf(), py.sliceOf(129)]).pow(2),
    ))
    x = F.relu(this.conv4.forward(F.relu(this.conv3.forward(F.relu(this.conv2.forward(F.relu(this.conv1.forward(
      x,
    ))))))))
    x = x.view([chunks, n, 128])
    let h = F.zeros([n, 128], { device: wav.device })
    let c = F.zeros([n, 128], { device: wav.device })
    const probs: Tensor[] = []
    for (i of py.range(chunks)) {
      ;[h, c] = this.lstm_cell.forward(x.getitem([i]), { hx: [h, c] })
      probs.push(F.sigmoid(this.final_conv.forward(F.relu(h).unsqueeze(-1))).squeeze({ dim: -1 }))
    }

    return { prob: F.cat(probs, { dim: 1 }), h, c }
  }
}
