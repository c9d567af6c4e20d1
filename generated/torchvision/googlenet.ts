// Made by holdfast from specs/torchvision/googlenet.yaml; do not edit: change the spec and build again.
// spec sha256 144f7656733be07cd09fbb29ad0dfbcc53481021b020745568df398224844913
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of GoogLeNet with default options: every key with dtype and shape. */
export type GoogLeNetState = {
  'conv1.conv.weight': TypedTensor<'float32', [64, 3, 7, 7]>
  'conv1.bn.weight': TypedTensor<'float32', [64]>
  'conv1.bn.bias': TypedTensor<'float32', [64]>
  'conv1.bn.running_mean': TypedTensor<'float32', [64]>
  'conv1.bn.running_var': TypedTensor<'float32', [64]>
  'conv1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'conv2.conv.weight': TypedTensor<'float32', [64, 64, 1, 1]>
  'conv2.bn.weight': TypedTensor<'float32', [64]>
  'conv2.bn.bias': TypedTensor<'float32', [64]>
  'conv2.bn.running_mean': TypedTensor<'float32', [64]>
  'conv2.bn.running_var': TypedTensor<'float32', [64]>
  'conv2.bn.num_batches_tracked': TypedTensor<'int64', []>
  'conv3.conv.weight': TypedTensor<'float32', [192, 64, 3, 3]>
  'conv3.bn.weight': TypedTensor<'float32', [192]>
  'conv3.bn.bias': TypedTensor<'float32', [192]>
  'conv3.bn.running_mean': TypedTensor<'float32', [192]>
  'conv3.bn.running_var': TypedTensor<'float32', [192]>
  'conv3.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3a.branch1.conv.weight': TypedTensor<'float32', [64, 192, 1, 1]>
  'inception3a.branch1.bn.weight': TypedTensor<'float32', [64]>
  'inception3a.branch1.bn.bias': TypedTensor<'float32', [64]>
  'inception3a.branch1.bn.running_mean': TypedTensor<'float32', [64]>
  'inception3a.branch1.bn.running_var': TypedTensor<'float32', [64]>
  'inception3a.branch1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3a.branch2.0.conv.weight': TypedTensor<'float32', [96, 192, 1, 1]>
  'inception3a.branch2.0.bn.weight': TypedTensor<'float32', [96]>
  'inception3a.branch2.0.bn.bias': TypedTensor<'float32', [96]>
  'inception3a.branch2.0.bn.running_mean': TypedTensor<'float32', [96]>
  'inception3a.branch2.0.bn.running_var': TypedTensor<'float32', [96]>
  'inception3a.branch2.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3a.branch2.1.conv.weight': TypedTensor<'float32', [128, 96, 3, 3]>
  'inception3a.branch2.1.bn.weight': TypedTensor<'float32', [128]>
  'inception3a.branch2.1.bn.bias': TypedTensor<'float32', [128]>
  'inception3a.branch2.1.bn.running_mean': TypedTensor<'float32', [128]>
  'inception3a.branch2.1.bn.running_var': TypedTensor<'float32', [128]>
  'inception3a.branch2.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3a.branch3.0.conv.weight': TypedTensor<'float32', [16, 192, 1, 1]>
  'inception3a.branch3.0.bn.weight': TypedTensor<'float32', [16]>
  'inception3a.branch3.0.bn.bias': TypedTensor<'float32', [16]>
  'inception3a.branch3.0.bn.running_mean': TypedTensor<'float32', [16]>
  'inception3a.branch3.0.bn.running_var': TypedTensor<'float32', [16]>
  'inception3a.branch3.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3a.branch3.1.conv.weight': TypedTensor<'float32', [32, 16, 3, 3]>
  'inception3a.branch3.1.bn.weight': TypedTensor<'float32', [32]>
  'inception3a.branch3.1.bn.bias': TypedTensor<'float32', [32]>
  'inception3a.branch3.1.bn.running_mean': TypedTensor<'float32', [32]>
  'inception3a.branch3.1.bn.running_var': TypedTensor<'float32', [32]>
  'inception3a.branch3.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3a.branch4.1.conv.weight': TypedTensor<'float32', [32, 192, 1, 1]>
  'inception3a.branch4.1.bn.weight': TypedTensor<'float32', [32]>
  'inception3a.branch4.1.bn.bias': TypedTensor<'float32', [32]>
  'inception3a.branch4.1.bn.running_mean': TypedTensor<'float32', [32]>
  'inception3a.branch4.1.bn.running_var': TypedTensor<'float32', [32]>
  'inception3a.branch4.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3b.branch1.conv.weight': TypedTensor<'float32', [128, 256, 1, 1]>
  'inception3b.branch1.bn.weight': TypedTensor<'float32', [128]>
  'inception3b.branch1.bn.bias': TypedTensor<'float32', [128]>
  'inception3b.branch1.bn.running_mean': TypedTensor<'float32', [128]>
  'inception3b.branch1.bn.running_var': TypedTensor<'float32', [128]>
  'inception3b.branch1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3b.branch2.0.conv.weight': TypedTensor<'float32', [128, 256, 1, 1]>
  'inception3b.branch2.0.bn.weight': TypedTensor<'float32', [128]>
  'inception3b.branch2.0.bn.bias': TypedTensor<'float32', [128]>
  'inception3b.branch2.0.bn.running_mean': TypedTensor<'float32', [128]>
  'inception3b.branch2.0.bn.running_var': TypedTensor<'float32', [128]>
  'inception3b.branch2.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3b.branch2.1.conv.weight': TypedTensor<'float32', [192, 128, 3, 3]>
  'inception3b.branch2.1.bn.weight': TypedTensor<'float32', [192]>
  'inception3b.branch2.1.bn.bias': TypedTensor<'float32', [192]>
  'inception3b.branch2.1.bn.running_mean': TypedTensor<'float32', [192]>
  'inception3b.branch2.1.bn.running_var': TypedTensor<'float32', [192]>
  'inception3b.branch2.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3b.branch3.0.conv.weight': TypedTensor<'float32', [32, 256, 1, 1]>
  'inception3b.branch3.0.bn.weight': TypedTensor<'float32', [32]>
  'inception3b.branch3.0.bn.bias': TypedTensor<'float32', [32]>
  'inception3b.branch3.0.bn.running_mean': TypedTensor<'float32', [32]>
  'inception3b.branch3.0.bn.running_var': TypedTensor<'float32', [32]>
  'inception3b.branch3.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3b.branch3.1.conv.weight': TypedTensor<'float32', [96, 32, 3, 3]>
  'inception3b.branch3.1.bn.weight': TypedTensor<'float32', [96]>
  'inception3b.branch3.1.bn.bias': TypedTensor<'float32', [96]>
  'inception3b.branch3.1.bn.running_mean': TypedTensor<'float32', [96]>
  'inception3b.branch3.1.bn.running_var': TypedTensor<'float32', [96]>
  'inception3b.branch3.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception3b.branch4.1.conv.weight': TypedTensor<'float32', [64, 256, 1, 1]>
  'inception3b.branch4.1.bn.weight': TypedTensor<'float32', [64]>
  'inception3b.branch4.1.bn.bias': TypedTensor<'float32', [64]>
  'inception3b.branch4.1.bn.running_mean': TypedTensor<'float32', [64]>
  'inception3b.branch4.1.bn.running_var': TypedTensor<'float32', [64]>
  'inception3b.branch4.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4a.branch1.conv.weight': TypedTensor<'float32', [192, 480, 1, 1]>
  'inception4a.branch1.bn.weight': TypedTensor<'float32', [192]>
  'inception4a.branch1.bn.bias': TypedTensor<'float32', [192]>
  'inception4a.branch1.bn.running_mean': TypedTensor<'float32', [192]>
  'inception4a.branch1.bn.running_var': TypedTensor<'float32', [192]>
  'inception4a.branch1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4a.branch2.0.conv.weight': TypedTensor<'float32', [96, 480, 1, 1]>
  'inception4a.branch2.0.bn.weight': TypedTensor<'float32', [96]>
  'inception4a.branch2.0.bn.bias': TypedTensor<'float32', [96]>
  'inception4a.branch2.0.bn.running_mean': TypedTensor<'float32', [96]>
  'inception4a.branch2.0.bn.running_var': TypedTensor<'float32', [96]>
  'inception4a.branch2.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4a.branch2.1.conv.weight': TypedTensor<'float32', [208, 96, 3, 3]>
  'inception4a.branch2.1.bn.weight': TypedTensor<'float32', [208]>
  'inception4a.branch2.1.bn.bias': TypedTensor<'float32', [208]>
  'inception4a.branch2.1.bn.running_mean': TypedTensor<'float32', [208]>
  'inception4a.branch2.1.bn.running_var': TypedTensor<'float32', [208]>
  'inception4a.branch2.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4a.branch3.0.conv.weight': TypedTensor<'float32', [16, 480, 1, 1]>
  'inception4a.branch3.0.bn.weight': TypedTensor<'float32', [16]>
  'inception4a.branch3.0.bn.bias': TypedTensor<'float32', [16]>
  'inception4a.branch3.0.bn.running_mean': TypedTensor<'float32', [16]>
  'inception4a.branch3.0.bn.running_var': TypedTensor<'float32', [16]>
  'inception4a.branch3.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4a.branch3.1.conv.weight': TypedTensor<'float32', [48, 16, 3, 3]>
  'inception4a.branch3.1.bn.weight': TypedTensor<'float32', [48]>
  'inception4a.branch3.1.bn.bias': TypedTensor<'float32', [48]>
  'inception4a.branch3.1.bn.running_mean': TypedTensor<'float32', [48]>
  'inception4a.branch3.1.bn.running_var': TypedTensor<'float32', [48]>
  'inception4a.branch3.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4a.branch4.1.conv.weight': TypedTensor<'float32', [64, 480, 1, 1]>
  'inception4a.branch4.1.bn.weight': TypedTensor<'float32', [64]>
  'inception4a.branch4.1.bn.bias': TypedTensor<'float32', [64]>
  'inception4a.branch4.1.bn.running_mean': TypedTensor<'float32', [64]>
  'inception4a.branch4.1.bn.running_var': TypedTensor<'float32', [64]>
  'inception4a.branch4.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4b.branch1.conv.weight': TypedTensor<'float32', [160, 512, 1, 1]>
  'inception4b.branch1.bn.weight': TypedTensor<'float32', [160]>
  'inception4b.branch1.bn.bias': TypedTensor<'float32', [160]>
  'inception4b.branch1.bn.running_mean': TypedTensor<'float32', [160]>
  'inception4b.branch1.bn.running_var': TypedTensor<'float32', [160]>
  'inception4b.branch1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4b.branch2.0.conv.weight': TypedTensor<'float32', [112, 512, 1, 1]>
  'inception4b.branch2.0.bn.weight': TypedTensor<'float32', [112]>
  'inception4b.branch2.0.bn.bias': TypedTensor<'float32', [112]>
  'inception4b.branch2.0.bn.running_mean': TypedTensor<'float32', [112]>
  'inception4b.branch2.0.bn.running_var': TypedTensor<'float32', [112]>
  'inception4b.branch2.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4b.branch2.1.conv.weight': TypedTensor<'float32', [224, 112, 3, 3]>
  'inception4b.branch2.1.bn.weight': TypedTensor<'float32', [224]>
  'inception4b.branch2.1.bn.bias': TypedTensor<'float32', [224]>
  'inception4b.branch2.1.bn.running_mean': TypedTensor<'float32', [224]>
  'inception4b.branch2.1.bn.running_var': TypedTensor<'float32', [224]>
  'inception4b.branch2.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4b.branch3.0.conv.weight': TypedTensor<'float32', [24, 512, 1, 1]>
  'inception4b.branch3.0.bn.weight': TypedTensor<'float32', [24]>
  'inception4b.branch3.0.bn.bias': TypedTensor<'float32', [24]>
  'inception4b.branch3.0.bn.running_mean': TypedTensor<'float32', [24]>
  'inception4b.branch3.0.bn.running_var': TypedTensor<'float32', [24]>
  'inception4b.branch3.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4b.branch3.1.conv.weight': TypedTensor<'float32', [64, 24, 3, 3]>
  'inception4b.branch3.1.bn.weight': TypedTensor<'float32', [64]>
  'inception4b.branch3.1.bn.bias': TypedTensor<'float32', [64]>
  'inception4b.branch3.1.bn.running_mean': TypedTensor<'float32', [64]>
  'inception4b.branch3.1.bn.running_var': TypedTensor<'float32', [64]>
  'inception4b.branch3.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4b.branch4.1.conv.weight': TypedTensor<'float32', [64, 512, 1, 1]>
  'inception4b.branch4.1.bn.weight': TypedTensor<'float32', [64]>
  'inception4b.branch4.1.bn.bias': TypedTensor<'float32', [64]>
  'inception4b.branch4.1.bn.running_mean': TypedTensor<'float32', [64]>
  'inception4b.branch4.1.bn.running_var': TypedTensor<'float32', [64]>
  'inception4b.branch4.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4c.branch1.conv.weight': TypedTensor<'float32', [128, 512, 1, 1]>
  'inception4c.branch1.bn.weight': TypedTensor<'float32', [128]>
  'inception4c.branch1.bn.bias': TypedTensor<'float32', [128]>
  'inception4c.branch1.bn.running_mean': TypedTensor<'float32', [128]>
  'inception4c.branch1.bn.running_var': TypedTensor<'float32', [128]>
  'inception4c.branch1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4c.branch2.0.conv.weight': TypedTensor<'float32', [128, 512, 1, 1]>
  'inception4c.branch2.0.bn.weight': TypedTensor<'float32', [128]>
  'inception4c.branch2.0.bn.bias': TypedTensor<'float32', [128]>
  'inception4c.branch2.0.bn.running_mean': TypedTensor<'float32', [128]>
  'inception4c.branch2.0.bn.running_var': TypedTensor<'float32', [128]>
  'inception4c.branch2.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4c.branch2.1.conv.weight': TypedTensor<'float32', [256, 128, 3, 3]>
  'inception4c.branch2.1.bn.weight': TypedTensor<'float32', [256]>
  'inception4c.branch2.1.bn.bias': TypedTensor<'float32', [256]>
  'inception4c.branch2.1.bn.running_mean': TypedTensor<'float32', [256]>
  'inception4c.branch2.1.bn.running_var': TypedTensor<'float32', [256]>
  'inception4c.branch2.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4c.branch3.0.conv.weight': TypedTensor<'float32', [24, 512, 1, 1]>
  'inception4c.branch3.0.bn.weight': TypedTensor<'float32', [24]>
  'inception4c.branch3.0.bn.bias': TypedTensor<'float32', [24]>
  'inception4c.branch3.0.bn.running_mean': TypedTensor<'float32', [24]>
  'inception4c.branch3.0.bn.running_var': TypedTensor<'float32', [24]>
  'inception4c.branch3.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4c.branch3.1.conv.weight': TypedTensor<'float32', [64, 24, 3, 3]>
  'inception4c.branch3.1.bn.weight': TypedTensor<'float32', [64]>
  'inception4c.branch3.1.bn.bias': TypedTensor<'float32', [64]>
  'inception4c.branch3.1.bn.running_mean': TypedTensor<'float32', [64]>
  'inception4c.branch3.1.bn.running_var': TypedTensor<'float32', [64]>
  'inception4c.branch3.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4c.branch4.1.conv.weight': TypedTensor<'float32', [64, 512, 1, 1]>
  'inception4c.branch4.1.bn.weight': TypedTensor<'float32', [64]>
  'inception4c.branch4.1.bn.bias': TypedTensor<'float32', [64]>
  'inception4c.branch4.1.bn.running_mean': TypedTensor<'float32', [64]>
  'inception4c.branch4.1.bn.running_var': TypedTensor<'float32', [64]>
  'inception4c.branch4.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4d.branch1.conv.weight': TypedTensor<'float32', [112, 512, 1, 1]>
  'inception4d.branch1.bn.weight': TypedTensor<'float32', [112]>
  'inception4d.branch1.bn.bias': TypedTensor<'float32', [112]>
  'inception4d.branch1.bn.running_mean': TypedTensor<'float32', [112]>
  'inception4d.branch1.bn.running_var': TypedTensor<'float32', [112]>
  'inception4d.branch1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4d.branch2.0.conv.weight': TypedTensor<'float32', [144, 512, 1, 1]>
  'inception4d.branch2.0.bn.weight': TypedTensor<'float32', [144]>
  'inception4d.branch2.0.bn.bias': TypedTensor<'float32', [144]>
  'inception4d.branch2.0.bn.running_mean': TypedTensor<'float32', [144]>
  'inception4d.branch2.0.bn.running_var': TypedTensor<'float32', [144]>
  'inception4d.branch2.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4d.branch2.1.conv.weight': TypedTensor<'float32', [288, 144, 3, 3]>
  'inception4d.branch2.1.bn.weight': TypedTensor<'float32', [288]>
  'inception4d.branch2.1.bn.bias': TypedTensor<'float32', [288]>
  'inception4d.branch2.1.bn.running_mean': TypedTensor<'float32', [288]>
  'inception4d.branch2.1.bn.running_var': TypedTensor<'float32', [288]>
  'inception4d.branch2.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4d.branch3.0.conv.weight': TypedTensor<'float32', [32, 512, 1, 1]>
  'inception4d.branch3.0.bn.weight': TypedTensor<'float32', [32]>
  'inception4d.branch3.0.bn.bias': TypedTensor<'float32', [32]>
  'inception4d.branch3.0.bn.running_mean': TypedTensor<'float32', [32]>
  'inception4d.branch3.0.bn.running_var': TypedTensor<'float32', [32]>
  'inception4d.branch3.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4d.branch3.1.conv.weight': TypedTensor<'float32', [64, 32, 3, 3]>
  'inception4d.branch3.1.bn.weight': TypedTensor<'float32', [64]>
  'inception4d.branch3.1.bn.bias': TypedTensor<'float32', [64]>
  'inception4d.branch3.1.bn.running_mean': TypedTensor<'float32', [64]>
  'inception4d.branch3.1.bn.running_var': TypedTensor<'float32', [64]>
  'inception4d.branch3.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4d.branch4.1.conv.weight': TypedTensor<'float32', [64, 512, 1, 1]>
  'inception4d.branch4.1.bn.weight': TypedTensor<'float32', [64]>
  'inception4d.branch4.1.bn.bias': TypedTensor<'float32', [64]>
  'inception4d.branch4.1.bn.running_mean': TypedTensor<'float32', [64]>
  'inception4d.branch4.1.bn.running_var': TypedTensor<'float32', [64]>
  'inception4d.branch4.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4e.branch1.conv.weight': TypedTensor<'float32', [256, 528, 1, 1]>
  'inception4e.branch1.bn.weight': TypedTensor<'float32', [256]>
  'inception4e.branch1.bn.bias': TypedTensor<'float32', [256]>
  'inception4e.branch1.bn.running_mean': TypedTensor<'float32', [256]>
  'inception4e.branch1.bn.running_var': TypedTensor<'float32', [256]>
  'inception4e.branch1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4e.branch2.0.conv.weight': TypedTensor<'float32', [160, 528, 1, 1]>
  'inception4e.branch2.0.bn.weight': TypedTensor<'float32', [160]>
  'inception4e.branch2.0.bn.bias': TypedTensor<'float32', [160]>
  'inception4e.branch2.0.bn.running_mean': TypedTensor<'float32', [160]>
  'inception4e.branch2.0.bn.running_var': TypedTensor<'float32', [160]>
  'inception4e.branch2.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4e.branch2.1.conv.weight': TypedTensor<'float32', [320, 160, 3, 3]>
  'inception4e.branch2.1.bn.weight': TypedTensor<'float32', [320]>
  'inception4e.branch2.1.bn.bias': TypedTensor<'float32', [320]>
  'inception4e.branch2.1.bn.running_mean': TypedTensor<'float32', [320]>
  'inception4e.branch2.1.bn.running_var': TypedTensor<'float32', [320]>
  'inception4e.branch2.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4e.branch3.0.conv.weight': TypedTensor<'float32', [32, 528, 1, 1]>
  'inception4e.branch3.0.bn.weight': TypedTensor<'float32', [32]>
  'inception4e.branch3.0.bn.bias': TypedTensor<'float32', [32]>
  'inception4e.branch3.0.bn.running_mean': TypedTensor<'float32', [32]>
  'inception4e.branch3.0.bn.running_var': TypedTensor<'float32', [32]>
  'inception4e.branch3.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4e.branch3.1.conv.weight': TypedTensor<'float32', [128, 32, 3, 3]>
  'inception4e.branch3.1.bn.weight': TypedTensor<'float32', [128]>
  'inception4e.branch3.1.bn.bias': TypedTensor<'float32', [128]>
  'inception4e.branch3.1.bn.running_mean': TypedTensor<'float32', [128]>
  'inception4e.branch3.1.bn.running_var': TypedTensor<'float32', [128]>
  'inception4e.branch3.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception4e.branch4.1.conv.weight': TypedTensor<'float32', [128, 528, 1, 1]>
  'inception4e.branch4.1.bn.weight': TypedTensor<'float32', [128]>
  'inception4e.branch4.1.bn.bias': TypedTensor<'float32', [128]>
  'inception4e.branch4.1.bn.running_mean': TypedTensor<'float32', [128]>
  'inception4e.branch4.1.bn.running_var': TypedTensor<'float32', [128]>
  'inception4e.branch4.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5a.branch1.conv.weight': TypedTensor<'float32', [256, 832, 1, 1]>
  'inception5a.branch1.bn.weight': TypedTensor<'float32', [256]>
  'inception5a.branch1.bn.bias': TypedTensor<'float32', [256]>
  'inception5a.branch1.bn.running_mean': TypedTensor<'float32', [256]>
  'inception5a.branch1.bn.running_var': TypedTensor<'float32', [256]>
  'inception5a.branch1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5a.branch2.0.conv.weight': TypedTensor<'float32', [160, 832, 1, 1]>
  'inception5a.branch2.0.bn.weight': TypedTensor<'float32', [160]>
  'inception5a.branch2.0.bn.bias': TypedTensor<'float32', [160]>
  'inception5a.branch2.0.bn.running_mean': TypedTensor<'float32', [160]>
  'inception5a.branch2.0.bn.running_var': TypedTensor<'float32', [160]>
  'inception5a.branch2.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5a.branch2.1.conv.weight': TypedTensor<'float32', [320, 160, 3, 3]>
  'inception5a.branch2.1.bn.weight': TypedTensor<'float32', [320]>
  'inception5a.branch2.1.bn.bias': TypedTensor<'float32', [320]>
  'inception5a.branch2.1.bn.running_mean': TypedTensor<'float32', [320]>
  'inception5a.branch2.1.bn.running_var': TypedTensor<'float32', [320]>
  'inception5a.branch2.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5a.branch3.0.conv.weight': TypedTensor<'float32', [32, 832, 1, 1]>
  'inception5a.branch3.0.bn.weight': TypedTensor<'float32', [32]>
  'inception5a.branch3.0.bn.bias': TypedTensor<'float32', [32]>
  'inception5a.branch3.0.bn.running_mean': TypedTensor<'float32', [32]>
  'inception5a.branch3.0.bn.running_var': TypedTensor<'float32', [32]>
  'inception5a.branch3.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5a.branch3.1.conv.weight': TypedTensor<'float32', [128, 32, 3, 3]>
  'inception5a.branch3.1.bn.weight': TypedTensor<'float32', [128]>
  'inception5a.branch3.1.bn.bias': TypedTensor<'float32', [128]>
  'inception5a.branch3.1.bn.running_mean': TypedTensor<'float32', [128]>
  'inception5a.branch3.1.bn.running_var': TypedTensor<'float32', [128]>
  'inception5a.branch3.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5a.branch4.1.conv.weight': TypedTensor<'float32', [128, 832, 1, 1]>
  'inception5a.branch4.1.bn.weight': TypedTensor<'float32', [128]>
  'inception5a.branch4.1.bn.bias': TypedTensor<'float32', [128]>
  'inception5a.branch4.1.bn.running_mean': TypedTensor<'float32', [128]>
  'inception5a.branch4.1.bn.running_var': TypedTensor<'float32', [128]>
  'inception5a.branch4.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5b.branch1.conv.weight': TypedTensor<'float32', [384, 832, 1, 1]>
  'inception5b.branch1.bn.weight': TypedTensor<'float32', [384]>
  'inception5b.branch1.bn.bias': TypedTensor<'float32', [384]>
  'inception5b.branch1.bn.running_mean': TypedTensor<'float32', [384]>
  'inception5b.branch1.bn.running_var': TypedTensor<'float32', [384]>
  'inception5b.branch1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5b.branch2.0.conv.weight': TypedTensor<'float32', [192, 832, 1, 1]>
  'inception5b.branch2.0.bn.weight': TypedTensor<'float32', [192]>
  'inception5b.branch2.0.bn.bias': TypedTensor<'float32', [192]>
  'inception5b.branch2.0.bn.running_mean': TypedTensor<'float32', [192]>
  'inception5b.branch2.0.bn.running_var': TypedTensor<'float32', [192]>
  'inception5b.branch2.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5b.branch2.1.conv.weight': TypedTensor<'float32', [384, 192, 3, 3]>
  'inception5b.branch2.1.bn.weight': TypedTensor<'float32', [384]>
  'inception5b.branch2.1.bn.bias': TypedTensor<'float32', [384]>
  'inception5b.branch2.1.bn.running_mean': TypedTensor<'float32', [384]>
  'inception5b.branch2.1.bn.running_var': TypedTensor<'float32', [384]>
  'inception5b.branch2.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5b.branch3.0.conv.weight': TypedTensor<'float32', [48, 832, 1, 1]>
  'inception5b.branch3.0.bn.weight': TypedTensor<'float32', [48]>
  'inception5b.branch3.0.bn.bias': TypedTensor<'float32', [48]>
  'inception5b.branch3.0.bn.running_mean': TypedTensor<'float32', [48]>
  'inception5b.branch3.0.bn.running_var': TypedTensor<'float32', [48]>
  'inception5b.branch3.0.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5b.branch3.1.conv.weight': TypedTensor<'float32', [128, 48, 3, 3]>
  'inception5b.branch3.1.bn.weight': TypedTensor<'float32', [128]>
  'inception5b.branch3.1.bn.bias': TypedTensor<'float32', [128]>
  'inception5b.branch3.1.bn.running_mean': TypedTensor<'float32', [128]>
  'inception5b.branch3.1.bn.running_var': TypedTensor<'float32', [128]>
  'inception5b.branch3.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'inception5b.branch4.1.conv.weight': TypedTensor<'float32', [128, 832, 1, 1]>
  'inception5b.branch4.1.bn.weight': TypedTensor<'float32', [128]>
  'inception5b.branch4.1.bn.bias': TypedTensor<'float32', [128]>
  'inception5b.branch4.1.bn.running_mean': TypedTensor<'float32', [128]>
  'inception5b.branch4.1.bn.running_var': TypedTensor<'float32', [128]>
  'inception5b.branch4.1.bn.num_batches_tracked': TypedTensor<'int64', []>
  'aux1.conv.conv.weight': TypedTensor<'float32', [128, 512, 1, 1]>
  'aux1.conv.bn.weight': TypedTensor<'float32', [128]>
  'aux1.conv.bn.bias': TypedTensor<'float32', [128]>
  'aux1.conv.bn.running_mean': TypedTensor<'float32', [128]>
  'aux1.conv.bn.running_var': TypedTensor<'float32', [128]>
  'aux1.conv.bn.num_batches_tracked': TypedTensor<'int64', []>
  'aux1.fc1.weight': TypedTensor<'float32', [1024, 2048]>
  'aux1.fc1.bias': TypedTensor<'float32', [1024]>
  'aux1.fc2.weight': TypedTensor<'float32', [1000, 1024]>
  'aux1.fc2.bias': TypedTensor<'float32', [1000]>
  'aux2.conv.conv.weight': TypedTensor<'float32', [128, 528, 1, 1]>
  'aux2.conv.bn.weight': TypedTensor<'float32', [128]>
  'aux2.conv.bn.bias': TypedTensor<'float32', [128]>
  'aux2.conv.bn.running_mean': TypedTensor<'float32', [128]>
  'aux2.conv.bn.running_var': TypedTensor<'float32', [128]>
  'aux2.conv.bn.num_batches_tracked': TypedTensor<'int64', []>
  'aux2.fc1.weight': TypedTensor<'float32', [1024, 2048]>
  'aux2.fc1.bias': TypedTensor<'float32', [1024]>
  'aux2.fc2.weight': TypedTensor<'float32', [1000, 1024]>
  'aux2.fc2.bias': TypedTensor<'float32', [1000]>
  'fc.weight': TypedTensor<'float32', [1000, 1024]>
  'fc.bias': TypedTensor<'float32', [1000]>
}

