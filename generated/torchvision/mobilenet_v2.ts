// Made by holdfast from specs/torchvision/mobilenet_v2.yaml; do not edit: change the spec and build again.
// spec sha256 20b7f85f60f2735c41b26fe693dd3fd3951c91838993e9921127c20c866e93e2
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of MobileNetV2 with default options: every key with dtype and shape. */
export type MobileNetV2State = {
  'features.0.0.weight': TypedTensor<'float32', [32, 3, 3, 3]>
  'features.0.1.weight': TypedTensor<'float32', [32]>
  'features.0.1.bias': TypedTensor<'float32', [32]>
  'features.0.1.running_mean': TypedTensor<'float32', [32]>
  'features.0.1.running_var': TypedTensor<'float32', [32]>
  'features.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.1.conv.0.0.weight': TypedTensor<'float32', [32, 1, 3, 3]>
  'features.1.conv.0.1.weight': TypedTensor<'float32', [32]>
  'features.1.conv.0.1.bias': TypedTensor<'float32', [32]>
  'features.1.conv.0.1.running_mean': TypedTensor<'float32', [32]>
  'features.1.conv.0.1.running_var': TypedTensor<'float32', [32]>
  'features.1.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.1.conv.1.weight': TypedTensor<'float32', [16, 32, 1, 1]>
  'features.1.conv.2.weight': TypedTensor<'float32', [16]>
  'features.1.conv.2.bias': TypedTensor<'float32', [16]>
  'features.1.conv.2.running_mean': TypedTensor<'float32', [16]>
  'features.1.conv.2.running_var': TypedTensor<'float32', [16]>
  'features.1.conv.2.num_batches_tracked': TypedTensor<'int64', []>
  'features.2.conv.0.0.weight': TypedTensor<'float32', [96, 16, 1, 1]>
  'features.2.conv.0.1.weight': TypedTensor<'float32', [96]>
  'features.2.conv.0.1.bias': TypedTensor<'float32', [96]>
  'features.2.conv.0.1.running_mean': TypedTensor<'float32', [96]>
  'features.2.conv.0.1.running_var': TypedTensor<'float32', [96]>
  'features.2.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.2.conv.1.0.weight': TypedTensor<'float32', [96, 1, 3, 3]>
  'features.2.conv.1.1.weight': TypedTensor<'float32', [96]>
  'features.2.conv.1.1.bias': TypedTensor<'float32', [96]>
  'features.2.conv.1.1.running_mean': TypedTensor<'float32', [96]>
  'features.2.conv.1.1.running_var': TypedTensor<'float32', [96]>
  'features.2.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.2.conv.2.weight': TypedTensor<'float32', [24, 96, 1, 1]>
  'features.2.conv.3.weight': TypedTensor<'float32', [24]>
  'features.2.conv.3.bias': TypedTensor<'float32', [24]>
  'features.2.conv.3.running_mean': TypedTensor<'float32', [24]>
  'features.2.conv.3.running_var': TypedTensor<'float32', [24]>
  'features.2.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.3.conv.0.0.weight': TypedTensor<'float32', [144, 24, 1, 1]>
  'features.3.conv.0.1.weight': TypedTensor<'float32', [144]>
  'features.3.conv.0.1.bias': TypedTensor<'float32', [144]>
  'features.3.conv.0.1.running_mean': TypedTensor<'float32', [144]>
  'features.3.conv.0.1.running_var': TypedTensor<'float32', [144]>
  'features.3.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.3.conv.1.0.weight': TypedTensor<'float32', [144, 1, 3, 3]>
  'features.3.conv.1.1.weight': TypedTensor<'float32', [144]>
  'features.3.conv.1.1.bias': TypedTensor<'float32', [144]>
  'features.3.conv.1.1.running_mean': TypedTensor<'float32', [144]>
  'features.3.conv.1.1.running_var': TypedTensor<'float32', [144]>
  'features.3.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.3.conv.2.weight': TypedTensor<'float32', [24, 144, 1, 1]>
  'features.3.conv.3.weight': TypedTensor<'float32', [24]>
  'features.3.conv.3.bias': TypedTensor<'float32', [24]>
  'features.3.conv.3.running_mean': TypedTensor<'float32', [24]>
  'features.3.conv.3.running_var': TypedTensor<'float32', [24]>
  'features.3.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.4.conv.0.0.weight': TypedTensor<'float32', [144, 24, 1, 1]>
  'features.4.conv.0.1.weight': TypedTensor<'float32', [144]>
  'features.4.conv.0.1.bias': TypedTensor<'float32', [144]>
  'features.4.conv.0.1.running_mean': TypedTensor<'float32', [144]>
  'features.4.conv.0.1.running_var': TypedTensor<'float32', [144]>
  'features.4.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.4.conv.1.0.weight': TypedTensor<'float32', [144, 1, 3, 3]>
  'features.4.conv.1.1.weight': TypedTensor<'float32', [144]>
  'features.4.conv.1.1.bias': TypedTensor<'float32', [144]>
  'features.4.conv.1.1.running_mean': TypedTensor<'float32', [144]>
  'features.4.conv.1.1.running_var': TypedTensor<'float32', [144]>
  'features.4.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.4.conv.2.weight': TypedTensor<'float32', [32, 144, 1, 1]>
  'features.4.conv.3.weight': TypedTensor<'float32', [32]>
  'features.4.conv.3.bias': TypedTensor<'float32', [32]>
  'features.4.conv.3.running_mean': TypedTensor<'float32', [32]>
  'features.4.conv.3.running_var': TypedTensor<'float32', [32]>
  'features.4.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.5.conv.0.0.weight': TypedTensor<'float32', [192, 32, 1, 1]>
  'features.5.conv.0.1.weight': TypedTensor<'float32', [192]>
  'features.5.conv.0.1.bias': TypedTensor<'float32', [192]>
  'features.5.conv.0.1.running_mean': TypedTensor<'float32', [192]>
  'features.5.conv.0.1.running_var': TypedTensor<'float32', [192]>
  'features.5.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.5.conv.1.0.weight': TypedTensor<'float32', [192, 1, 3, 3]>
  'features.5.conv.1.1.weight': TypedTensor<'float32', [192]>
  'features.5.conv.1.1.bias': TypedTensor<'float32', [192]>
  'features.5.conv.1.1.running_mean': TypedTensor<'float32', [192]>
  'features.5.conv.1.1.running_var': TypedTensor<'float32', [192]>
  'features.5.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.5.conv.2.weight': TypedTensor<'float32', [32, 192, 1, 1]>
  'features.5.conv.3.weight': TypedTensor<'float32', [32]>
  'features.5.conv.3.bias': TypedTensor<'float32', [32]>
  'features.5.conv.3.running_mean': TypedTensor<'float32', [32]>
  'features.5.conv.3.running_var': TypedTensor<'float32', [32]>
  'features.5.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.6.conv.0.0.weight': TypedTensor<'float32', [192, 32, 1, 1]>
  'features.6.conv.0.1.weight': TypedTensor<'float32', [192]>
  'features.6.conv.0.1.bias': TypedTensor<'float32', [192]>
  'features.6.conv.0.1.running_mean': TypedTensor<'float32', [192]>
  'features.6.conv.0.1.running_var': TypedTensor<'float32', [192]>
  'features.6.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.6.conv.1.0.weight': TypedTensor<'float32', [192, 1, 3, 3]>
  'features.6.conv.1.1.weight': TypedTensor<'float32', [192]>
  'features.6.conv.1.1.bias': TypedTensor<'float32', [192]>
  'features.6.conv.1.1.running_mean': TypedTensor<'float32', [192]>
  'features.6.conv.1.1.running_var': TypedTensor<'float32', [192]>
  'features.6.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.6.conv.2.weight': TypedTensor<'float32', [32, 192, 1, 1]>
  'features.6.conv.3.weight': TypedTensor<'float32', [32]>
  'features.6.conv.3.bias': TypedTensor<'float32', [32]>
  'features.6.conv.3.running_mean': TypedTensor<'float32', [32]>
  'features.6.conv.3.running_var': TypedTensor<'float32', [32]>
  'features.6.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.7.conv.0.0.weight': TypedTensor<'float32', [192, 32, 1, 1]>
  'features.7.conv.0.1.weight': TypedTensor<'float32', [192]>
  'features.7.conv.0.1.bias': TypedTensor<'float32', [192]>
  'features.7.conv.0.1.running_mean': TypedTensor<'float32', [192]>
  'features.7.conv.0.1.running_var': TypedTensor<'float32', [192]>
  'features.7.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.7.conv.1.0.weight': TypedTensor<'float32', [192, 1, 3, 3]>
  'features.7.conv.1.1.weight': TypedTensor<'float32', [192]>
  'features.7.conv.1.1.bias': TypedTensor<'float32', [192]>
  'features.7.conv.1.1.running_mean': TypedTensor<'float32', [192]>
  'features.7.conv.1.1.running_var': TypedTensor<'float32', [192]>
  'features.7.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.7.conv.2.weight': TypedTensor<'float32', [64, 192, 1, 1]>
  'features.7.conv.3.weight': TypedTensor<'float32', [64]>
  'features.7.conv.3.bias': TypedTensor<'float32', [64]>
  'features.7.conv.3.running_mean': TypedTensor<'float32', [64]>
  'features.7.conv.3.running_var': TypedTensor<'float32', [64]>
  'features.7.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.8.conv.0.0.weight': TypedTensor<'float32', [384, 64, 1, 1]>
  'features.8.conv.0.1.weight': TypedTensor<'float32', [384]>
  'features.8.conv.0.1.bias': TypedTensor<'float32', [384]>
  'features.8.conv.0.1.running_mean': TypedTensor<'float32', [384]>
  'features.8.conv.0.1.running_var': TypedTensor<'float32', [384]>
  'features.8.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.8.conv.1.0.weight': TypedTensor<'float32', [384, 1, 3, 3]>
  'features.8.conv.1.1.weight': TypedTensor<'float32', [384]>
  'features.8.conv.1.1.bias': TypedTensor<'float32', [384]>
  'features.8.conv.1.1.running_mean': TypedTensor<'float32', [384]>
  'features.8.conv.1.1.running_var': TypedTensor<'float32', [384]>
  'features.8.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.8.conv.2.weight': TypedTensor<'float32', [64, 384, 1, 1]>
  'features.8.conv.3.weight': TypedTensor<'float32', [64]>
  'features.8.conv.3.bias': TypedTensor<'float32', [64]>
  'features.8.conv.3.running_mean': TypedTensor<'float32', [64]>
  'features.8.conv.3.running_var': TypedTensor<'float32', [64]>
  'features.8.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.9.conv.0.0.weight': TypedTensor<'float32', [384, 64, 1, 1]>
  'features.9.conv.0.1.weight': TypedTensor<'float32', [384]>
  'features.9.conv.0.1.bias': TypedTensor<'float32', [384]>
  'features.9.conv.0.1.running_mean': TypedTensor<'float32', [384]>
  'features.9.conv.0.1.running_var': TypedTensor<'float32', [384]>
  'features.9.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.9.conv.1.0.weight': TypedTensor<'float32', [384, 1, 3, 3]>
  'features.9.conv.1.1.weight': TypedTensor<'float32', [384]>
  'features.9.conv.1.1.bias': TypedTensor<'float32', [384]>
  'features.9.conv.1.1.running_mean': TypedTensor<'float32', [384]>
  'features.9.conv.1.1.running_var': TypedTensor<'float32', [384]>
  'features.9.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.9.conv.2.weight': TypedTensor<'float32', [64, 384, 1, 1]>
  'features.9.conv.3.weight': TypedTensor<'float32', [64]>
  'features.9.conv.3.bias': TypedTensor<'float32', [64]>
  'features.9.conv.3.running_mean': TypedTensor<'float32', [64]>
  'features.9.conv.3.running_var': TypedTensor<'float32', [64]>
  'features.9.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.10.conv.0.0.weight': TypedTensor<'float32', [384, 64, 1, 1]>
  'features.10.conv.0.1.weight': TypedTensor<'float32', [384]>
  'features.10.conv.0.1.bias': TypedTensor<'float32', [384]>
  'features.10.conv.0.1.running_mean': TypedTensor<'float32', [384]>
  'features.10.conv.0.1.running_var': TypedTensor<'float32', [384]>
  'features.10.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.10.conv.1.0.weight': TypedTensor<'float32', [384, 1, 3, 3]>
  'features.10.conv.1.1.weight': TypedTensor<'float32', [384]>
  'features.10.conv.1.1.bias': TypedTensor<'float32', [384]>
  'features.10.conv.1.1.running_mean': TypedTensor<'float32', [384]>
  'features.10.conv.1.1.running_var': TypedTensor<'float32', [384]>
  'features.10.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.10.conv.2.weight': TypedTensor<'float32', [64, 384, 1, 1]>
  'features.10.conv.3.weight': TypedTensor<'float32', [64]>
  'features.10.conv.3.bias': TypedTensor<'float32', [64]>
  'features.10.conv.3.running_mean': TypedTensor<'float32', [64]>
  'features.10.conv.3.running_var': TypedTensor<'float32', [64]>
  'features.10.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.11.conv.0.0.weight': TypedTensor<'float32', [384, 64, 1, 1]>
  'features.11.conv.0.1.weight': TypedTensor<'float32', [384]>
  'features.11.conv.0.1.bias': TypedTensor<'float32', [384]>
  'features.11.conv.0.1.running_mean': TypedTensor<'float32', [384]>
  'features.11.conv.0.1.running_var': TypedTensor<'float32', [384]>
  'features.11.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.11.conv.1.0.weight': TypedTensor<'float32', [384, 1, 3, 3]>
  'features.11.conv.1.1.weight': TypedTensor<'float32', [384]>
  'features.11.conv.1.1.bias': TypedTensor<'float32', [384]>
  'features.11.conv.1.1.running_mean': TypedTensor<'float32', [384]>
  'features.11.conv.1.1.running_var': TypedTensor<'float32', [384]>
  'features.11.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.11.conv.2.weight': TypedTensor<'float32', [96, 384, 1, 1]>
  'features.11.conv.3.weight': TypedTensor<'float32', [96]>
  'features.11.conv.3.bias': TypedTensor<'float32', [96]>
  'features.11.conv.3.running_mean': TypedTensor<'float32', [96]>
  'features.11.conv.3.running_var': TypedTensor<'float32', [96]>
  'features.11.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.12.conv.0.0.weight': TypedTensor<'float32', [576, 96, 1, 1]>
  'features.12.conv.0.1.weight': TypedTensor<'float32', [576]>
  'features.12.conv.0.1.bias': TypedTensor<'float32', [576]>
  'features.12.conv.0.1.running_mean': TypedTensor<'float32', [576]>
  'features.12.conv.0.1.running_var': TypedTensor<'float32', [576]>
  'features.12.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.12.conv.1.0.weight': TypedTensor<'float32', [576, 1, 3, 3]>
  'features.12.conv.1.1.weight': TypedTensor<'float32', [576]>
  'features.12.conv.1.1.bias': TypedTensor<'float32', [576]>
  'features.12.conv.1.1.running_mean': TypedTensor<'float32', [576]>
  'features.12.conv.1.1.running_var': TypedTensor<'float32', [576]>
  'features.12.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.12.conv.2.weight': TypedTensor<'float32', [96, 576, 1, 1]>
  'features.12.conv.3.weight': TypedTensor<'float32', [96]>
  'features.12.conv.3.bias': TypedTensor<'float32', [96]>
  'features.12.conv.3.running_mean': TypedTensor<'float32', [96]>
  'features.12.conv.3.running_var': TypedTensor<'float32', [96]>
  'features.12.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.13.conv.0.0.weight': TypedTensor<'float32', [576, 96, 1, 1]>
  'features.13.conv.0.1.weight': TypedTensor<'float32', [576]>
  'features.13.conv.0.1.bias': TypedTensor<'float32', [576]>
  'features.13.conv.0.1.running_mean': TypedTensor<'float32', [576]>
  'features.13.conv.0.1.running_var': TypedTensor<'float32', [576]>
  'features.13.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.13.conv.1.0.weight': TypedTensor<'float32', [576, 1, 3, 3]>
  'features.13.conv.1.1.weight': TypedTensor<'float32', [576]>
  'features.13.conv.1.1.bias': TypedTensor<'float32', [576]>
  'features.13.conv.1.1.running_mean': TypedTensor<'float32', [576]>
  'features.13.conv.1.1.running_var': TypedTensor<'float32', [576]>
  'features.13.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.13.conv.2.weight': TypedTensor<'float32', [96, 576, 1, 1]>
  'features.13.conv.3.weight': TypedTensor<'float32', [96]>
  'features.13.conv.3.bias': TypedTensor<'float32', [96]>
  'features.13.conv.3.running_mean': TypedTensor<'float32', [96]>
  'features.13.conv.3.running_var': TypedTensor<'float32', [96]>
  'features.13.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.14.conv.0.0.weight': TypedTensor<'float32', [576, 96, 1, 1]>
  'features.14.conv.0.1.weight': TypedTensor<'float32', [576]>
  'features.14.conv.0.1.bias': TypedTensor<'float32', [576]>
  'features.14.conv.0.1.running_mean': TypedTensor<'float32', [576]>
  'features.14.conv.0.1.running_var': TypedTensor<'float32', [576]>
  'features.14.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.14.conv.1.0.weight': TypedTensor<'float32', [576, 1, 3, 3]>
  'features.14.conv.1.1.weight': TypedTensor<'float32', [576]>
  'features.14.conv.1.1.bias': TypedTensor<'float32', [576]>
  'features.14.conv.1.1.running_mean': TypedTensor<'float32', [576]>
  'features.14.conv.1.1.running_var': TypedTensor<'float32', [576]>
  'features.14.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.14.conv.2.weight': TypedTensor<'float32', [160, 576, 1, 1]>
  'features.14.conv.3.weight': TypedTensor<'float32', [160]>
  'features.14.conv.3.bias': TypedTensor<'float32', [160]>
  'features.14.conv.3.running_mean': TypedTensor<'float32', [160]>
  'features.14.conv.3.running_var': TypedTensor<'float32', [160]>
  'features.14.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.15.conv.0.0.weight': TypedTensor<'float32', [960, 160, 1, 1]>
  'features.15.conv.0.1.weight': TypedTensor<'float32', [960]>
  'features.15.conv.0.1.bias': TypedTensor<'float32', [960]>
  'features.15.conv.0.1.running_mean': TypedTensor<'float32', [960]>
  'features.15.conv.0.1.running_var': TypedTensor<'float32', [960]>
  'features.15.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.15.conv.1.0.weight': TypedTensor<'float32', [960, 1, 3, 3]>
  'features.15.conv.1.1.weight': TypedTensor<'float32', [960]>
  'features.15.conv.1.1.bias': TypedTensor<'float32', [960]>
  'features.15.conv.1.1.running_mean': TypedTensor<'float32', [960]>
  'features.15.conv.1.1.running_var': TypedTensor<'float32', [960]>
  'features.15.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.15.conv.2.weight': TypedTensor<'float32', [160, 960, 1, 1]>
  'features.15.conv.3.weight': TypedTensor<'float32', [160]>
  'features.15.conv.3.bias': TypedTensor<'float32', [160]>
  'features.15.conv.3.running_mean': TypedTensor<'float32', [160]>
  'features.15.conv.3.running_var': TypedTensor<'float32', [160]>
  'features.15.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.16.conv.0.0.weight': TypedTensor<'float32', [960, 160, 1, 1]>
  'features.16.conv.0.1.weight': TypedTensor<'float32', [960]>
  'features.16.conv.0.1.bias': TypedTensor<'float32', [960]>
  'features.16.conv.0.1.running_mean': TypedTensor<'float32', [960]>
  'features.16.conv.0.1.running_var': TypedTensor<'float32', [960]>
  'features.16.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.16.conv.1.0.weight': TypedTensor<'float32', [960, 1, 3, 3]>
  'features.16.conv.1.1.weight': TypedTensor<'float32', [960]>
  'features.16.conv.1.1.bias': TypedTensor<'float32', [960]>
  'features.16.conv.1.1.running_mean': TypedTensor<'float32', [960]>
  'features.16.conv.1.1.running_var': TypedTensor<'float32', [960]>
  'features.16.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.16.conv.2.weight': TypedTensor<'float32', [160, 960, 1, 1]>
  'features.16.conv.3.weight': TypedTensor<'float32', [160]>
  'features.16.conv.3.bias': TypedTensor<'float32', [160]>
  'features.16.conv.3.running_mean': TypedTensor<'float32', [160]>
  'features.16.conv.3.running_var': TypedTensor<'float32', [160]>
  'features.16.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.17.conv.0.0.weight': TypedTensor<'float32', [960, 160, 1, 1]>
  'features.17.conv.0.1.weight': TypedTensor<'float32', [960]>
  'features.17.conv.0.1.bias': TypedTensor<'float32', [960]>
  'features.17.conv.0.1.running_mean': TypedTensor<'float32', [960]>
  'features.17.conv.0.1.running_var': TypedTensor<'float32', [960]>
  'features.17.conv.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.17.conv.1.0.weight': TypedTensor<'float32', [960, 1, 3, 3]>
  'features.17.conv.1.1.weight': TypedTensor<'float32', [960]>
  'features.17.conv.1.1.bias': TypedTensor<'float32', [960]>
  'features.17.conv.1.1.running_mean': TypedTensor<'float32', [960]>
  'features.17.conv.1.1.running_var': TypedTensor<'float32', [960]>
  'features.17.conv.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.17.conv.2.weight': TypedTensor<'float32', [320, 960, 1, 1]>
  'features.17.conv.3.weight': TypedTensor<'float32', [320]>
  'features.17.conv.3.bias': TypedTensor<'float32', [320]>
  'features.17.conv.3.running_mean': TypedTensor<'float32', [320]>
  'features.17.conv.3.running_var': TypedTensor<'float32', [320]>
  'features.17.conv.3.num_batches_tracked': TypedTensor<'int64', []>
  'features.18.0.weight': TypedTensor<'float32', [1280, 320, 1, 1]>
  'features.18.1.weight': TypedTensor<'float32', [1280]>
  'features.18.1.bias': TypedTensor<'float32', [1280]>
  'features.18.1.running_mean': TypedTensor<'float32', [1280]>
  'features.18.1.running_var': TypedTensor<'float32', [1280]>
  'features.18.1.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.1.weight': TypedTensor<'float32', [1000, 1280]>
  'classifier.1.bias': TypedTensor<'float32', [1000]>
}

