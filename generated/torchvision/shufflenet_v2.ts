// Made by holdfast from specs/torchvision/shufflenet_v2.yaml; do not edit: change the spec and build again.
// spec sha256 13614f83f66a98f8a6d763a02acf5c6fb293083d134f5dca8425f5fa7814ab49
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of ShuffleNetV2 with default options: every key with dtype and shape. */
export type ShuffleNetV2State = {
  'conv1.0.weight': TypedTensor<'float32', [24, 3, 3, 3]>
  'conv1.1.weight': TypedTensor<'float32', [24]>
  'conv1.1.bias': TypedTensor<'float32', [24]>
  'conv1.1.running_mean': TypedTensor<'float32', [24]>
  'conv1.1.running_var': TypedTensor<'float32', [24]>
  'conv1.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.0.branch1.0.weight': TypedTensor<'float32', [24, 1, 3, 3]>
  'stage2.0.branch1.1.weight': TypedTensor<'float32', [24]>
  'stage2.0.branch1.1.bias': TypedTensor<'float32', [24]>
  'stage2.0.branch1.1.running_mean': TypedTensor<'float32', [24]>
  'stage2.0.branch1.1.running_var': TypedTensor<'float32', [24]>
  'stage2.0.branch1.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.0.branch1.2.weight': TypedTensor<'float32', [58, 24, 1, 1]>
  'stage2.0.branch1.3.weight': TypedTensor<'float32', [58]>
  'stage2.0.branch1.3.bias': TypedTensor<'float32', [58]>
  'stage2.0.branch1.3.running_mean': TypedTensor<'float32', [58]>
  'stage2.0.branch1.3.running_var': TypedTensor<'float32', [58]>
  'stage2.0.branch1.3.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.0.branch2.0.weight': TypedTensor<'float32', [58, 24, 1, 1]>
  'stage2.0.branch2.1.weight': TypedTensor<'float32', [58]>
  'stage2.0.branch2.1.bias': TypedTensor<'float32', [58]>
  'stage2.0.branch2.1.running_mean': TypedTensor<'float32', [58]>
  'stage2.0.branch2.1.running_var': TypedTensor<'float32', [58]>
  'stage2.0.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.0.branch2.3.weight': TypedTensor<'float32', [58, 1, 3, 3]>
  'stage2.0.branch2.4.weight': TypedTensor<'float32', [58]>
  'stage2.0.branch2.4.bias': TypedTensor<'float32', [58]>
  'stage2.0.branch2.4.running_mean': TypedTensor<'float32', [58]>
  'stage2.0.branch2.4.running_var': TypedTensor<'float32', [58]>
  'stage2.0.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.0.branch2.5.weight': TypedTensor<'float32', [58, 58, 1, 1]>
  'stage2.0.branch2.6.weight': TypedTensor<'float32', [58]>
  'stage2.0.branch2.6.bias': TypedTensor<'float32', [58]>
  'stage2.0.branch2.6.running_mean': TypedTensor<'float32', [58]>
  'stage2.0.branch2.6.running_var': TypedTensor<'float32', [58]>
  'stage2.0.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.1.branch2.0.weight': TypedTensor<'float32', [58, 58, 1, 1]>
  'stage2.1.branch2.1.weight': TypedTensor<'float32', [58]>
  'stage2.1.branch2.1.bias': TypedTensor<'float32', [58]>
  'stage2.1.branch2.1.running_mean': TypedTensor<'float32', [58]>
  'stage2.1.branch2.1.running_var': TypedTensor<'float32', [58]>
  'stage2.1.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.1.branch2.3.weight': TypedTensor<'float32', [58, 1, 3, 3]>
  'stage2.1.branch2.4.weight': TypedTensor<'float32', [58]>
  'stage2.1.branch2.4.bias': TypedTensor<'float32', [58]>
  'stage2.1.branch2.4.running_mean': TypedTensor<'float32', [58]>
  'stage2.1.branch2.4.running_var': TypedTensor<'float32', [58]>
  'stage2.1.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.1.branch2.5.weight': TypedTensor<'float32', [58, 58, 1, 1]>
  'stage2.1.branch2.6.weight': TypedTensor<'float32', [58]>
  'stage2.1.branch2.6.bias': TypedTensor<'float32', [58]>
  'stage2.1.branch2.6.running_mean': TypedTensor<'float32', [58]>
  'stage2.1.branch2.6.running_var': TypedTensor<'float32', [58]>
  'stage2.1.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.2.branch2.0.weight': TypedTensor<'float32', [58, 58, 1, 1]>
  'stage2.2.branch2.1.weight': TypedTensor<'float32', [58]>
  'stage2.2.branch2.1.bias': TypedTensor<'float32', [58]>
  'stage2.2.branch2.1.running_mean': TypedTensor<'float32', [58]>
  'stage2.2.branch2.1.running_var': TypedTensor<'float32', [58]>
  'stage2.2.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.2.branch2.3.weight': TypedTensor<'float32', [58, 1, 3, 3]>
  'stage2.2.branch2.4.weight': TypedTensor<'float32', [58]>
  'stage2.2.branch2.4.bias': TypedTensor<'float32', [58]>
  'stage2.2.branch2.4.running_mean': TypedTensor<'float32', [58]>
  'stage2.2.branch2.4.running_var': TypedTensor<'float32', [58]>
  'stage2.2.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.2.branch2.5.weight': TypedTensor<'float32', [58, 58, 1, 1]>
  'stage2.2.branch2.6.weight': TypedTensor<'float32', [58]>
  'stage2.2.branch2.6.bias': TypedTensor<'float32', [58]>
  'stage2.2.branch2.6.running_mean': TypedTensor<'float32', [58]>
  'stage2.2.branch2.6.running_var': TypedTensor<'float32', [58]>
  'stage2.2.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.3.branch2.0.weight': TypedTensor<'float32', [58, 58, 1, 1]>
  'stage2.3.branch2.1.weight': TypedTensor<'float32', [58]>
  'stage2.3.branch2.1.bias': TypedTensor<'float32', [58]>
  'stage2.3.branch2.1.running_mean': TypedTensor<'float32', [58]>
  'stage2.3.branch2.1.running_var': TypedTensor<'float32', [58]>
  'stage2.3.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.3.branch2.3.weight': TypedTensor<'float32', [58, 1, 3, 3]>
  'stage2.3.branch2.4.weight': TypedTensor<'float32', [58]>
  'stage2.3.branch2.4.bias': TypedTensor<'float32', [58]>
  'stage2.3.branch2.4.running_mean': TypedTensor<'float32', [58]>
  'stage2.3.branch2.4.running_var': TypedTensor<'float32', [58]>
  'stage2.3.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage2.3.branch2.5.weight': TypedTensor<'float32', [58, 58, 1, 1]>
  'stage2.3.branch2.6.weight': TypedTensor<'float32', [58]>
  'stage2.3.branch2.6.bias': TypedTensor<'float32', [58]>
  'stage2.3.branch2.6.running_mean': TypedTensor<'float32', [58]>
  'stage2.3.branch2.6.running_var': TypedTensor<'float32', [58]>
  'stage2.3.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.0.branch1.0.weight': TypedTensor<'float32', [116, 1, 3, 3]>
  'stage3.0.branch1.1.weight': TypedTensor<'float32', [116]>
  'stage3.0.branch1.1.bias': TypedTensor<'float32', [116]>
  'stage3.0.branch1.1.running_mean': TypedTensor<'float32', [116]>
  'stage3.0.branch1.1.running_var': TypedTensor<'float32', [116]>
  'stage3.0.branch1.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.0.branch1.2.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.0.branch1.3.weight': TypedTensor<'float32', [116]>
  'stage3.0.branch1.3.bias': TypedTensor<'float32', [116]>
  'stage3.0.branch1.3.running_mean': TypedTensor<'float32', [116]>
  'stage3.0.branch1.3.running_var': TypedTensor<'float32', [116]>
  'stage3.0.branch1.3.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.0.branch2.0.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.0.branch2.1.weight': TypedTensor<'float32', [116]>
  'stage3.0.branch2.1.bias': TypedTensor<'float32', [116]>
  'stage3.0.branch2.1.running_mean': TypedTensor<'float32', [116]>
  'stage3.0.branch2.1.running_var': TypedTensor<'float32', [116]>
  'stage3.0.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.0.branch2.3.weight': TypedTensor<'float32', [116, 1, 3, 3]>
  'stage3.0.branch2.4.weight': TypedTensor<'float32', [116]>
  'stage3.0.branch2.4.bias': TypedTensor<'float32', [116]>
  'stage3.0.branch2.4.running_mean': TypedTensor<'float32', [116]>
  'stage3.0.branch2.4.running_var': TypedTensor<'float32', [116]>
  'stage3.0.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.0.branch2.5.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.0.branch2.6.weight': TypedTensor<'float32', [116]>
  'stage3.0.branch2.6.bias': TypedTensor<'float32', [116]>
  'stage3.0.branch2.6.running_mean': TypedTensor<'float32', [116]>
  'stage3.0.branch2.6.running_var': TypedTensor<'float32', [116]>
  'stage3.0.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.1.branch2.0.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.1.branch2.1.weight': TypedTensor<'float32', [116]>
  'stage3.1.branch2.1.bias': TypedTensor<'float32', [116]>
  'stage3.1.branch2.1.running_mean': TypedTensor<'float32', [116]>
  'stage3.1.branch2.1.running_var': TypedTensor<'float32', [116]>
  'stage3.1.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.1.branch2.3.weight': TypedTensor<'float32', [116, 1, 3, 3]>
  'stage3.1.branch2.4.weight': TypedTensor<'float32', [116]>
  'stage3.1.branch2.4.bias': TypedTensor<'float32', [116]>
  'stage3.1.branch2.4.running_mean': TypedTensor<'float32', [116]>
  'stage3.1.branch2.4.running_var': TypedTensor<'float32', [116]>
  'stage3.1.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.1.branch2.5.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.1.branch2.6.weight': TypedTensor<'float32', [116]>
  'stage3.1.branch2.6.bias': TypedTensor<'float32', [116]>
  'stage3.1.branch2.6.running_mean': TypedTensor<'float32', [116]>
  'stage3.1.branch2.6.running_var': TypedTensor<'float32', [116]>
  'stage3.1.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.2.branch2.0.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.2.branch2.1.weight': TypedTensor<'float32', [116]>
  'stage3.2.branch2.1.bias': TypedTensor<'float32', [116]>
  'stage3.2.branch2.1.running_mean': TypedTensor<'float32', [116]>
  'stage3.2.branch2.1.running_var': TypedTensor<'float32', [116]>
  'stage3.2.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.2.branch2.3.weight': TypedTensor<'float32', [116, 1, 3, 3]>
  'stage3.2.branch2.4.weight': TypedTensor<'float32', [116]>
  'stage3.2.branch2.4.bias': TypedTensor<'float32', [116]>
  'stage3.2.branch2.4.running_mean': TypedTensor<'float32', [116]>
  'stage3.2.branch2.4.running_var': TypedTensor<'float32', [116]>
  'stage3.2.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.2.branch2.5.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.2.branch2.6.weight': TypedTensor<'float32', [116]>
  'stage3.2.branch2.6.bias': TypedTensor<'float32', [116]>
  'stage3.2.branch2.6.running_mean': TypedTensor<'float32', [116]>
  'stage3.2.branch2.6.running_var': TypedTensor<'float32', [116]>
  'stage3.2.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.3.branch2.0.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.3.branch2.1.weight': TypedTensor<'float32', [116]>
  'stage3.3.branch2.1.bias': TypedTensor<'float32', [116]>
  'stage3.3.branch2.1.running_mean': TypedTensor<'float32', [116]>
  'stage3.3.branch2.1.running_var': TypedTensor<'float32', [116]>
  'stage3.3.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.3.branch2.3.weight': TypedTensor<'float32', [116, 1, 3, 3]>
  'stage3.3.branch2.4.weight': TypedTensor<'float32', [116]>
  'stage3.3.branch2.4.bias': TypedTensor<'float32', [116]>
  'stage3.3.branch2.4.running_mean': TypedTensor<'float32', [116]>
  'stage3.3.branch2.4.running_var': TypedTensor<'float32', [116]>
  'stage3.3.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.3.branch2.5.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.3.branch2.6.weight': TypedTensor<'float32', [116]>
  'stage3.3.branch2.6.bias': TypedTensor<'float32', [116]>
  'stage3.3.branch2.6.running_mean': TypedTensor<'float32', [116]>
  'stage3.3.branch2.6.running_var': TypedTensor<'float32', [116]>
  'stage3.3.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.4.branch2.0.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.4.branch2.1.weight': TypedTensor<'float32', [116]>
  'stage3.4.branch2.1.bias': TypedTensor<'float32', [116]>
  'stage3.4.branch2.1.running_mean': TypedTensor<'float32', [116]>
  'stage3.4.branch2.1.running_var': TypedTensor<'float32', [116]>
  'stage3.4.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.4.branch2.3.weight': TypedTensor<'float32', [116, 1, 3, 3]>
  'stage3.4.branch2.4.weight': TypedTensor<'float32', [116]>
  'stage3.4.branch2.4.bias': TypedTensor<'float32', [116]>
  'stage3.4.branch2.4.running_mean': TypedTensor<'float32', [116]>
  'stage3.4.branch2.4.running_var': TypedTensor<'float32', [116]>
  'stage3.4.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.4.branch2.5.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.4.branch2.6.weight': TypedTensor<'float32', [116]>
  'stage3.4.branch2.6.bias': TypedTensor<'float32', [116]>
  'stage3.4.branch2.6.running_mean': TypedTensor<'float32', [116]>
  'stage3.4.branch2.6.running_var': TypedTensor<'float32', [116]>
  'stage3.4.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.5.branch2.0.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.5.branch2.1.weight': TypedTensor<'float32', [116]>
  'stage3.5.branch2.1.bias': TypedTensor<'float32', [116]>
  'stage3.5.branch2.1.running_mean': TypedTensor<'float32', [116]>
  'stage3.5.branch2.1.running_var': TypedTensor<'float32', [116]>
  'stage3.5.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.5.branch2.3.weight': TypedTensor<'float32', [116, 1, 3, 3]>
  'stage3.5.branch2.4.weight': TypedTensor<'float32', [116]>
  'stage3.5.branch2.4.bias': TypedTensor<'float32', [116]>
  'stage3.5.branch2.4.running_mean': TypedTensor<'float32', [116]>
  'stage3.5.branch2.4.running_var': TypedTensor<'float32', [116]>
  'stage3.5.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.5.branch2.5.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.5.branch2.6.weight': TypedTensor<'float32', [116]>
  'stage3.5.branch2.6.bias': TypedTensor<'float32', [116]>
  'stage3.5.branch2.6.running_mean': TypedTensor<'float32', [116]>
  'stage3.5.branch2.6.running_var': TypedTensor<'float32', [116]>
  'stage3.5.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.6.branch2.0.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.6.branch2.1.weight': TypedTensor<'float32', [116]>
  'stage3.6.branch2.1.bias': TypedTensor<'float32', [116]>
  'stage3.6.branch2.1.running_mean': TypedTensor<'float32', [116]>
  'stage3.6.branch2.1.running_var': TypedTensor<'float32', [116]>
  'stage3.6.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.6.branch2.3.weight': TypedTensor<'float32', [116, 1, 3, 3]>
  'stage3.6.branch2.4.weight': TypedTensor<'float32', [116]>
  'stage3.6.branch2.4.bias': TypedTensor<'float32', [116]>
  'stage3.6.branch2.4.running_mean': TypedTensor<'float32', [116]>
  'stage3.6.branch2.4.running_var': TypedTensor<'float32', [116]>
  'stage3.6.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.6.branch2.5.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.6.branch2.6.weight': TypedTensor<'float32', [116]>
  'stage3.6.branch2.6.bias': TypedTensor<'float32', [116]>
  'stage3.6.branch2.6.running_mean': TypedTensor<'float32', [116]>
  'stage3.6.branch2.6.running_var': TypedTensor<'float32', [116]>
  'stage3.6.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.7.branch2.0.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.7.branch2.1.weight': TypedTensor<'float32', [116]>
  'stage3.7.branch2.1.bias': TypedTensor<'float32', [116]>
  'stage3.7.branch2.1.running_mean': TypedTensor<'float32', [116]>
  'stage3.7.branch2.1.running_var': TypedTensor<'float32', [116]>
  'stage3.7.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.7.branch2.3.weight': TypedTensor<'float32', [116, 1, 3, 3]>
  'stage3.7.branch2.4.weight': TypedTensor<'float32', [116]>
  'stage3.7.branch2.4.bias': TypedTensor<'float32', [116]>
  'stage3.7.branch2.4.running_mean': TypedTensor<'float32', [116]>
  'stage3.7.branch2.4.running_var': TypedTensor<'float32', [116]>
  'stage3.7.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage3.7.branch2.5.weight': TypedTensor<'float32', [116, 116, 1, 1]>
  'stage3.7.branch2.6.weight': TypedTensor<'float32', [116]>
  'stage3.7.branch2.6.bias': TypedTensor<'float32', [116]>
  'stage3.7.branch2.6.running_mean': TypedTensor<'float32', [116]>
  'stage3.7.branch2.6.running_var': TypedTensor<'float32', [116]>
  'stage3.7.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.0.branch1.0.weight': TypedTensor<'float32', [232, 1, 3, 3]>
  'stage4.0.branch1.1.weight': TypedTensor<'float32', [232]>
  'stage4.0.branch1.1.bias': TypedTensor<'float32', [232]>
  'stage4.0.branch1.1.running_mean': TypedTensor<'float32', [232]>
  'stage4.0.branch1.1.running_var': TypedTensor<'float32', [232]>
  'stage4.0.branch1.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.0.branch1.2.weight': TypedTensor<'float32', [232, 232, 1, 1]>
  'stage4.0.branch1.3.weight': TypedTensor<'float32', [232]>
  'stage4.0.branch1.3.bias': TypedTensor<'float32', [232]>
  'stage4.0.branch1.3.running_mean': TypedTensor<'float32', [232]>
  'stage4.0.branch1.3.running_var': TypedTensor<'float32', [232]>
  'stage4.0.branch1.3.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.0.branch2.0.weight': TypedTensor<'float32', [232, 232, 1, 1]>
  'stage4.0.branch2.1.weight': TypedTensor<'float32', [232]>
  'stage4.0.branch2.1.bias': TypedTensor<'float32', [232]>
  'stage4.0.branch2.1.running_mean': TypedTensor<'float32', [232]>
  'stage4.0.branch2.1.running_var': TypedTensor<'float32', [232]>
  'stage4.0.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.0.branch2.3.weight': TypedTensor<'float32', [232, 1, 3, 3]>
  'stage4.0.branch2.4.weight': TypedTensor<'float32', [232]>
  'stage4.0.branch2.4.bias': TypedTensor<'float32', [232]>
  'stage4.0.branch2.4.running_mean': TypedTensor<'float32', [232]>
  'stage4.0.branch2.4.running_var': TypedTensor<'float32', [232]>
  'stage4.0.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.0.branch2.5.weight': TypedTensor<'float32', [232, 232, 1, 1]>
  'stage4.0.branch2.6.weight': TypedTensor<'float32', [232]>
  'stage4.0.branch2.6.bias': TypedTensor<'float32', [232]>
  'stage4.0.branch2.6.running_mean': TypedTensor<'float32', [232]>
  'stage4.0.branch2.6.running_var': TypedTensor<'float32', [232]>
  'stage4.0.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.1.branch2.0.weight': TypedTensor<'float32', [232, 232, 1, 1]>
  'stage4.1.branch2.1.weight': TypedTensor<'float32', [232]>
  'stage4.1.branch2.1.bias': TypedTensor<'float32', [232]>
  'stage4.1.branch2.1.running_mean': TypedTensor<'float32', [232]>
  'stage4.1.branch2.1.running_var': TypedTensor<'float32', [232]>
  'stage4.1.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.1.branch2.3.weight': TypedTensor<'float32', [232, 1, 3, 3]>
  'stage4.1.branch2.4.weight': TypedTensor<'float32', [232]>
  'stage4.1.branch2.4.bias': TypedTensor<'float32', [232]>
  'stage4.1.branch2.4.running_mean': TypedTensor<'float32', [232]>
  'stage4.1.branch2.4.running_var': TypedTensor<'float32', [232]>
  'stage4.1.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.1.branch2.5.weight': TypedTensor<'float32', [232, 232, 1, 1]>
  'stage4.1.branch2.6.weight': TypedTensor<'float32', [232]>
  'stage4.1.branch2.6.bias': TypedTensor<'float32', [232]>
  'stage4.1.branch2.6.running_mean': TypedTensor<'float32', [232]>
  'stage4.1.branch2.6.running_var': TypedTensor<'float32', [232]>
  'stage4.1.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.2.branch2.0.weight': TypedTensor<'float32', [232, 232, 1, 1]>
  'stage4.2.branch2.1.weight': TypedTensor<'float32', [232]>
  'stage4.2.branch2.1.bias': TypedTensor<'float32', [232]>
  'stage4.2.branch2.1.running_mean': TypedTensor<'float32', [232]>
  'stage4.2.branch2.1.running_var': TypedTensor<'float32', [232]>
  'stage4.2.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.2.branch2.3.weight': TypedTensor<'float32', [232, 1, 3, 3]>
  'stage4.2.branch2.4.weight': TypedTensor<'float32', [232]>
  'stage4.2.branch2.4.bias': TypedTensor<'float32', [232]>
  'stage4.2.branch2.4.running_mean': TypedTensor<'float32', [232]>
  'stage4.2.branch2.4.running_var': TypedTensor<'float32', [232]>
  'stage4.2.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.2.branch2.5.weight': TypedTensor<'float32', [232, 232, 1, 1]>
  'stage4.2.branch2.6.weight': TypedTensor<'float32', [232]>
  'stage4.2.branch2.6.bias': TypedTensor<'float32', [232]>
  'stage4.2.branch2.6.running_mean': TypedTensor<'float32', [232]>
  'stage4.2.branch2.6.running_var': TypedTensor<'float32', [232]>
  'stage4.2.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.3.branch2.0.weight': TypedTensor<'float32', [232, 232, 1, 1]>
  'stage4.3.branch2.1.weight': TypedTensor<'float32', [232]>
  'stage4.3.branch2.1.bias': TypedTensor<'float32', [232]>
  'stage4.3.branch2.1.running_mean': TypedTensor<'float32', [232]>
  'stage4.3.branch2.1.running_var': TypedTensor<'float32', [232]>
  'stage4.3.branch2.1.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.3.branch2.3.weight': TypedTensor<'float32', [232, 1, 3, 3]>
  'stage4.3.branch2.4.weight': TypedTensor<'float32', [232]>
  'stage4.3.branch2.4.bias': TypedTensor<'float32', [232]>
  'stage4.3.branch2.4.running_mean': TypedTensor<'float32', [232]>
  'stage4.3.branch2.4.running_var': TypedTensor<'float32', [232]>
  'stage4.3.branch2.4.num_batches_tracked': TypedTensor<'int64', []>
  'stage4.3.branch2.5.weight': TypedTensor<'float32', [232, 232, 1, 1]>
  'stage4.3.branch2.6.weight': TypedTensor<'float32', [232]>
  'stage4.3.branch2.6.bias': TypedTensor<'float32', [232]>
  'stage4.3.branch2.6.running_mean': TypedTensor<'float32', [232]>
  'stage4.3.branch2.6.running_var': TypedTensor<'float32', [232]>
  'stage4.3.branch2.6.num_batches_tracked': TypedTensor<'int64', []>
  'conv5.0.weight': TypedTensor<'float32', [1024, 464, 1, 1]>
  'conv5.1.weight': TypedTensor<'float32', [1024]>
  'conv5.1.bias': TypedTensor<'float32', [1024]>
  'conv5.1.running_mean': TypedTensor<'float32', [1024]>
  'conv5.1.running_var': TypedTensor<'float32', [1024]>
  'conv5.1.num_batches_tracked': TypedTensor<'int64', []>
  'fc.weight': TypedTensor<'float32', [1000, 1024]>
  'fc.bias': TypedTensor<'float32', [1000]>
}

