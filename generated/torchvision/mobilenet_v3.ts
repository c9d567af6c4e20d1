// Made by holdfast from specs/torchvision/mobilenet_v3.yaml; do not edit: change the spec and build again.
// spec sha256 ca461ec40aa429887a619eef4d2042b358017a124dfff96c5ef49d0fd2e37ba5
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of MobileNetV3 with default options: every key with dtype and shape. */
export type MobileNetV3State = {
  'features.0.0.weight': TypedTensor<'float32', [16, 3, 3, 3]>
  'features.0.1.weight': TypedTensor<'float32', [16]>
  'features.0.1.bias': TypedTensor<'float32', [16]>
  'features.0.1.running_mean': TypedTensor<'float32', [16]>
  'features.0.1.running_var': TypedTensor<'float32', [16]>
  'features.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.1.block.0.0.weight': TypedTensor<'float32', [16, 1, 3, 3]>
  'features.1.block.0.1.weight': TypedTensor<'float32', [16]>
  'features.1.block.0.1.bias': TypedTensor<'float32', [16]>
  'features.1.block.0.1.running_mean': TypedTensor<'float32', [16]>
  'features.1.block.0.1.running_var': TypedTensor<'float32', [16]>
  'features.1.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.1.block.1.fc1.weight': TypedTensor<'float32', [8, 16, 1, 1]>
  'features.1.block.1.fc1.bias': TypedTensor<'float32', [8]>
  'features.1.block.1.fc2.weight': TypedTensor<'float32', [16, 8, 1, 1]>
  'features.1.block.1.fc2.bias': TypedTensor<'float32', [16]>
  'features.1.block.2.0.weight': TypedTensor<'float32', [16, 16, 1, 1]>
  'features.1.block.2.1.weight': TypedTensor<'float32', [16]>
  'features.1.block.2.1.bias': TypedTensor<'float32', [16]>
  'features.1.block.2.1.running_mean': TypedTensor<'float32', [16]>
  'features.1.block.2.1.running_var': TypedTensor<'float32', [16]>
  'features.1.block.2.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.2.block.0.0.weight': TypedTensor<'float32', [72, 16, 1, 1]>
  'features.2.block.0.1.weight': TypedTensor<'float32', [72]>
  'features.2.block.0.1.bias': TypedTensor<'float32', [72]>
  'features.2.block.0.1.running_mean': TypedTensor<'float32', [72]>
  'features.2.block.0.1.running_var': TypedTensor<'float32', [72]>
  'features.2.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.2.block.1.0.weight': TypedTensor<'float32', [72, 1, 3, 3]>
  'features.2.block.1.1.weight': TypedTensor<'float32', [72]>
  'features.2.block.1.1.bias': TypedTensor<'float32', [72]>
  'features.2.block.1.1.running_mean': TypedTensor<'float32', [72]>
  'features.2.block.1.1.running_var': TypedTensor<'float32', [72]>
  'features.2.block.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.2.block.2.0.weight': TypedTensor<'float32', [24, 72, 1, 1]>
  'features.2.block.2.1.weight': TypedTensor<'float32', [24]>
  'features.2.block.2.1.bias': TypedTensor<'float32', [24]>
  'features.2.block.2.1.running_mean': TypedTensor<'float32', [24]>
  'features.2.block.2.1.running_var': TypedTensor<'float32', [24]>
  'features.2.block.2.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.3.block.0.0.weight': TypedTensor<'float32', [88, 24, 1, 1]>
  'features.3.block.0.1.weight': TypedTensor<'float32', [88]>
  'features.3.block.0.1.bias': TypedTensor<'float32', [88]>
  'features.3.block.0.1.running_mean': TypedTensor<'float32', [88]>
  'features.3.block.0.1.running_var': TypedTensor<'float32', [88]>
  'features.3.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.3.block.1.0.weight': TypedTensor<'float32', [88, 1, 3, 3]>
  'features.3.block.1.1.weight': TypedTensor<'float32', [88]>
  'features.3.block.1.1.bias': TypedTensor<'float32', [88]>
  'features.3.block.1.1.running_mean': TypedTensor<'float32', [88]>
  'features.3.block.1.1.running_var': TypedTensor<'float32', [88]>
  'features.3.block.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.3.block.2.0.weight': TypedTensor<'float32', [24, 88, 1, 1]>
  'features.3.block.2.1.weight': TypedTensor<'float32', [24]>
  'features.3.block.2.1.bias': TypedTensor<'float32', [24]>
  'features.3.block.2.1.running_mean': TypedTensor<'float32', [24]>
  'features.3.block.2.1.running_var': TypedTensor<'float32', [24]>
  'features.3.block.2.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.4.block.0.0.weight': TypedTensor<'float32', [96, 24, 1, 1]>
  'features.4.block.0.1.weight': TypedTensor<'float32', [96]>
  'features.4.block.0.1.bias': TypedTensor<'float32', [96]>
  'features.4.block.0.1.running_mean': TypedTensor<'float32', [96]>
  'features.4.block.0.1.running_var': TypedTensor<'float32', [96]>
  'features.4.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.4.block.1.0.weight': TypedTensor<'float32', [96, 1, 5, 5]>
  'features.4.block.1.1.weight': TypedTensor<'float32', [96]>
  'features.4.block.1.1.bias': TypedTensor<'float32', [96]>
  'features.4.block.1.1.running_mean': TypedTensor<'float32', [96]>
  'features.4.block.1.1.running_var': TypedTensor<'float32', [96]>
  'features.4.block.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.4.block.2.fc1.weight': TypedTensor<'float32', [24, 96, 1, 1]>
  'features.4.block.2.fc1.bias': TypedTensor<'float32', [24]>
  'features.4.block.2.fc2.weight': TypedTensor<'float32', [96, 24, 1, 1]>
  'features.4.block.2.fc2.bias': TypedTensor<'float32', [96]>
  'features.4.block.3.0.weight': TypedTensor<'float32', [40, 96, 1, 1]>
  'features.4.block.3.1.weight': TypedTensor<'float32', [40]>
  'features.4.block.3.1.bias': TypedTensor<'float32', [40]>
  'features.4.block.3.1.running_mean': TypedTensor<'float32', [40]>
  'features.4.block.3.1.running_var': TypedTensor<'float32', [40]>
  'features.4.block.3.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.5.block.0.0.weight': TypedTensor<'float32', [240, 40, 1, 1]>
  'features.5.block.0.1.weight': TypedTensor<'float32', [240]>
  'features.5.block.0.1.bias': TypedTensor<'float32', [240]>
  'features.5.block.0.1.running_mean': TypedTensor<'float32', [240]>
  'features.5.block.0.1.running_var': TypedTensor<'float32', [240]>
  'features.5.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.5.block.1.0.weight': TypedTensor<'float32', [240, 1, 5, 5]>
  'features.5.block.1.1.weight': TypedTensor<'float32', [240]>
  'features.5.block.1.1.bias': TypedTensor<'float32', [240]>
  'features.5.block.1.1.running_mean': TypedTensor<'float32', [240]>
  'features.5.block.1.1.running_var': TypedTensor<'float32', [240]>
  'features.5.block.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.5.block.2.fc1.weight': TypedTensor<'float32', [64, 240, 1, 1]>
  'features.5.block.2.fc1.bias': TypedTensor<'float32', [64]>
  'features.5.block.2.fc2.weight': TypedTensor<'float32', [240, 64, 1, 1]>
  'features.5.block.2.fc2.bias': TypedTensor<'float32', [240]>
  'features.5.block.3.0.weight': TypedTensor<'float32', [40, 240, 1, 1]>
  'features.5.block.3.1.weight': TypedTensor<'float32', [40]>
  'features.5.block.3.1.bias': TypedTensor<'float32', [40]>
  'features.5.block.3.1.running_mean': TypedTensor<'float32', [40]>
  'features.5.block.3.1.running_var': TypedTensor<'float32', [40]>
  'features.5.block.3.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.6.block.0.0.weight': TypedTensor<'float32', [240, 40, 1, 1]>
  'features.6.block.0.1.weight': TypedTensor<'float32', [240]>
  'features.6.block.0.1.bias': TypedTensor<'float32', [240]>
  'features.6.block.0.1.running_mean': TypedTensor<'float32', [240]>
  'features.6.block.0.1.running_var': TypedTensor<'float32', [240]>
  'features.6.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.6.block.1.0.weight': TypedTensor<'float32', [240, 1, 5, 5]>
  'features.6.block.1.1.weight': TypedTensor<'float32', [240]>
  'features.6.block.1.1.bias': TypedTensor<'float32', [240]>
  'features.6.block.1.1.running_mean': TypedTensor<'float32', [240]>
  'features.6.block.1.1.running_var': TypedTensor<'float32', [240]>
  'features.6.block.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.6.block.2.fc1.weight': TypedTensor<'float32', [64, 240, 1, 1]>
  'features.6.block.2.fc1.bias': TypedTensor<'float32', [64]>
  'features.6.block.2.fc2.weight': TypedTensor<'float32', [240, 64, 1, 1]>
  'features.6.block.2.fc2.bias': TypedTensor<'float32', [240]>
  'features.6.block.3.0.weight': TypedTensor<'float32', [40, 240, 1, 1]>
  'features.6.block.3.1.weight': TypedTensor<'float32', [40]>
  'features.6.block.3.1.bias': TypedTensor<'float32', [40]>
  'features.6.block.3.1.running_mean': TypedTensor<'float32', [40]>
  'features.6.block.3.1.running_var': TypedTensor<'float32', [40]>
  'features.6.block.3.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.7.block.0.0.weight': TypedTensor<'float32', [120, 40, 1, 1]>
  'features.7.block.0.1.weight': TypedTensor<'float32', [120]>
  'features.7.block.0.1.bias': TypedTensor<'float32', [120]>
  'features.7.block.0.1.running_mean': TypedTensor<'float32', [120]>
  'features.7.block.0.1.running_var': TypedTensor<'float32', [120]>
  'features.7.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.7.block.1.0.weight': TypedTensor<'float32', [120, 1, 5, 5]>
  'features.7.block.1.1.weight': TypedTensor<'float32', [120]>
  'features.7.block.1.1.bias': TypedTensor<'float32', [120]>
  'features.7.block.1.1.running_mean': TypedTensor<'float32', [120]>
  'features.7.block.1.1.running_var': TypedTensor<'float32', [120]>
  'features.7.block.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.7.block.2.fc1.weight': TypedTensor<'float32', [32, 120, 1, 1]>
  'features.7.block.2.fc1.bias': TypedTensor<'float32', [32]>
  'features.7.block.2.fc2.weight': TypedTensor<'float32', [120, 32, 1, 1]>
  'features.7.block.2.fc2.bias': TypedTensor<'float32', [120]>
  'features.7.block.3.0.weight': TypedTensor<'float32', [48, 120, 1, 1]>
  'features.7.block.3.1.weight': TypedTensor<'float32', [48]>
  'features.7.block.3.1.bias': TypedTensor<'float32', [48]>
  'features.7.block.3.1.running_mean': TypedTensor<'float32', [48]>
  'features.7.block.3.1.running_var': TypedTensor<'float32', [48]>
  'features.7.block.3.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.8.block.0.0.weight': TypedTensor<'float32', [144, 48, 1, 1]>
  'features.8.block.0.1.weight': TypedTensor<'float32', [144]>
  'features.8.block.0.1.bias': TypedTensor<'float32', [144]>
  'features.8.block.0.1.running_mean': TypedTensor<'float32', [144]>
  'features.8.block.0.1.running_var': TypedTensor<'float32', [144]>
  'features.8.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.8.block.1.0.weight': TypedTensor<'float32', [144, 1, 5, 5]>
  'features.8.block.1.1.weight': TypedTensor<'float32', [144]>
  'features.8.block.1.1.bias': TypedTensor<'float32', [144]>
  'features.8.block.1.1.running_mean': TypedTensor<'float32', [144]>
  'features.8.block.1.1.running_var': TypedTensor<'float32', [144]>
  'features.8.block.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.8.block.2.fc1.weight': TypedTensor<'float32', [40, 144, 1, 1]>
  'features.8.block.2.fc1.bias': TypedTensor<'float32', [40]>
  'features.8.block.2.fc2.weight': TypedTensor<'float32', [144, 40, 1, 1]>
  'features.8.block.2.fc2.bias': TypedTensor<'float32', [144]>
  'features.8.block.3.0.weight': TypedTensor<'float32', [48, 144, 1, 1]>
  'features.8.block.3.1.weight': TypedTensor<'float32', [48]>
  'features.8.block.3.1.bias': TypedTensor<'float32', [48]>
  'features.8.block.3.1.running_mean': TypedTensor<'float32', [48]>
  'features.8.block.3.1.running_var': TypedTensor<'float32', [48]>
  'features.8.block.3.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.9.block.0.0.weight': TypedTensor<'float32', [288, 48, 1, 1]>
  'features.9.block.0.1.weight': TypedTensor<'float32', [288]>
  'features.9.block.0.1.bias': TypedTensor<'float32', [288]>
  'features.9.block.0.1.running_mean': TypedTensor<'float32', [288]>
  'features.9.block.0.1.running_var': TypedTensor<'float32', [288]>
  'features.9.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.9.block.1.0.weight': TypedTensor<'float32', [288, 1, 5, 5]>
  'features.9.block.1.1.weight': TypedTensor<'float32', [288]>
  'features.9.block.1.1.bias': TypedTensor<'float32', [288]>
  'features.9.block.1.1.running_mean': TypedTensor<'float32', [288]>
  'features.9.block.1.1.running_var': TypedTensor<'float32', [288]>
  'features.9.block.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.9.block.2.fc1.weight': TypedTensor<'float32', [72, 288, 1, 1]>
  'features.9.block.2.fc1.bias': TypedTensor<'float32', [72]>
  'features.9.block.2.fc2.weight': TypedTensor<'float32', [288, 72, 1, 1]>
  'features.9.block.2.fc2.bias': TypedTensor<'float32', [288]>
  'features.9.block.3.0.weight': TypedTensor<'float32', [96, 288, 1, 1]>
  'features.9.block.3.1.weight': TypedTensor<'float32', [96]>
  'features.9.block.3.1.bias': TypedTensor<'float32', [96]>
  'features.9.block.3.1.running_mean': TypedTensor<'float32', [96]>
  'features.9.block.3.1.running_var': TypedTensor<'float32', [96]>
  'features.9.block.3.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.10.block.0.0.weight': TypedTensor<'float32', [576, 96, 1, 1]>
  'features.10.block.0.1.weight': TypedTensor<'float32', [576]>
  'features.10.block.0.1.bias': TypedTensor<'float32', [576]>
  'features.10.block.0.1.running_mean': TypedTensor<'float32', [576]>
  'features.10.block.0.1.running_var': TypedTensor<'float32', [576]>
  'features.10.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.10.block.1.0.weight': TypedTensor<'float32', [576, 1, 5, 5]>
  'features.10.block.1.1.weight': TypedTensor<'float32', [576]>
  'features.10.block.1.1.bias': TypedTensor<'float32', [576]>
  'features.10.block.1.1.running_mean': TypedTensor<'float32', [576]>
  'features.10.block.1.1.running_var': TypedTensor<'float32', [576]>
  'features.10.block.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.10.block.2.fc1.weight': TypedTensor<'float32', [144, 576, 1, 1]>
  'features.10.block.2.fc1.bias': TypedTensor<'float32', [144]>
  'features.10.block.2.fc2.weight': TypedTensor<'float32', [576, 144, 1, 1]>
  'features.10.block.2.fc2.bias': TypedTensor<'float32', [576]>
  'features.10.block.3.0.weight': TypedTensor<'float32', [96, 576, 1, 1]>
  'features.10.block.3.1.weight': TypedTensor<'float32', [96]>
  'features.10.block.3.1.bias': TypedTensor<'float32', [96]>
  'features.10.block.3.1.running_mean': TypedTensor<'float32', [96]>
  'features.10.block.3.1.running_var': TypedTensor<'float32', [96]>
  'features.10.block.3.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.11.block.0.0.weight': TypedTensor<'float32', [576, 96, 1, 1]>
  'features.11.block.0.1.weight': TypedTensor<'float32', [576]>
  'features.11.block.0.1.bias': TypedTensor<'float32', [576]>
  'features.11.block.0.1.running_mean': TypedTensor<'float32', [576]>
  'features.11.block.0.1.running_var': TypedTensor<'float32', [576]>
  'features.11.block.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.11.block.1.0.weight': TypedTensor<'float32', [576, 1, 5, 5]>
  'features.11.block.1.1.weight': TypedTensor<'float32', [576]>
  'features.11.block.1.1.bias': TypedTensor<'float32', [576]>
  'features.11.block.1.1.running_mean': TypedTensor<'float32', [576]>
  'features.11.block.1.1.running_var': TypedTensor<'float32', [576]>
  'features.11.block.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.11.block.2.fc1.weight': TypedTensor<'float32', [144, 576, 1, 1]>
  'features.11.block.2.fc1.bias': TypedTensor<'float32', [144]>
  'features.11.block.2.fc2.weight': TypedTensor<'float32', [576, 144, 1, 1]>
  'features.11.block.2.fc2.bias': TypedTensor<'float32', [576]>
  'features.11.block.3.0.weight': TypedTensor<'float32', [96, 576, 1, 1]>
  'features.11.block.3.1.weight': TypedTensor<'float32', [96]>
  'features.11.block.3.1.bias': TypedTensor<'float32', [96]>
  'features.11.block.3.1.running_mean': TypedTensor<'float32', [96]>
  'features.11.block.3.1.running_var': TypedTensor<'float32', [96]>
  'features.11.block.3.1.num_batches_tracked': TypedTensor<'int64', []>
  'features.12.0.weight': TypedTensor<'float32', [576, 96, 1, 1]>
  'features.12.1.weight': TypedTensor<'float32', [576]>
  'features.12.1.bias': TypedTensor<'float32', [576]>
  'features.12.1.running_mean': TypedTensor<'float32', [576]>
  'features.12.1.running_var': TypedTensor<'float32', [576]>
  'features.12.1.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.0.weight': TypedTensor<'float32', [1024, 576]>
  'classifier.0.bias': TypedTensor<'float32', [1024]>
  'classifier.3.weight': TypedTensor<'float32', [1000, 1024]>
  'classifier.3.bias': TypedTensor<'float32', [1000]>
}