export interface Conv2dNormActivationOptions {
  readonly in_channels: number
  readonly out_channels: number
  readonly kernel_size?: number
  readonly stride?: number
  readonly groups?: number
}

export interface InvertedResidualOptions {
  readonly inp: number
  readonly oup: number
  readonly stride: number
  readonly expand_ratio: number
}

export interface MobileNetV2Options {
  readonly num_classes?: number
  readonly width_mult?: number
  readonly inverted_residual_setting?: readonly (readonly number[])[]
  readonly round_nearest?: number
  readonly dropout?: number
}

function _make_divisible(v: number, divisor: number): number {
  let new_v = Math.max(divisor, Math.floor(Math.trunc(v + divisor / 2) / divisor) * divisor)
  if (new_v < 0.9 * v) {
    new_v = new_v + divisor
  }

  return new_v
}

function plan(input_channel: number, setting: readonly (readonly number[])[], width_mult: number, round_nearest: number): (readonly number[])[] {
  const out: (readonly number[])[] = []
  for (const [t, c, n, s] of (setting as [number, number, number, number][])) {
    const output_channel = _make_divisible(c * width_mult, round_nearest)
    for (let i = 0; i < n; i++) {
      const stride = i === 0 ? s : 1
      out.push([input_channel, output_channel, stride, t])
      input_channel = output_channel
    }

  }

  return out
}