export interface ConvBNReLUOptions {
  readonly inp: number
  readonly oup: number
  readonly kernel_size: number
  readonly stride: number
  readonly padding: number
}

export interface InvertedResidualOptions {
  readonly inp: number
  readonly oup: number
  readonly stride: number
}

export interface ShuffleNetV2Options {
  readonly stages_repeats?: readonly number[]
  readonly stages_out_channels?: readonly number[]
  readonly num_classes?: number
}

function channel_shuffle(x: Tensor, groups: number): Tensor {
  const [batchsize, num_channels, height, width] = x.shape as [number, number, number, number]
  const channels_per_group = Math.floor(num_channels / groups)
  x = x.view([batchsize, groups, channels_per_group, height, width])
  x = F.transpose(x, 1, 2).contiguous()
  x = x.view([batchsize, num_channels, height, width])
  return x
}

export class ConvBNReLU extends nn.Sequential {
  constructor({ inp, oup, kernel_size, stride, padding }: ConvBNReLUOptions) {
    super(
      new nn.Conv2d({ in_channels: inp, out_channels: oup, kernel_size, stride, padding, bias: false }),
      new nn.BatchNorm2d({ num_features: oup }),
      new nn.ReLU({ inplace: true }),
    )
  }
}

export class InvertedResidual extends Module {
  readonly branch1: nn.Sequential
  readonly branch2: nn.Sequential
  readonly options: { readonly stride: number }

