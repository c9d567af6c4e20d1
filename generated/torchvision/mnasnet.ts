// Made by holdfast from specs/torchvision/mnasnet.yaml; do not edit: change the spec and build again.
// spec sha256 9752640f1f75d6dc9f107cd33bd56a74cc9ea4ccff213ab21f9ea33e41d632f8
/* eslint-disable */
import { Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of MNASNet with default options: every key with dtype and shape. */
export type MNASNetState = {
  'layers.0.weight': TypedTensor<'float32', [32, 3, 3, 3]>
  'layers.1.weight': TypedTensor<'float32', [32]>
  'layers.1.bias': TypedTensor<'float32', [32]>
  'layers.1.running_mean': TypedTensor<'float32', [32]>
  'layers.1.running_var': TypedTensor<'float32', [32]>
  'layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.3.weight': TypedTensor<'float32', [32, 1, 3, 3]>
  'layers.4.weight': TypedTensor<'float32', [32]>
  'layers.4.bias': TypedTensor<'float32', [32]>
  'layers.4.running_mean': TypedTensor<'float32', [32]>
  'layers.4.running_var': TypedTensor<'float32', [32]>
  'layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.6.weight': TypedTensor<'float32', [16, 32, 1, 1]>
  'layers.7.weight': TypedTensor<'float32', [16]>
  'layers.7.bias': TypedTensor<'float32', [16]>
  'layers.7.running_mean': TypedTensor<'float32', [16]>
  'layers.7.running_var': TypedTensor<'float32', [16]>
  'layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.8.0.layers.0.weight': TypedTensor<'float32', [48, 16, 1, 1]>
  'layers.8.0.layers.1.weight': TypedTensor<'float32', [48]>
  'layers.8.0.layers.1.bias': TypedTensor<'float32', [48]>
  'layers.8.0.layers.1.running_mean': TypedTensor<'float32', [48]>
  'layers.8.0.layers.1.running_var': TypedTensor<'float32', [48]>
  'layers.8.0.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.8.0.layers.3.weight': TypedTensor<'float32', [48, 1, 3, 3]>
  'layers.8.0.layers.4.weight': TypedTensor<'float32', [48]>
  'layers.8.0.layers.4.bias': TypedTensor<'float32', [48]>
  'layers.8.0.layers.4.running_mean': TypedTensor<'float32', [48]>
  'layers.8.0.layers.4.running_var': TypedTensor<'float32', [48]>
  'layers.8.0.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.8.0.layers.6.weight': TypedTensor<'float32', [24, 48, 1, 1]>
  'layers.8.0.layers.7.weight': TypedTensor<'float32', [24]>
  'layers.8.0.layers.7.bias': TypedTensor<'float32', [24]>
  'layers.8.0.layers.7.running_mean': TypedTensor<'float32', [24]>
  'layers.8.0.layers.7.running_var': TypedTensor<'float32', [24]>
  'layers.8.0.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.8.1.layers.0.weight': TypedTensor<'float32', [72, 24, 1, 1]>
  'layers.8.1.layers.1.weight': TypedTensor<'float32', [72]>
  'layers.8.1.layers.1.bias': TypedTensor<'float32', [72]>
  'layers.8.1.layers.1.running_mean': TypedTensor<'float32', [72]>
  'layers.8.1.layers.1.running_var': TypedTensor<'float32', [72]>
  'layers.8.1.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.8.1.layers.3.weight': TypedTensor<'float32', [72, 1, 3, 3]>
  'layers.8.1.layers.4.weight': TypedTensor<'float32', [72]>
  'layers.8.1.layers.4.bias': TypedTensor<'float32', [72]>
  'layers.8.1.layers.4.running_mean': TypedTensor<'float32', [72]>
  'layers.8.1.layers.4.running_var': TypedTensor<'float32', [72]>
  'layers.8.1.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.8.1.layers.6.weight': TypedTensor<'float32', [24, 72, 1, 1]>
  'layers.8.1.layers.7.weight': TypedTensor<'float32', [24]>
  'layers.8.1.layers.7.bias': TypedTensor<'float32', [24]>
  'layers.8.1.layers.7.running_mean': TypedTensor<'float32', [24]>
  'layers.8.1.layers.7.running_var': TypedTensor<'float32', [24]>
  'layers.8.1.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.8.2.layers.0.weight': TypedTensor<'float32', [72, 24, 1, 1]>
  'layers.8.2.layers.1.weight': TypedTensor<'float32', [72]>
  'layers.8.2.layers.1.bias': TypedTensor<'float32', [72]>
  'layers.8.2.layers.1.running_mean': TypedTensor<'float32', [72]>
  'layers.8.2.layers.1.running_var': TypedTensor<'float32', [72]>
  'layers.8.2.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.8.2.layers.3.weight': TypedTensor<'float32', [72, 1, 3, 3]>
  'layers.8.2.layers.4.weight': TypedTensor<'float32', [72]>
  'layers.8.2.layers.4.bias': TypedTensor<'float32', [72]>
  'layers.8.2.layers.4.running_mean': TypedTensor<'float32', [72]>
  'layers.8.2.layers.4.running_var': TypedTensor<'float32', [72]>
  'layers.8.2.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.8.2.layers.6.weight': TypedTensor<'float32', [24, 72, 1, 1]>
  'layers.8.2.layers.7.weight': TypedTensor<'float32', [24]>
  'layers.8.2.layers.7.bias': TypedTensor<'float32', [24]>
  'layers.8.2.layers.7.running_mean': TypedTensor<'float32', [24]>
  'layers.8.2.layers.7.running_var': TypedTensor<'float32', [24]>
  'layers.8.2.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.9.0.layers.0.weight': TypedTensor<'float32', [72, 24, 1, 1]>
  'layers.9.0.layers.1.weight': TypedTensor<'float32', [72]>
  'layers.9.0.layers.1.bias': TypedTensor<'float32', [72]>
  'layers.9.0.layers.1.running_mean': TypedTensor<'float32', [72]>
  'layers.9.0.layers.1.running_var': TypedTensor<'float32', [72]>
  'layers.9.0.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.9.0.layers.3.weight': TypedTensor<'float32', [72, 1, 5, 5]>
  'layers.9.0.layers.4.weight': TypedTensor<'float32', [72]>
  'layers.9.0.layers.4.bias': TypedTensor<'float32', [72]>
  'layers.9.0.layers.4.running_mean': TypedTensor<'float32', [72]>
  'layers.9.0.layers.4.running_var': TypedTensor<'float32', [72]>
  'layers.9.0.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.9.0.layers.6.weight': TypedTensor<'float32', [40, 72, 1, 1]>
  'layers.9.0.layers.7.weight': TypedTensor<'float32', [40]>
  'layers.9.0.layers.7.bias': TypedTensor<'float32', [40]>
  'layers.9.0.layers.7.running_mean': TypedTensor<'float32', [40]>
  'layers.9.0.layers.7.running_var': TypedTensor<'float32', [40]>
  'layers.9.0.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.9.1.layers.0.weight': TypedTensor<'float32', [120, 40, 1, 1]>
  'layers.9.1.layers.1.weight': TypedTensor<'float32', [120]>
  'layers.9.1.layers.1.bias': TypedTensor<'float32', [120]>
  'layers.9.1.layers.1.running_mean': TypedTensor<'float32', [120]>
  'layers.9.1.layers.1.running_var': TypedTensor<'float32', [120]>
  'layers.9.1.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.9.1.layers.3.weight': TypedTensor<'float32', [120, 1, 5, 5]>
  'layers.9.1.layers.4.weight': TypedTensor<'float32', [120]>
  'layers.9.1.layers.4.bias': TypedTensor<'float32', [120]>
  'layers.9.1.layers.4.running_mean': TypedTensor<'float32', [120]>
  'layers.9.1.layers.4.running_var': TypedTensor<'float32', [120]>
  'layers.9.1.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.9.1.layers.6.weight': TypedTensor<'float32', [40, 120, 1, 1]>
  'layers.9.1.layers.7.weight': TypedTensor<'float32', [40]>
  'layers.9.1.layers.7.bias': TypedTensor<'float32', [40]>
  'layers.9.1.layers.7.running_mean': TypedTensor<'float32', [40]>
  'layers.9.1.layers.7.running_var': TypedTensor<'float32', [40]>
  'layers.9.1.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.9.2.layers.0.weight': TypedTensor<'float32', [120, 40, 1, 1]>
  'layers.9.2.layers.1.weight': TypedTensor<'float32', [120]>
  'layers.9.2.layers.1.bias': TypedTensor<'float32', [120]>
  'layers.9.2.layers.1.running_mean': TypedTensor<'float32', [120]>
  'layers.9.2.layers.1.running_var': TypedTensor<'float32', [120]>
  'layers.9.2.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.9.2.layers.3.weight': TypedTensor<'float32', [120, 1, 5, 5]>
  'layers.9.2.layers.4.weight': TypedTensor<'float32', [120]>
  'layers.9.2.layers.4.bias': TypedTensor<'float32', [120]>
  'layers.9.2.layers.4.running_mean': TypedTensor<'float32', [120]>
  'layers.9.2.layers.4.running_var': TypedTensor<'float32', [120]>
  'layers.9.2.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.9.2.layers.6.weight': TypedTensor<'float32', [40, 120, 1, 1]>
  'layers.9.2.layers.7.weight': TypedTensor<'float32', [40]>
  'layers.9.2.layers.7.bias': TypedTensor<'float32', [40]>
  'layers.9.2.layers.7.running_mean': TypedTensor<'float32', [40]>
  'layers.9.2.layers.7.running_var': TypedTensor<'float32', [40]>
  'layers.9.2.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.10.0.layers.0.weight': TypedTensor<'float32', [240, 40, 1, 1]>
  'layers.10.0.layers.1.weight': TypedTensor<'float32', [240]>
  'layers.10.0.layers.1.bias': TypedTensor<'float32', [240]>
  'layers.10.0.layers.1.running_mean': TypedTensor<'float32', [240]>
  'layers.10.0.layers.1.running_var': TypedTensor<'float32', [240]>
  'layers.10.0.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.10.0.layers.3.weight': TypedTensor<'float32', [240, 1, 5, 5]>
  'layers.10.0.layers.4.weight': TypedTensor<'float32', [240]>
  'layers.10.0.layers.4.bias': TypedTensor<'float32', [240]>
  'layers.10.0.layers.4.running_mean': TypedTensor<'float32', [240]>
  'layers.10.0.layers.4.running_var': TypedTensor<'float32', [240]>
  'layers.10.0.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.10.0.layers.6.weight': TypedTensor<'float32', [80, 240, 1, 1]>
  'layers.10.0.layers.7.weight': TypedTensor<'float32', [80]>
  'layers.10.0.layers.7.bias': TypedTensor<'float32', [80]>
  'layers.10.0.layers.7.running_mean': TypedTensor<'float32', [80]>
  'layers.10.0.layers.7.running_var': TypedTensor<'float32', [80]>
  'layers.10.0.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.10.1.layers.0.weight': TypedTensor<'float32', [480, 80, 1, 1]>
  'layers.10.1.layers.1.weight': TypedTensor<'float32', [480]>
  'layers.10.1.layers.1.bias': TypedTensor<'float32', [480]>
  'layers.10.1.layers.1.running_mean': TypedTensor<'float32', [480]>
  'layers.10.1.layers.1.running_var': TypedTensor<'float32', [480]>
  'layers.10.1.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.10.1.layers.3.weight': TypedTensor<'float32', [480, 1, 5, 5]>
  'layers.10.1.layers.4.weight': TypedTensor<'float32', [480]>
  'layers.10.1.layers.4.bias': TypedTensor<'float32', [480]>
  'layers.10.1.layers.4.running_mean': TypedTensor<'float32', [480]>
  'layers.10.1.layers.4.running_var': TypedTensor<'float32', [480]>
  'layers.10.1.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.10.1.layers.6.weight': TypedTensor<'float32', [80, 480, 1, 1]>
  'layers.10.1.layers.7.weight': TypedTensor<'float32', [80]>
  'layers.10.1.layers.7.bias': TypedTensor<'float32', [80]>
  'layers.10.1.layers.7.running_mean': TypedTensor<'float32', [80]>
  'layers.10.1.layers.7.running_var': TypedTensor<'float32', [80]>
  'layers.10.1.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.10.2.layers.0.weight': TypedTensor<'float32', [480, 80, 1, 1]>
  'layers.10.2.layers.1.weight': TypedTensor<'float32', [480]>
  'layers.10.2.layers.1.bias': TypedTensor<'float32', [480]>
  'layers.10.2.layers.1.running_mean': TypedTensor<'float32', [480]>
  'layers.10.2.layers.1.running_var': TypedTensor<'float32', [480]>
  'layers.10.2.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.10.2.layers.3.weight': TypedTensor<'float32', [480, 1, 5, 5]>
  'layers.10.2.layers.4.weight': TypedTensor<'float32', [480]>
  'layers.10.2.layers.4.bias': TypedTensor<'float32', [480]>
  'layers.10.2.layers.4.running_mean': TypedTensor<'float32', [480]>
  'layers.10.2.layers.4.running_var': TypedTensor<'float32', [480]>
  'layers.10.2.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.10.2.layers.6.weight': TypedTensor<'float32', [80, 480, 1, 1]>
  'layers.10.2.layers.7.weight': TypedTensor<'float32', [80]>
  'layers.10.2.layers.7.bias': TypedTensor<'float32', [80]>
  'layers.10.2.layers.7.running_mean': TypedTensor<'float32', [80]>
  'layers.10.2.layers.7.running_var': TypedTensor<'float32', [80]>
  'layers.10.2.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.11.0.layers.0.weight': TypedTensor<'float32', [480, 80, 1, 1]>
  'layers.11.0.layers.1.weight': TypedTensor<'float32', [480]>
  'layers.11.0.layers.1.bias': TypedTensor<'float32', [480]>
  'layers.11.0.layers.1.running_mean': TypedTensor<'float32', [480]>
  'layers.11.0.layers.1.running_var': TypedTensor<'float32', [480]>
  'layers.11.0.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.11.0.layers.3.weight': TypedTensor<'float32', [480, 1, 3, 3]>
  'layers.11.0.layers.4.weight': TypedTensor<'float32', [480]>
  'layers.11.0.layers.4.bias': TypedTensor<'float32', [480]>
  'layers.11.0.layers.4.running_mean': TypedTensor<'float32', [480]>
  'layers.11.0.layers.4.running_var': TypedTensor<'float32', [480]>
  'layers.11.0.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.11.0.layers.6.weight': TypedTensor<'float32', [96, 480, 1, 1]>
  'layers.11.0.layers.7.weight': TypedTensor<'float32', [96]>
  'layers.11.0.layers.7.bias': TypedTensor<'float32', [96]>
  'layers.11.0.layers.7.running_mean': TypedTensor<'float32', [96]>
  'layers.11.0.layers.7.running_var': TypedTensor<'float32', [96]>
  'layers.11.0.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.11.1.layers.0.weight': TypedTensor<'float32', [576, 96, 1, 1]>
  'layers.11.1.layers.1.weight': TypedTensor<'float32', [576]>
  'layers.11.1.layers.1.bias': TypedTensor<'float32', [576]>
  'layers.11.1.layers.1.running_mean': TypedTensor<'float32', [576]>
  'layers.11.1.layers.1.running_var': TypedTensor<'float32', [576]>
  'layers.11.1.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.11.1.layers.3.weight': TypedTensor<'float32', [576, 1, 3, 3]>
  'layers.11.1.layers.4.weight': TypedTensor<'float32', [576]>
  'layers.11.1.layers.4.bias': TypedTensor<'float32', [576]>
  'layers.11.1.layers.4.running_mean': TypedTensor<'float32', [576]>
  'layers.11.1.layers.4.running_var': TypedTensor<'float32', [576]>
  'layers.11.1.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.11.1.layers.6.weight': TypedTensor<'float32', [96, 576, 1, 1]>
  'layers.11.1.layers.7.weight': TypedTensor<'float32', [96]>
  'layers.11.1.layers.7.bias': TypedTensor<'float32', [96]>
  'layers.11.1.layers.7.running_mean': TypedTensor<'float32', [96]>
  'layers.11.1.layers.7.running_var': TypedTensor<'float32', [96]>
  'layers.11.1.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.0.layers.0.weight': TypedTensor<'float32', [576, 96, 1, 1]>
  'layers.12.0.layers.1.weight': TypedTensor<'float32', [576]>
  'layers.12.0.layers.1.bias': TypedTensor<'float32', [576]>
  'layers.12.0.layers.1.running_mean': TypedTensor<'float32', [576]>
  'layers.12.0.layers.1.running_var': TypedTensor<'float32', [576]>
  'layers.12.0.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.0.layers.3.weight': TypedTensor<'float32', [576, 1, 5, 5]>
  'layers.12.0.layers.4.weight': TypedTensor<'float32', [576]>
  'layers.12.0.layers.4.bias': TypedTensor<'float32', [576]>
  'layers.12.0.layers.4.running_mean': TypedTensor<'float32', [576]>
  'layers.12.0.layers.4.running_var': TypedTensor<'float32', [576]>
  'layers.12.0.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.0.layers.6.weight': TypedTensor<'float32', [192, 576, 1, 1]>
  'layers.12.0.layers.7.weight': TypedTensor<'float32', [192]>
  'layers.12.0.layers.7.bias': TypedTensor<'float32', [192]>
  'layers.12.0.layers.7.running_mean': TypedTensor<'float32', [192]>
  'layers.12.0.layers.7.running_var': TypedTensor<'float32', [192]>
  'layers.12.0.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.1.layers.0.weight': TypedTensor<'float32', [1152, 192, 1, 1]>
  'layers.12.1.layers.1.weight': TypedTensor<'float32', [1152]>
  'layers.12.1.layers.1.bias': TypedTensor<'float32', [1152]>
  'layers.12.1.layers.1.running_mean': TypedTensor<'float32', [1152]>
  'layers.12.1.layers.1.running_var': TypedTensor<'float32', [1152]>
  'layers.12.1.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.1.layers.3.weight': TypedTensor<'float32', [1152, 1, 5, 5]>
  'layers.12.1.layers.4.weight': TypedTensor<'float32', [1152]>
  'layers.12.1.layers.4.bias': TypedTensor<'float32', [1152]>
  'layers.12.1.layers.4.running_mean': TypedTensor<'float32', [1152]>
  'layers.12.1.layers.4.running_var': TypedTensor<'float32', [1152]>
  'layers.12.1.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.1.layers.6.weight': TypedTensor<'float32', [192, 1152, 1, 1]>
  'layers.12.1.layers.7.weight': TypedTensor<'float32', [192]>
  'layers.12.1.layers.7.bias': TypedTensor<'float32', [192]>
  'layers.12.1.layers.7.running_mean': TypedTensor<'float32', [192]>
  'layers.12.1.layers.7.running_var': TypedTensor<'float32', [192]>
  'layers.12.1.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.2.layers.0.weight': TypedTensor<'float32', [1152, 192, 1, 1]>
  'layers.12.2.layers.1.weight': TypedTensor<'float32', [1152]>
  'layers.12.2.layers.1.bias': TypedTensor<'float32', [1152]>
  'layers.12.2.layers.1.running_mean': TypedTensor<'float32', [1152]>
  'layers.12.2.layers.1.running_var': TypedTensor<'float32', [1152]>
  'layers.12.2.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.2.layers.3.weight': TypedTensor<'float32', [1152, 1, 5, 5]>
  'layers.12.2.layers.4.weight': TypedTensor<'float32', [1152]>
  'layers.12.2.layers.4.bias': TypedTensor<'float32', [1152]>
  'layers.12.2.layers.4.running_mean': TypedTensor<'float32', [1152]>
  'layers.12.2.layers.4.running_var': TypedTensor<'float32', [1152]>
  'layers.12.2.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.2.layers.6.weight': TypedTensor<'float32', [192, 1152, 1, 1]>
  'layers.12.2.layers.7.weight': TypedTensor<'float32', [192]>
  'layers.12.2.layers.7.bias': TypedTensor<'float32', [192]>
  'layers.12.2.layers.7.running_mean': TypedTensor<'float32', [192]>
  'layers.12.2.layers.7.running_var': TypedTensor<'float32', [192]>
  'layers.12.2.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.3.layers.0.weight': TypedTensor<'float32', [1152, 192, 1, 1]>
  'layers.12.3.layers.1.weight': TypedTensor<'float32', [1152]>
  'layers.12.3.layers.1.bias': TypedTensor<'float32', [1152]>
  'layers.12.3.layers.1.running_mean': TypedTensor<'float32', [1152]>
  'layers.12.3.layers.1.running_var': TypedTensor<'float32', [1152]>
  'layers.12.3.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.3.layers.3.weight': TypedTensor<'float32', [1152, 1, 5, 5]>
  'layers.12.3.layers.4.weight': TypedTensor<'float32', [1152]>
  'layers.12.3.layers.4.bias': TypedTensor<'float32', [1152]>
  'layers.12.3.layers.4.running_mean': TypedTensor<'float32', [1152]>
  'layers.12.3.layers.4.running_var': TypedTensor<'float32', [1152]>
  'layers.12.3.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.12.3.layers.6.weight': TypedTensor<'float32', [192, 1152, 1, 1]>
  'layers.12.3.layers.7.weight': TypedTensor<'float32', [192]>
  'layers.12.3.layers.7.bias': TypedTensor<'float32', [192]>
  'layers.12.3.layers.7.running_mean': TypedTensor<'float32', [192]>
  'layers.12.3.layers.7.running_var': TypedTensor<'float32', [192]>
  'layers.12.3.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.13.0.layers.0.weight': TypedTensor<'float32', [1152, 192, 1, 1]>
  'layers.13.0.layers.1.weight': TypedTensor<'float32', [1152]>
  'layers.13.0.layers.1.bias': TypedTensor<'float32', [1152]>
  'layers.13.0.layers.1.running_mean': TypedTensor<'float32', [1152]>
  'layers.13.0.layers.1.running_var': TypedTensor<'float32', [1152]>
  'layers.13.0.layers.1.num_batches_tracked': TypedTensor<'int64', []>
  'layers.13.0.layers.3.weight': TypedTensor<'float32', [1152, 1, 3, 3]>
  'layers.13.0.layers.4.weight': TypedTensor<'float32', [1152]>
  'layers.13.0.layers.4.bias': TypedTensor<'float32', [1152]>
  'layers.13.0.layers.4.running_mean': TypedTensor<'float32', [1152]>
  'layers.13.0.layers.4.running_var': TypedTensor<'float32', [1152]>
  'layers.13.0.layers.4.num_batches_tracked': TypedTensor<'int64', []>
  'layers.13.0.layers.6.weight': TypedTensor<'float32', [320, 1152, 1, 1]>
  'layers.13.0.layers.7.weight': TypedTensor<'float32', [320]>
  'layers.13.0.layers.7.bias': TypedTensor<'float32', [320]>
  'layers.13.0.layers.7.running_mean': TypedTensor<'float32', [320]>
  'layers.13.0.layers.7.running_var': TypedTensor<'float32', [320]>
  'layers.13.0.layers.7.num_batches_tracked': TypedTensor<'int64', []>
  'layers.14.weight': TypedTensor<'float32', [1280, 320, 1, 1]>
  'layers.15.weight': TypedTensor<'float32', [1280]>
  'layers.15.bias': TypedTensor<'float32', [1280]>
  'layers.15.running_mean': TypedTensor<'float32', [1280]>
  'layers.15.running_var': TypedTensor<'float32', [1280]>
  'layers.15.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.1.weight': TypedTensor<'float32', [1000, 1280]>
  'classifier.1.bias': TypedTensor<'float32', [1000]>
}

export interface _InvertedResidualOptions {
  readonly in_ch: number
  readonly out_ch: number
  readonly kernel_size: number
  readonly stride: number
  readonly expansion_factor: number
  readonly bn_momentum?: number
}

export interface _stackOptions {
  readonly in_ch: number
  readonly out_ch: number
  readonly kernel_size: number
  readonly stride: number
  readonly exp_factor: number
  readonly repeats: number
  readonly bn_momentum: number
}

export interface MNASNetOptions {
  readonly alpha?: number
  readonly num_classes?: number
  readonly dropout?: number
}

function _round_to_multiple_of(val: number, divisor: number, round_up_bias: number = 0.9): number {
  const new_val = Math.max(divisor, Math.floor(Math.trunc(val + divisor / 2) / divisor) * divisor)
  return new_val >= round_up_bias * val ? new_val : new_val + divisor
}

function _get_depths(alpha: number): number[] {
  const depths = [32, 16, 24, 40, 80, 96, 192, 320]
  return depths.map(depth => _round_to_multiple_of(depth * alpha, 8))
}

export class _InvertedResidual extends Module {
  readonly layers: nn.Sequential
  readonly options: { readonly apply_residual: boolean }

  constructor({ in_ch, out_ch, kernel_size, stride, expansion_factor, bn_momentum = 0.1 }: _InvertedResidualOptions) {
    super()
    const mid_ch = in_ch * expansion_factor
    const apply_residual = in_ch === out_ch && stride === 1
    this.options = { apply_residual }

    this.layers = this.registerModule(
      'layers',
      new nn.Sequential(
        new nn.Conv2d({ in_channels: in_ch, out_channels: mid_ch, kernel_size: 1, bias: false }),
        new nn.BatchNorm2d({ num_features: mid_ch, momentum: bn_momentum }),
        new nn.ReLU({ inplace: true }),
        new nn.Conv2d({
          in_channels: mid_ch,
          out_channels: mid_ch,
          kernel_size,
          padding: Math.floor(kernel_size / 2),
          stride,
          groups: mid_ch,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: mid_ch, momentum: bn_momentum }),
        new nn.ReLU({ inplace: true }),
        new nn.Conv2d({ in_channels: mid_ch, out_channels: out_ch, kernel_size: 1, bias: false }),
        new nn.BatchNorm2d({ num_features: out_ch, momentum: bn_momentum }),
      ),
    )
  }

  override forward(input: Tensor): Tensor {
    const { apply_residual } = this.options
    if (apply_residual) {
      return this.layers.forward(input).add(input)
    } else {
      return this.layers.forward(input)
    }
  }
}

export class _stack extends nn.Sequential {
  constructor({ in_ch, out_ch, kernel_size, stride, exp_factor, repeats, bn_momentum }: _stackOptions) {
    super(
      new _InvertedResidual({ in_ch, out_ch, kernel_size, stride, expansion_factor: exp_factor, bn_momentum }),
      ...py.range(1, repeats).map(() => new _InvertedResidual({
        in_ch: out_ch,
        out_ch,
        kernel_size,
        stride: 1,
        expansion_factor: exp_factor,
        bn_momentum,
      })),
    )
  }
}

/**
 * MnasNet B1, Tan et al. 2018 (arXiv:1807.11626). Keys as torchvision mnasnet1_0; other widths by alpha.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class MNASNet extends Module<MNASNetState> {
  readonly layers: nn.Sequential
  readonly classifier: nn.Sequential

  constructor({ alpha = 1, num_classes = 1000, dropout = 0.2 }: MNASNetOptions = {}) {
    super()
    const depths = _get_depths(alpha)
    const _BN_MOMENTUM = 1 - 0.9997
    this.layers = this.registerModule(
      'layers',
      new nn.Sequential(
        new nn.Conv2d({
          in_channels: 3,
          out_channels: depths[0]!,
          kernel_size: 3,
          padding: 1,
          stride: 2,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: depths[0]!, momentum: _BN_MOMENTUM }),
        new nn.ReLU({ inplace: true }),
        new nn.Conv2d({
          in_channels: depths[0]!,
          out_channels: depths[0]!,
          kernel_size: 3,
          padding: 1,
          stride: 1,
          groups: depths[0]!,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: depths[0]!, momentum: _BN_MOMENTUM }),
        new nn.ReLU({ inplace: true }),
        new nn.Conv2d({
          in_channels: depths[0]!,
          out_channels: depths[1]!,
          kernel_size: 1,
          padding: 0,
          stride: 1,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: depths[1]!, momentum: _BN_MOMENTUM }),
        new _stack({
          in_ch: depths[1]!,
          out_ch: depths[2]!,
          kernel_size: 3,
          stride: 2,
          exp_factor: 3,
          repeats: 3,
          bn_momentum: _BN_MOMENTUM,
        }),
        new _stack({
          in_ch: depths[2]!,
          out_ch: depths[3]!,
          kernel_size: 5,
          stride: 2,
          exp_factor: 3,
          repeats: 3,
          bn_momentum: _BN_MOMENTUM,
        }),
        new _stack({
          in_ch: depths[3]!,
          out_ch: depths[4]!,
          kernel_size: 5,
          stride: 2,
          exp_factor: 6,
          repeats: 3,
          bn_momentum: _BN_MOMENTUM,
        }),
        new _stack({
          in_ch: depths[4]!,
          out_ch: depths[5]!,
          kernel_size: 3,
          stride: 1,
          exp_factor: 6,
          repeats: 2,
          bn_momentum: _BN_MOMENTUM,
        }),
        new _stack({
          in_ch: depths[5]!,
          out_ch: depths[6]!,
          kernel_size: 5,
          stride: 2,
          exp_factor: 6,
          repeats: 4,
          bn_momentum: _BN_MOMENTUM,
        }),
        new _stack({
          in_ch: depths[6]!,
          out_ch: depths[7]!,
          kernel_size: 3,
          stride: 1,
          exp_factor: 6,
          repeats: 1,
          bn_momentum: _BN_MOMENTUM,
        }),
        new nn.Conv2d({
          in_channels: depths[7]!,
          out_channels: 1280,
          kernel_size: 1,
          padding: 0,
          stride: 1,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: 1280, momentum: _BN_MOMENTUM }),
        new nn.ReLU({ inplace: true }),
      ),
    )
    this.classifier = this.registerModule(
      'classifier',
      new nn.Sequential(
        new nn.Dropout({ p: dropout, inplace: true }),
        new nn.Linear({ in_features: 1280, out_features: num_classes }),
      ),
    )
    this.madeFrom(async () => (await import('./mnasnet.source.js')).source, { alpha, num_classes, dropout })
  }

  override forward(x: Tensor): Tensor {
    x = this.layers.forward(x)
    x = x.mean({ dim: [2, 3] })
    return this.classifier.forward(x)
  }
}