export class Conv2dNormActivation extends nn.Sequential {
  constructor({ in_channels, out_channels, kernel_size = 3, stride = 1, groups = 1 }: Conv2dNormActivationOptions) {
    super(
      new nn.Conv2d({
        in_channels,
        out_channels,
        kernel_size,
        stride,
        padding: Math.floor((kernel_size - 1) / 2),
        groups,
        bias: false,
      }),
      new nn.BatchNorm2d({ num_features: out_channels }),
      new nn.ReLU6({ inplace: true }),
    )
  }
}

export class InvertedResidual extends Module {
  readonly conv: nn.Sequential
  readonly options: { readonly use_res_connect: boolean }

  constructor({ inp, oup, stride, expand_ratio }: InvertedResidualOptions) {
    super()
    const hidden_dim = Math.trunc(py.round(inp * expand_ratio))
    const use_res_connect = stride === 1 && inp === oup
    this.options = { use_res_connect }

    this.conv = this.registerModule(
      'conv',
      new nn.Sequential(
        ...(expand_ratio !== 1 ? [new Conv2dNormActivation({
          in_channels: inp,
          out_channels: hidden_dim,
          kernel_size: 1,
        })] : []),
        new Conv2dNormActivation({
          in_channels: hidden_dim,
          out_channels: hidden_dim,
          stride,
          groups: hidden_dim,
        }),
        new nn.Conv2d({
          in_channels: hidden_dim,
          out_channels: oup,
          kernel_size: 1,
          stride: 1,
          padding: 0,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: oup }),
      ),
    )
  }