export interface Conv2dNormActivationOptions {
  readonly in_channels: number
  readonly out_channels: number
  readonly kernel_size?: number
  readonly stride?: number
  readonly groups?: number
  readonly activation?: 'none' | 'relu' | 'hardswish'
  readonly dilation?: number
}

export interface SqueezeExcitationOptions {
  readonly input_channels: number
  readonly squeeze_channels: number
}

export interface InvertedResidualOptions {
  readonly input_channels: number
  readonly kernel: number
  readonly expanded_channels: number
  readonly out_channels: number
  readonly use_se: boolean
  readonly use_hs: boolean
  readonly stride: number
  readonly dilation: number
}

export interface MobileNetV3Options {
  readonly setting?: readonly (readonly number[])[]
  readonly last_channel?: number
  readonly num_classes?: number
  readonly dropout?: number
}

function _make_divisible(v: number, divisor: number): number {
  let new_v = Math.max(divisor, Math.floor(Math.trunc(v + divisor / 2) / divisor) * divisor)
  if (new_v < 0.9 * v) {
    new_v = new_v + divisor
  }

  return new_v
}

export class Conv2dNormActivation extends nn.Sequential {
  constructor({ in_channels, out_channels, kernel_size = 3, stride = 1, groups = 1, activation = 'none', dilation = 1 }: Conv2dNormActivationOptions) {
    super(
      new nn.Conv2d({
        in_channels,
        out_channels,
        kernel_size,
        stride,
        padding: Math.floor((kernel_size - 1) / 2) * dilation,
        dilation,
        groups,
        bias: false,
      }),
      new nn.BatchNorm2d({ num_features: out_channels, eps: 0.001, momentum: 0.01 }),
      ...(activation === 'relu' ? [new nn.ReLU({ inplace: true })] : []),
      ...(activation === 'hardswish' ? [new nn.Hardswish({ inplace: true })] : []),
    )
  }
}