export interface BasicConv2dOptions {
  readonly in_channels: number
  readonly out_channels: number
  readonly kernel_size?: number
  readonly stride?: number
  readonly padding?: number
}

export interface InceptionOptions {
  readonly in_channels: number
  readonly ch1x1: number
  readonly ch3x3red: number
  readonly ch3x3: number
  readonly ch5x5red: number
  readonly ch5x5: number
  readonly pool_proj: number
}

export interface InceptionAuxOptions {
  readonly in_channels: number
  readonly num_classes: number
  readonly dropout?: number
}

export interface GoogLeNetOptions {
  readonly num_classes?: number
  readonly aux_logits?: boolean
  readonly transform_input?: boolean
  readonly dropout?: number
  readonly dropout_aux?: number
}

export class BasicConv2d extends Module {
  readonly conv: nn.Conv2d
  readonly bn: nn.BatchNorm2d

  constructor({ in_channels, out_channels, kernel_size = 1, stride = 1, padding = 0 }: BasicConv2dOptions) {
    super()
    this.conv = this.registerModule(
      'conv',
      new nn.Conv2d({ in_channels, out_channels, bias: false, kernel_size, stride, padding }),
    )
    this.bn = this.registerModule('bn', new nn.BatchNorm2d({ num_features: out_channels, eps: 0.001 }))
  }

