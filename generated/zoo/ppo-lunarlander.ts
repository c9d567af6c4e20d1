// Made by holdfast from specs/zoo/ppo-lunarlander.yaml; do not edit: change the spec and build again.
// spec sha256 19f10a7f1710926bcc80ad591f9c7fd7eb2f2fe91de7bf081a8db766a11a8bad
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of DiscreteActorCritic with default options: every key with dtype and shape. */
export type DiscreteActorCriticState = {
  'actor.0.weight': TypedTensor<'float32', [64, 8]>
  'actor.0.bias': TypedTensor<'float32', [64]>
  'actor.2.weight': TypedTensor<'float32', [64, 64]>
  'actor.2.bias': TypedTensor<'float32', [64]>
  'actor.4.weight': TypedTensor<'float32', [4, 64]>
  'actor.4.bias': TypedTensor<'float32', [4]>
  'critic.0.weight': TypedTensor<'float32', [64, 8]>
  'critic.0.bias': TypedTensor<'float32', [64]>
  'critic.2.weight': TypedTensor<'float32', [64, 64]>
  'critic.2.bias': TypedTensor<'float32', [64]>
  'critic.4.weight': TypedTensor<'float32', [1, 64]>
  'critic.4.bias': TypedTensor<'float32', [1]>
}

export interface DiscreteActorCriticOptions {
  readonly state_dim?: number
  readonly action_dim?: number
}

/**
 * PPO actor and critic for discrete actions, Schulman et al. 2017 (arXiv:1707.06347). Keys as nikhilbarhate99/PPO-PyTorch (LunarLander).
 *
 * Inputs of forward:
 * - state float32[N, state_dim]
 */
export class DiscreteActorCritic extends Module<DiscreteActorCriticState> {
  readonly actor: nn.Sequential
  readonly critic: nn.Sequential

  constructor({ state_dim = 8, action_dim = 4 }: DiscreteActorCriticOptions = {}) {
    super()
    this.actor = this.registerModule(
      'actor',
      new nn.Sequential(
        new nn.Linear({ in_features: state_dim, out_features: 64 }),
        new nn.Tanh(),
        new nn.Linear({ in_features: 64, out_features: 64 }),
        new nn.Tanh(),
        new nn.Linear({ in_features: 64, out_features: action_dim }),
        new nn.Softmax({ dim: -1 }),
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
    this.madeFrom(async () => (await import('./ppo-lunarlander.source.js')).source, { state_dim, action_dim })
  }

  override forward(state: Tensor): { readonly probs: Tensor; readonly value: Tensor } {
    return { probs: this.actor.forward(state), value: this.critic.forward(state) }
  }
}