export class SqueezeExcitation extends Module {
  readonly avgpool: nn.AdaptiveAvgPool2d
  readonly fc1: nn.Conv2d
  readonly fc2: nn.Conv2d
  readonly activation: nn.ReLU
  readonly scale_activation: nn.Hardsigmoid

  constructor({ input_channels, squeeze_channels }: SqueezeExcitationOptions) {
    super()
    this.avgpool = this.registerModule('avgpool', new nn.AdaptiveAvgPool2d({ output_size: 1 }))
    this.fc1 = this.registerModule(
      'fc1',
      new nn.Conv2d({ in_channels: input_channels, out_channels: squeeze_channels, kernel_size: 1 }),
    )
    this.fc2 = this.registerModule(
      'fc2',
      new nn.Conv2d({ in_channels: squeeze_channels, out_channels: input_channels, kernel_size: 1 }),
    )
    this.activation = this.registerModule('activation', new nn.ReLU())
    this.scale_activation = this.registerModule('scale_activation', new nn.Hardsigmoid())
  }

  public _scale(input: Tensor): Tensor {
    let scale = this.avgpool.forward(input)
    scale = this.fc1.forward(scale)
    scale = this.activation.forward(scale)
    scale = this.fc2.forward(scale)
    return this.scale_activation.forward(scale)
  }

