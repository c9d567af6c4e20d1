// Made by holdfast from specs/zoo/sb3-ppo-lunar.yaml; do not edit: change the spec and build again.
// spec sha256 78d4d7f9615d3eefaafc3f0883d38394b3d77795411a3192e6824c6feb9c42c9
/* eslint-disable */
import { Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of PPOPolicy with default options: every key with dtype and shape. */
export type PPOPolicyState = {
  'mlp_extractor.policy_net.0.weight': TypedTensor<'float32', [64, 8]>
  'mlp_extractor.policy_net.0.bias': TypedTensor<'float32', [64]>
  'mlp_extractor.policy_net.2.weight': TypedTensor<'float32', [64, 64]>
  'mlp_extractor.policy_net.2.bias': TypedTensor<'float32', [64]>
  'mlp_extractor.value_net.0.weight': TypedTensor<'float32', [64, 8]>
  'mlp_extractor.value_net.0.bias': TypedTensor<'float32', [64]>
  'mlp_extractor.value_net.2.weight': TypedTensor<'float32', [64, 64]>
  'mlp_extractor.value_net.2.bias': TypedTensor<'float32', [64]>
  'action_net.weight': TypedTensor<'float32', [4, 64]>
  'action_net.bias': TypedTensor<'float32', [4]>
  'value_net.weight': TypedTensor<'float32', [1, 64]>
  'value_net.bias': TypedTensor<'float32', [1]>
}

export interface TrunkOptions {
  readonly observation: number
  readonly hidden: number
}

export interface PPOPolicyMlpExtractorOptions {
  readonly observation: number
  readonly hidden: number
}

export interface PPOPolicyOptions {
  readonly observation?: number
  readonly actions?: number
  readonly hidden?: number
}

export class Trunk extends nn.Sequential {
  constructor({ observation, hidden }: TrunkOptions) {
    super(
      new nn.Linear({ in_features: observation, out_features: hidden }),
      new nn.Tanh(),
      new nn.Linear({ in_features: hidden, out_features: hidden }),
      new nn.Tanh(),
    )
  }
}

export class PPOPolicyMlpExtractor extends Module {
  readonly policy_net: Trunk
  readonly value_net: Trunk

  constructor({ observation, hidden }: PPOPolicyMlpExtractorOptions) {
    super()
    this.policy_net = this.registerModule('policy_net', new Trunk({ observation, hidden }))
    this.value_net = this.registerModule('value_net', new Trunk({ observation, hidden }))
  }

  override forward(): never {
    throw new TypeError('PPOPolicyMlpExtractor has no forward: call its members')
  }
}

/**
 * PPO policy and value for LunarLander, Schulman et al. 2017 (arXiv:1707.06347). Keys as stable-baselines3, from DLR-RM/rl-trained-agents.
 *
 * Inputs of forward:
 * - obs float32[N, observation]
 */
export class PPOPolicy extends Module<PPOPolicyState> {
  readonly mlp_extractor: PPOPolicyMlpExtractor
  readonly action_net: nn.Linear
  readonly value_net: nn.Linear

  constructor({ observation = 8, actions = 4, hidden = 64 }: PPOPolicyOptions = {}) {
    super()
    this.mlp_extractor = this.registerModule('mlp_extractor', new PPOPolicyMlpExtractor({ observation, hidden }))
    this.action_net = this.registerModule(
      'action_net',
      new nn.Linear({ in_features: hidden, out_features: actions }),
    )
    this.value_net = this.registerModule('value_net', new nn.Linear({ in_features: hidden, out_features: 1 }))
    this.madeFrom(
      async () => (await import('./sb3-ppo-lunar.source.js')).source,
      { observation, actions, hidden },
    )
  }

  override forward(obs: Tensor): { readonly logits: Tensor; readonly value: Tensor } {
    return {
      logits: this.action_net.forward(this.mlp_extractor.policy_net.forward(obs)),
      value: this.value_net.forward(this.mlp_extractor.value_net.forward(obs)),
    }
  }
}