  constructor({ inp, oup, stride }: InvertedResidualOptions) {
    super()
    const branch_features = Math.floor(oup / 2)
    this.options = { stride }

    this.branch1 = this.registerModule(
      'branch1',
      stride > 1 ? new nn.Sequential(
        new nn.Conv2d({
          in_channels: inp,
          out_channels: inp,
          kernel_size: 3,
          stride,
          padding: 1,
          bias: false,
          groups: inp,
        }),
        new nn.BatchNorm2d({ num_features: inp }),
        new nn.Conv2d({
          in_channels: inp,
          out_channels: branch_features,
          kernel_size: 1,
          stride: 1,
          padding: 0,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: branch_features }),
        new nn.ReLU({ inplace: true }),
      ) : new nn.Sequential(),
    )
    this.branch2 = this.registerModule(
      'branch2',
      new nn.Sequential(
        new nn.Conv2d({
          in_channels: stride > 1 ? inp : branch_features,
          out_channels: branch_features,
          kernel_size: 1,
          stride: 1,
          padding: 0,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: branch_features }),
        new nn.ReLU({ inplace: true }),
        new nn.Conv2d({
          in_channels: branch_features,
          out_channels: branch_features,
          kernel_size: 3,
          stride,
          padding: 1,
          bias: false,
          groups: branch_features,
        }),
        new nn.BatchNorm2d({ num_features: branch_features }),
        new nn.Conv2d({
          in_channels: branch_features,
          out_channels: branch_features,
          kernel_size: 1,
          stride: 1,
          padding: 0,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: branch_features }),
        new nn.ReLU({ inplace: true }),
      ),
    )
  }

