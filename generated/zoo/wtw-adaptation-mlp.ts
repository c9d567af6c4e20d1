// Made by holdfast from specs/zoo/wtw-adaptation-mlp.yaml; do not edit: change the spec and build again.
// spec sha256 ad40054be9749bf6c54297ad80db89d8f3f99f0bf10bbf43bc71adfc871b0d7c
/* eslint-disable */
import { nn, type StateDict, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of AdaptationModule with default options: every key with dtype and shape. */
export type AdaptationModuleState = {
  '0.weight': TypedTensor<'float32', [256, 2100]>
  '0.bias': TypedTensor<'float32', [256]>
  '2.weight': TypedTensor<'float32', [128, 256]>
  '2.bias': TypedTensor<'float32', [128]>
  '4.weight': TypedTensor<'float32', [2, 128]>
  '4.bias': TypedTensor<'float32', [2]>
}

export interface AdaptationModuleOptions {
  readonly history?: number
  readonly latent?: number
}

/**
 * Estimates the properties of the ground from a history of observations, for a walking robot. Keys as Improbable-AI/walk-these-ways.
 *
 * Inputs of forward:
 * - obs_history float32[N, history]
 */
export class AdaptationModule extends nn.Sequential {
  constructor({ history = 2100, latent = 2 }: AdaptationModuleOptions = {}) {
    super(
      new nn.Linear({ in_features: history, out_features: 256 }),
      new nn.ELU(),
      new nn.Linear({ in_features: 256, out_features: 128 }),
      new nn.ELU(),
      new nn.Linear({ in_features: 128, out_features: latent }),
    )
    this.madeFrom(async () => (await import('./wtw-adaptation-mlp.source.js')).source, { history, latent })
  }

  override stateDict(): StateDict<AdaptationModuleState> {
    return super.stateDict() as StateDict<AdaptationModuleState>
  }
}