  override forward(input: Tensor): Tensor {
    const scale = this._scale(input)
    return scale.mul(input)
  }
}

export class InvertedResidual extends Module {
  readonly block: nn.Sequential
  readonly options: { readonly use_res_connect: boolean }

  constructor({ input_channels, kernel, expanded_channels, out_channels, use_se, use_hs, stride, dilation }: InvertedResidualOptions) {
    super()
    const use_res_connect = stride === 1 && input_channels === out_channels
    const activation = use_hs ? 'hardswish' : 'relu'
    this.options = { use_res_connect }

    this.block = this.registerModule(
      'block',
      new nn.Sequential(
        ...(expanded_channels !== input_channels ? [new Conv2dNormActivation({
          in_channels: input_channels,
          out_channels: expanded_channels,
          kernel_size: 1,
          activation,
        })] : []),
        new Conv2dNormActivation({
          in_channels: expanded_channels,
          out_channels: expanded_channels,
          kernel_size: kernel,
          stride: dilation > 1 ? 1 : stride,
          dilation,
          groups: expanded_channels,
          activation,
        }),
        ...(use_se ? [new SqueezeExcitation({
          input_channels: expanded_channels,
          squeeze_channels: _make_divisible(Math.floor(expanded_channels / 4), 8),
        })] : []),
        new Conv2dNormActivation({ in_channels: expanded_channels, out_channels, kernel_size: 1 }),
      ),
    )
  }

