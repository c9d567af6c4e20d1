// Made by holdfast from specs/zoo/ppo-bipedal.yaml; do not edit: change the spec and build again.
// spec sha256 949165d489b19ef26b608bf8fdb865ce6c7a040b52f08e6063fd0efdd2227db9
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of ContinuousActorCritic with default options: every key with dtype and shape. */
export type ContinuousActorCriticState = {
  'actor.0.weight': TypedTensor<'float32', [64, 24]>
  'actor.0.bias': TypedTensor<'float32', [64]>
  'actor.2.weight': TypedTensor<'float32', [64, 64]>
  'actor.2.bias': TypedTensor<'float32', [64]>
  'actor.4.weight': TypedTensor<'float32', [4, 64]>
  'actor.4.bias': TypedTensor<'float32', [4]>
  'critic.0.weight': TypedTensor<'float32', [64, 24]>
  'critic.0.bias': TypedTensor<'float32', [64]>
  'critic.2.weight': TypedTensor<'float32', [64, 64]>
  'critic.2.bias': TypedTensor<'float32', [64]>
  'critic.4.weight': TypedTensor<'float32', [1, 64]>
  'critic.4.bias': TypedTensor<'float32', [1]>
}

export interface ContinuousActorCriticOptions {
  readonly state_dim?: number
  readonly action_dim?: number
}

/**
 * PPO actor and critic for continuous actions, Schulman et al. 2017 (arXiv:1707.06347). Keys as nikhilbarhate99/PPO-PyTorch (BipedalWalker).
 *
 * Inputs of forward:
 * - state float32[N, state_dim]
 */
export class ContinuousActorCritic extends Module<ContinuousActorCriticState> {
  readonly actor: nn.Sequential
  readonly critic: nn.Sequential

  constructor({ state_dim = 24, action_dim = 4 }: ContinuousActorCriticOptions = {}) {
    super()
    this.actor = this.registerModule(
      'actor',
      new nn.Sequential(
        new nn.Linear({ in_features: state_dim, out_features: 64 }),
        new nn.Tanh(),
        new nn.Linear({ in_features: 64, out_features: 64 }),
        new nn.Tanh(),
        new nn.Linear({ in_features: 64, out_features: action_dim }),
        new nn.Tanh(),
      ),
    )
    this.critic = this.registerModule(
      'critic',
      new nn.Sequential(
        new nn.Linear({ in_features: state_dim, out_features: 64 }),
        new nn.Tanh(),
        new nn.Linear({ in_features: 64, out_features: 64 }),
        new nn.Tanh(),
        new nn.Linear({ in_features: 64, out_features: 1 }),
      ),
    )
    this.madeFrom(async () => (await import('./ppo-bipedal.source.js')).source, { state_dim, action_dim })
  }

  override forward(state: Tensor): { readonly action_mean: Tensor; readonly value: Tensor } {
    return { action_mean: this.actor.forward(state), value: this.critic.forward(state) }
  }
}