  override forward(x: Tensor): Tensor {
    x = this.conv.forward(x)
    x = this.bn.forward(x)
    return F.relu(x)
  }
}

export class Inception extends Module {
  readonly branch1: BasicConv2d
  readonly branch2: nn.Sequential
  readonly branch3: nn.Sequential
  readonly branch4: nn.Sequential

  constructor({ in_channels, ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj }: InceptionOptions) {
    super()
    this.branch1 = this.registerModule(
      'branch1',
      new BasicConv2d({ in_channels, out_channels: ch1x1, kernel_size: 1 }),
    )
    this.branch2 = this.registerModule(
      'branch2',
      new nn.Sequential(
        new BasicConv2d({ in_channels, out_channels: ch3x3red, kernel_size: 1 }),
        new BasicConv2d({ in_channels: ch3x3red, out_channels: ch3x3, kernel_size: 3, padding: 1 }),
      ),
    )
    this.branch3 = this.registerModule(
      'branch3',
      new nn.Sequential(
        new BasicConv2d({ in_channels, out_channels: ch5x5red, kernel_size: 1 }),
        new BasicConv2d({ in_channels: ch5x5red, out_channels: ch5x5, kernel_size: 3, padding: 1 }),
      ),
    )
    this.branch4 = this.registerModule(
      'branch4',
      new nn.Sequential(
        new nn.MaxPool2d({ kernel_size: 3, stride: 1, padding: 1, ceil_mode: true }),
        new BasicConv2d({ in_channels, out_channels: pool_proj, kernel_size: 1 }),
      ),
    )
  }