  override forward(input: Tensor): Tensor {
    const { use_res_connect } = this.options
    let result = this.block.forward(input)
    if (use_res_connect) {
      result = result.add(input)
    }

    return result
  }
}

/**
 * MobileNetV3, Howard et al. 2019 (arXiv:1905.02244). Keys as torchvision mobilenet_v3_small; large by setting and last_channel.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class MobileNetV3 extends Module<MobileNetV3State> {
  readonly features: nn.Sequential
  readonly avgpool: nn.AdaptiveAvgPool2d
  readonly classifier: nn.Sequential

  constructor({
      setting = [
        [16, 3, 16, 16, 1, 0, 2, 1],
        [16, 3, 72, 24, 0, 0, 2, 1],
        [24, 3, 88, 24, 0, 0, 1, 1],
        [24, 5, 96, 40, 1, 1, 2, 1],
        [40, 5, 240, 40, 1, 1, 1, 1],
        [40, 5, 240, 40, 1, 1, 1, 1],
        [40, 5, 120, 48, 1, 1, 1, 1],
        [48, 5, 144, 48, 1, 1, 1, 1],
        [48, 5, 288, 96, 1, 1, 2, 1],
        [96, 5, 576, 96, 1, 1, 1, 1],
        [96, 5, 576, 96, 1, 1, 1, 1],
      ],
      last_channel = 1024,
      num_classes = 1000,
      dropout = 0.2,
    }: MobileNetV3Options = {}) {
    super()
    this.features = this.registerModule(
      'features',
      new nn.Sequential(
        new Conv2dNormActivation({
          in_channels: 3,
          out_channels: setting[0]![0]!,
          stride: 2,
          activation: 'hardswish',
        }),
        ...(setting as [number, number, number, number, number, number, number, number][]).map(
          ([inp, k, exp, out, se, hs, stride, dil]) => new InvertedResidual({
            input_channels: inp,
            kernel: k,
            expanded_channels: exp,
            out_channels: out,
            use_se: se === 1,
            use_hs: hs === 1,
            stride,
            dilation: dil,
          }),
        ),
        new Conv2dNormActivation({
          in_channels: setting.at(-1)![3]!,
          out_channels: 6 * setting.at(-1)![3]!,
          kernel_size: 1,
          activation: 'hardswish',
        }),
      ),
    )
    this.avgpool = this.registerModule('avgpool', new nn.AdaptiveAvgPool2d({ output_size: 1 }))
    this.classifier = this.registerModule(
      'classifier',
      new nn.Sequential(
        new nn.Linear({ in_features: 6 * setting.at(-1)![3]!, out_features: last_channel }),
        new nn.Hardswish({ inplace: true }),
        new nn.Dropout({ p: dropout, inplace: true }),
        new nn.Linear({ in_features: last_channel, out_features: num_classes }),
      ),
    )
    this.madeFrom(
      async () => (await import('./mobilenet_v3.source.js')).source,
      { setting, last_channel, num_classes, dropout },
    )
  }

  override forward(x: Tensor): Tensor {
    x = this.features.forward(x)
    x = this.avgpool.forward(x)
    x = F.flatten(x, { start_dim: 1 })
    x = this.classifier.forward(x)
    return x
  }
}
