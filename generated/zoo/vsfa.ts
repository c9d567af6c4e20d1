// Made by holdfast from specs/zoo/vsfa.yaml; do not edit: change the spec and build again.
// spec sha256 050d4931dacf4f9ea93a4de1612f1774ad9d916a3f83c46544644ec9b80bce6e
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of VSFA with default options: every key with dtype and shape. */
export type VSFAState = {
  'ann.fc0.weight': TypedTensor<'float32', [128, 4096]>
  'ann.fc0.bias': TypedTensor<'float32', [128]>
  'ann.fc.weight': TypedTensor<'float32', [128, 128]>
  'ann.fc.bias': TypedTensor<'float32', [128]>
  'rnn.weight_ih_l0': TypedTensor<'float32', [96, 128]>
  'rnn.weight_hh_l0': TypedTensor<'float32', [96, 32]>
  'rnn.bias_ih_l0': TypedTensor<'float32', [96]>
  'rnn.bias_hh_l0': TypedTensor<'float32', [96]>
  'q.weight': TypedTensor<'float32', [1, 32]>
  'q.bias': TypedTensor<'float32', [1]>
}

export interface VSFAAnnOptions {
  readonly width: number
  readonly reduced: number
}

export interface VSFAOptions {
  readonly width?: number
  readonly reduced?: number
  readonly hidden?: number
  readonly tau?: number
  readonly beta?: number
}

export class VSFAAnn extends Module {
  readonly fc0: nn.Linear
  readonly fc: nn.Linear

  constructor({ width, reduced }: VSFAAnnOptions) {
    super()
    this.fc0 = this.registerModule('fc0', new nn.Linear({ in_features: width, out_features: reduced }))
    this.fc = this.registerModule('fc', new nn.Linear({ in_features: reduced, out_features: reduced }))
  }

  override forward(): never {
    throw new TypeError('VSFAAnn has no forward: call its members')
  }
}

/**
 * Quality of a video from the features of its frames, Li et al. 2019 (arXiv:1908.00375). Keys as lidq92/VSFA; ann.fc is in the file but unused.
 *
 * Inputs of forward:
 * - features float32[N, T, width]
 */
export class VSFA extends Module<VSFAState> {
  readonly ann: VSFAAnn
  readonly rnn: nn.GRU
  readonly q: nn.Linear
  readonly options: { readonly tau: number; readonly beta: number }

  constructor({ width = 4096, reduced = 128, hidden = 32, tau = 12, beta = 0.5 }: VSFAOptions = {}) {
    super()
    this.options = { tau, beta }

    this.ann = this.registerModule('ann', new VSFAAnn({ width, reduced }))
    this.rnn = this.registerModule(
      'rnn',
      new nn.GRU({ input_size: reduced, hidden_size: hidden, batch_first: true }),
    )
    this.q = this.registerModule('q', new nn.Linear({ in_features: hidden, out_features: 1 }))
    this.madeFrom(async () => (await import('./vsfa.source.js')).source, { width, reduced, hidden, tau, beta })
  }

  override forward(features: Tensor): { readonly frame_quality: Tensor; readonly score: Tensor } {
    const { tau, beta } = this.options
    const [x, _] = this.rnn.forward(this.ann.fc0.forward(features))
    const quality = this.q.forward(x)
    const y = quality.transpose(1, 2)
    const worst = F.maxPool1d(
      F.pad(y.neg(), [tau - 1, 0], { value: Number.NEGATIVE_INFINITY }),
      tau,
      { stride: 1 },
    ).neg()
    const weight = F.exp(y.neg())
    const mean = F.avgPool1d(F.pad(y.mul(weight), [0, tau - 1]), tau, { stride: 1 }).div(F.avgPool1d(
      F.pad(weight, [0, tau - 1]),
      tau,
      { stride: 1 },
    ))
    const score = F.mul(beta, mean).add(F.mul(1 - beta, worst)).mean({ dim: [1, 2] })
    return { frame_quality: quality, score }
  }
}