  public _forward(x: Tensor): Tensor[] {
    const branch1 = this.branch1.forward(x)
    const branch2 = this.branch2.forward(x)
    const branch3 = this.branch3.forward(x)
    const branch4 = this.branch4.forward(x)
    const outputs = [branch1, branch2, branch3, branch4]
    return outputs
  }

  override forward(x: Tensor): Tensor {
    const outputs = this._forward(x)
    return F.cat(outputs, { dim: 1 })
  }
}

export class InceptionAux extends Module {
  readonly conv: BasicConv2d
  readonly fc1: nn.Linear
  readonly fc2: nn.Linear
  readonly dropout: nn.Dropout
  readonly options: { readonly dropout: number }

  constructor({ in_channels, num_classes, dropout = 0.7 }: InceptionAuxOptions) {
    super()
    this.options = { dropout }

    this.conv = this.registerModule('conv', new BasicConv2d({ in_channels, out_channels: 128, kernel_size: 1 }))
    this.fc1 = this.registerModule('fc1', new nn.Linear({ in_features: 2048, out_features: 1024 }))
    this.fc2 = this.registerModule('fc2', new nn.Linear({ in_features: 1024, out_features: num_classes }))
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout }))
  }

  override forward(x: Tensor): Tensor {
    x = F.adaptiveAvgPool2d(x, [4, 4])
    x = this.conv.forward(x)
    x = F.flatten(x, { start_dim: 1 })
    x = F.relu(this.fc1.forward(x))
    x = this.dropout.forward(x)
    x = this.fc2.forward(x)
    return x
  }
}