  override forward(x: Tensor): Tensor {
    const { stride } = this.options
    let out!: Tensor
    if (stride === 1) {
      const [x1, x2] = x.chunk(2, { dim: 1 }) as [Tensor, Tensor]
      out = F.cat([x1, this.branch2.forward(x2)], { dim: 1 })
    } else {
      out = F.cat([this.branch1.forward(x), this.branch2.forward(x)], { dim: 1 })
    }

    out = channel_shuffle(out, 2)
    return out
  }
}

/**
 * ShuffleNet V2, Ma et al. 2018 (arXiv:1807.11164). Keys as torchvision shufflenet_v2_x1_0; other widths by stages_out_channels.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class ShuffleNetV2 extends Module<ShuffleNetV2State> {
  readonly conv1: ConvBNReLU
  readonly maxpool: nn.MaxPool2d
  readonly conv5: ConvBNReLU
  readonly fc: nn.Linear

  constructor({ stages_repeats = [4, 8, 4], stages_out_channels = [24, 116, 232, 464, 1024], num_classes = 1000 }: ShuffleNetV2Options = {}) {
    super()
    this.conv1 = this.registerModule(
      'conv1',
      new ConvBNReLU({ inp: 3, oup: stages_out_channels[0]!, kernel_size: 3, stride: 2, padding: 1 }),
    )
    this.maxpool = this.registerModule('maxpool', new nn.MaxPool2d({ kernel_size: 3, stride: 2, padding: 1 }))
    for (const [i, repeats] of (py.enumerate(stages_repeats) as [number, number][])) {
      this.registerModule(
        `stage${i + 2}`,
        new nn.Sequential(
          new InvertedResidual({ inp: stages_out_channels[i]!, oup: stages_out_channels.at(i + 1)!, stride: 2 }),
          ...py.range(repeats - 1).map(() => new InvertedResidual({
            inp: stages_out_channels.at(i + 1)!,
            oup: stages_out_channels.at(i + 1)!,
            stride: 1,
          })),
        ),
      )
    }

    this.conv5 = this.registerModule(
      'conv5',
      new ConvBNReLU({
        inp: stages_out_channels.at(-2)!,
        oup: stages_out_channels.at(-1)!,
        kernel_size: 1,
        stride: 1,
        padding: 0,
      }),
    )
    this.fc = this.registerModule(
      'fc',
      new nn.Linear({ in_features: stages_out_channels.at(-1)!, out_features: num_classes }),
    )
    this.madeFrom(
      async () => (await import('./shufflenet_v2.source.js')).source,
      { stages_repeats, stages_out_channels, num_classes },
    )
  }

  override forward(x: Tensor): Tensor {
    x = this.conv1.forward(x)
    x = this.maxpool.forward(x)
    x = (this.getSubmodule('stage2') as nn.Sequential).forward(x)
    x = (this.getSubmodule('stage3') as nn.Sequential).forward(x)
    x = (this.getSubmodule('stage4') as nn.Sequential).forward(x)
    x = this.conv5.forward(x)
    x = x.mean({ dim: [2, 3] })
    x = this.fc.forward(x)
    return x
  }
}