  override forward(x: Tensor): Tensor {
    const { use_res_connect } = this.options
    if (use_res_connect) {
      return x.add(this.conv.forward(x))
    } else {
      return this.conv.forward(x)
    }
  }
}

/**
 * MobileNetV2, Sandler et al. 2018 (arXiv:1801.04381). Keys as torchvision mobilenet_v2.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class MobileNetV2 extends Module<MobileNetV2State> {
  readonly features: nn.Sequential
  readonly classifier: nn.Sequential

  constructor({
      num_classes = 1000,
      width_mult = 1,
      inverted_residual_setting = [
        [1, 16, 1, 1],
        [6, 24, 2, 2],
        [6, 32, 3, 2],
        [6, 64, 4, 2],
        [6, 96, 3, 1],
        [6, 160, 3, 2],
        [6, 320, 1, 1],
      ],
      round_nearest = 8,
      dropout = 0.2,
    }: MobileNetV2Options = {}) {
    super()
    const first = _make_divisible(32 * width_mult, round_nearest)
    const last_channel = _make_divisible(1280 * Math.max(1, width_mult), round_nearest)
    const blocks = plan(first, inverted_residual_setting, width_mult, round_nearest)
    this.features = this.registerModule(
      'features',
      new nn.Sequential(
        new Conv2dNormActivation({ in_channels: 3, out_channels: first, stride: 2 }),
        ...(blocks as [number, number, number, number][]).map(
          ([inp, oup, stride, expand_ratio]) => new InvertedResidual({ inp, oup, stride, expand_ratio }),
        ),
        new Conv2dNormActivation({ in_channels: blocks.at(-1)![1]!, out_channels: last_channel, kernel_size: 1 }),
      ),
    )
    this.classifier = this.registerModule(
      'classifier',
      new nn.Sequential(
        new nn.Dropout({ p: dropout }),
        new nn.Linear({ in_features: last_channel, out_features: num_classes }),
      ),
    )
    this.madeFrom(
      async () => (await import('./mobilenet_v2.source.js')).source,
      { num_classes, width_mult, inverted_residual_setting, round_nearest, dropout },
    )
  }

  override forward(x: Tensor): Tensor {
    x = this.features.forward(x)
    x = F.adaptiveAvgPool2d(x, [1, 1])
    x = F.flatten(x, { start_dim: 1 })
    x = this.classifier.forward(x)
    return x
  }
}