/**
 * GoogLeNet with batch normalisation, Szegedy et al. 2014 (arXiv:1409.4842). Keys as torchvision googlenet; the auxiliary heads compute in training only.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class GoogLeNet extends Module<GoogLeNetState> {
  readonly conv1: BasicConv2d
  readonly maxpool1: nn.MaxPool2d
  readonly conv2: BasicConv2d
  readonly conv3: BasicConv2d
  readonly maxpool2: nn.MaxPool2d
  readonly inception3a: Inception
  readonly inception3b: Inception
  readonly maxpool3: nn.MaxPool2d
  readonly inception4a: Inception
  readonly inception4b: Inception
  readonly inception4c: Inception
  readonly inception4d: Inception
  readonly inception4e: Inception
  readonly maxpool4: nn.MaxPool2d
  readonly inception5a: Inception
  readonly inception5b: Inception
  readonly aux1: InceptionAux | null
  readonly aux2: InceptionAux | null
  readonly avgpool: nn.AdaptiveAvgPool2d
  readonly dropout: nn.Dropout
  readonly fc: nn.Linear
  readonly options: { readonly transform_input: boolean; readonly dropout: number }

  constructor({ num_classes = 1000, aux_logits = true, transform_input = false, dropout = 0.2, dropout_aux = 0.7 }: GoogLeNetOptions = {}) {
    super()
    this.options = { transform_input, dropout }

    this.conv1 = this.registerModule(
      'conv1',
      new BasicConv2d({ in_channels: 3, out_channels: 64, kernel_size: 7, stride: 2, padding: 3 }),
    )
    this.maxpool1 = this.registerModule(
      'maxpool1',
      new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }),
    )
    this.conv2 = this.registerModule(
      'conv2',
      new BasicConv2d({ in_channels: 64, out_channels: 64, kernel_size: 1 }),
    )
    this.conv3 = this.registerModule(
      'conv3',
      new BasicConv2d({ in_channels: 64, out_channels: 192, kernel_size: 3, padding: 1 }),
    )
    this.maxpool2 = this.registerModule(
      'maxpool2',
      new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }),
    )
    this.inception3a = this.registerModule(
      'inception3a',
      new Inception({
        in_channels: 192,
        ch1x1: 64,
        ch3x3red: 96,
        ch3x3: 128,
        ch5x5red: 16,
        ch5x5: 32,
        pool_proj: 32,
      }),
    )
    this.inception3b = this.registerModule(
      'inception3b',
      new Inception({
        in_channels: 256,
        ch1x1: 128,
        ch3x3red: 128,
        ch3x3: 192,
        ch5x5red: 32,
        ch5x5: 96,
        pool_proj: 64,
      }),
    )
    this.maxpool3 = this.registerModule(
      'maxpool3',
      new nn.MaxPool2d({ kernel_size: 3, stride: 2, ceil_mode: true }),
    )
    this.inception4a = this.registerModule(
      'inception4a',
      new Inception({
        in_channels: 480,
        ch1x1: 192,
        ch3x3red: 96,
        ch3x3: 208,
        ch5x5red: 16,
        ch5x5: 48,
        pool_proj: 64,
      }),
    )
    this.inception4b = this.registerModule(
      'inception4b',
      new Inception({
        in_channels: 512,
        ch1x1: 160,
        ch3x3red: 112,
        ch3x3: 224,
        ch5x5red: 24,
        ch5x5: 64,
        pool_proj: 64,
      }),
    )
    this.inception4c = this.registerModule(
      'inception4c',
      new Inception({
        in_channels: 512,
        ch1x1: 128,
        ch3x3red: 128,
        ch3x3: 256,
        ch5x5red: 24,
        ch5x5: 64,
        pool_proj: 64,
      }),
    )
    this.inception4d = this.registerModule(
      'inception4d',
      new Inception({
        in_channels: 512,
        ch1x1: 112,
        ch3x3red: 144,
        ch3x3: 288,
        ch5x5red: 32,
        ch5x5: 64,
        pool_proj: 64,
      }),
    )
    this.inception4e = this.registerModule(
      'inception4e',
      new Inception({
        in_channels: 528,
        ch1x1: 256,
        ch3x3red: 160,
        ch3x3: 320,
        ch5x5red: 32,
        ch5x5: 128,
        pool_proj: 128,
      }),
    )
    this.maxpool4 = this.registerModule(
      'maxpool4',
      new nn.MaxPool2d({ kernel_size: 2, stride: 2, ceil_mode: true }),
    )
    this.inception5a = this.registerModule(
      'inception5a',
      new Inception({
        in_channels: 832,
        ch1x1: 256,
        ch3x3red: 160,
        ch3x3: 320,
        ch5x5red: 32,
        ch5x5: 128,
        pool_proj: 128,
      }),
    )
    this.inception5b = this.registerModule(
      'inception5b',
      new Inception({
        in_channels: 832,
        ch1x1: 384,
        ch3x3red: 192,
        ch3x3: 384,
        ch5x5red: 48,
        ch5x5: 128,
        pool_proj: 128,
      }),
    )
    this.aux1 = this.registerModule(
      'aux1',
      aux_logits ? new InceptionAux({ in_channels: 512, num_classes, dropout: dropout_aux }) : null,
    )
    this.aux2 = this.registerModule(
      'aux2',
      aux_logits ? new InceptionAux({ in_channels: 528, num_classes, dropout: dropout_aux }) : null,
    )
    this.avgpool = this.registerModule('avgpool', new nn.AdaptiveAvgPool2d({ output_size: [1, 1] }))
    this.dropout = this.registerModule('dropout', new nn.Dropout({ p: dropout }))
    this.fc = this.registerModule('fc', new nn.Linear({ in_features: 1024, out_features: num_classes }))
    this.madeFrom(
      async () => (await import('./googlenet.source.js')).source,
      { num_classes, aux_logits, transform_input, dropout, dropout_aux },
    )
  }

  public _transform_input(x: Tensor): Tensor {
    const { transform_input } = this.options
    if (transform_input) {
      const x_ch0 = F.unsqueeze(x.getitem([py.sliceOf(), 0]), 1).mul(0.229 / 0.5).add((0.485 - 0.5) / 0.5)
      const x_ch1 = F.unsqueeze(x.getitem([py.sliceOf(), 1]), 1).mul(0.224 / 0.5).add((0.456 - 0.5) / 0.5)
      const x_ch2 = F.unsqueeze(x.getitem([py.sliceOf(), 2]), 1).mul(0.225 / 0.5).add((0.406 - 0.5) / 0.5)
      x = F.cat([x_ch0, x_ch1, x_ch2], { dim: 1 })
    }

    return x
  }

  public _forward(x: Tensor): readonly [Tensor, Tensor | null, Tensor | null] {
    x = this.conv1.forward(x)
    x = this.maxpool1.forward(x)
    x = this.conv2.forward(x)
    x = this.conv3.forward(x)
    x = this.maxpool2.forward(x)
    x = this.inception3a.forward(x)
    x = this.inception3b.forward(x)
    x = this.maxpool3.forward(x)
    x = this.inception4a.forward(x)
    let aux1: Tensor | null = null
    if (this.aux1 !== null) {
      if (this.training) {
        aux1 = this.aux1.forward(x)
      }

    }

    x = this.inception4b.forward(x)
    x = this.inception4c.forward(x)
    x = this.inception4d.forward(x)
    let aux2: Tensor | null = null
    if (this.aux2 !== null) {
      if (this.training) {
        aux2 = this.aux2.forward(x)
      }

    }

    x = this.inception4e.forward(x)
    x = this.maxpool4.forward(x)
    x = this.inception5a.forward(x)
    x = this.inception5b.forward(x)
    x = this.avgpool.forward(x)
    x = F.flatten(x, { start_dim: 1 })
    x = this.dropout.forward(x)
    x = this.fc.forward(x)
    return [x, aux2, aux1]
  }

  override forward(x: Tensor): { readonly logits: Tensor; readonly aux2: Tensor | null; readonly aux1: Tensor | null } {
    x = this._transform_input(x)
    let aux2!: Tensor | null
    let aux1!: Tensor | null
    ;[x, aux2, aux1] = this._forward(x)
    return { logits: x, aux2, aux1 }
  }
}
