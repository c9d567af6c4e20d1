// Made by holdfast from specs/zoo/sb3-dqn-cartpole.yaml; do not edit: change the spec and build again.
// spec sha256 516370213fbfff3f7fb6eac300a06b93286bd78b4d127c0a91f3110b0a279e4b
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of DQNPolicy with default options: every key with dtype and shape. */
export type DQNPolicyState = {
  'q_net.q_net.0.weight': TypedTensor<'float32', [256, 4]>
  'q_net.q_net.0.bias': TypedTensor<'float32', [256]>
  'q_net.q_net.2.weight': TypedTensor<'float32', [256, 256]>
  'q_net.q_net.2.bias': TypedTensor<'float32', [256]>
  'q_net.q_net.4.weight': TypedTensor<'float32', [2, 256]>
  'q_net.q_net.4.bias': TypedTensor<'float32', [2]>
  'q_net_target.q_net.0.weight': TypedTensor<'float32', [256, 4]>
  'q_net_target.q_net.0.bias': TypedTensor<'float32', [256]>
  'q_net_target.q_net.2.weight': TypedTensor<'float32', [256, 256]>
  'q_net_target.q_net.2.bias': TypedTensor<'float32', [256]>
  'q_net_target.q_net.4.weight': TypedTensor<'float32', [2, 256]>
  'q_net_target.q_net.4.bias': TypedTensor<'float32', [2]>
}

export interface QNetworkOptions {
  readonly observation: number
  readonly actions: number
  readonly hidden: number
}

export interface DQNPolicyOptions {
  readonly observation?: number
  readonly actions?: number
  readonly hidden?: number
}

export class QNetwork extends Module {
  readonly q_net: nn.Sequential

  constructor({ observation, actions, hidden }: QNetworkOptions) {
    super()
    this.q_net = this.registerModule(
      'q_net',
      new nn.Sequential(
        new nn.Linear({ in_features: observation, out_features: hidden }),
        new nn.ReLU(),
        new nn.Linear({ in_features: hidden, out_features: hidden }),
        new nn.ReLU(),
        new nn.Linear({ in_features: hidden, out_features: actions }),
      ),
    )
  }

  override forward(x: Tensor): Tensor {
    return this.q_net.forward(x)
  }
}

/**
 * Deep Q-network for CartPole with its target network, Mnih et al. 2015. Keys as stable-baselines3, from DLR-RM/rl-trained-agents.
 *
 * Inputs of forward:
 * - obs float32[N, observation]
 */
export class DQNPolicy extends Module<DQNPolicyState> {
  readonly q_net: QNetwork
  readonly q_net_target: QNetwork

  constructor({ observation = 4, actions = 2, hidden = 256 }: DQNPolicyOptions = {}) {
    super()
    this.q_net = this.registerModule('q_net', new QNetwork({ observation, actions, hidden }))
    this.q_net_target = this.registerModule('q_net_target', new QNetwork({ observation, actions, hidden }))
    this.madeFrom(
      async () => (await import('./sb3-dqn-cartpole.source.js')).source,
      { observation, actions, hidden },
    )
  }

  override forward(obs: Tensor): { readonly q: Tensor; readonly target: Tensor } {
    return { q: this.q_net.forward(obs), target: this.q_net_target.forward(obs) }
  }
}
