// Made by holdfast from specs/torchvision/resnet.yaml; do not edit: change the spec and build again.
// spec sha256 34c81a2a25a1ea85b164eaa703eb6946c8def74eaf81a52b0d13f84dd071cbf2
/* eslint-disable */
import { F, Module, nn, py, type KeyContract, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { contracts } from './resnet.keys.js'

/** The state_dict of ResNet with default options: every key with dtype and shape. */
export type ResNetState = {
  'conv1.weight': TypedTensor<'float32', [64, 3, 7, 7]>
  'bn1.weight': TypedTensor<'float32', [64]>
  'bn1.bias': TypedTensor<'float32', [64]>
  'bn1.running_mean': TypedTensor<'float32', [64]>
  'bn1.running_var': TypedTensor<'float32', [64]>
  'bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer1.0.conv1.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'layer1.0.bn1.weight': TypedTensor<'float32', [64]>
  'layer1.0.bn1.bias': TypedTensor<'float32', [64]>
  'layer1.0.bn1.running_mean': TypedTensor<'float32', [64]>
  'layer1.0.bn1.running_var': TypedTensor<'float32', [64]>
  'layer1.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer1.0.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'layer1.0.bn2.weight': TypedTensor<'float32', [64]>
  'layer1.0.bn2.bias': TypedTensor<'float32', [64]>
  'layer1.0.bn2.running_mean': TypedTensor<'float32', [64]>
  'layer1.0.bn2.running_var': TypedTensor<'float32', [64]>
  'layer1.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer1.1.conv1.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'layer1.1.bn1.weight': TypedTensor<'float32', [64]>
  'layer1.1.bn1.bias': TypedTensor<'float32', [64]>
  'layer1.1.bn1.running_mean': TypedTensor<'float32', [64]>
  'layer1.1.bn1.running_var': TypedTensor<'float32', [64]>
  'layer1.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer1.1.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'layer1.1.bn2.weight': TypedTensor<'float32', [64]>
  'layer1.1.bn2.bias': TypedTensor<'float32', [64]>
  'layer1.1.bn2.running_mean': TypedTensor<'float32', [64]>
  'layer1.1.bn2.running_var': TypedTensor<'float32', [64]>
  'layer1.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.0.conv1.weight': TypedTensor<'float32', [128, 64, 3, 3]>
  'layer2.0.bn1.weight': TypedTensor<'float32', [128]>
  'layer2.0.bn1.bias': TypedTensor<'float32', [128]>
  'layer2.0.bn1.running_mean': TypedTensor<'float32', [128]>
  'layer2.0.bn1.running_var': TypedTensor<'float32', [128]>
  'layer2.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.0.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'layer2.0.bn2.weight': TypedTensor<'float32', [128]>
  'layer2.0.bn2.bias': TypedTensor<'float32', [128]>
  'layer2.0.bn2.running_mean': TypedTensor<'float32', [128]>
  'layer2.0.bn2.running_var': TypedTensor<'float32', [128]>
  'layer2.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.0.downsample.0.weight': TypedTensor<'float32', [128, 64, 1, 1]>
  'layer2.0.downsample.1.weight': TypedTensor<'float32', [128]>
  'layer2.0.downsample.1.bias': TypedTensor<'float32', [128]>
  'layer2.0.downsample.1.running_mean': TypedTensor<'float32', [128]>
  'layer2.0.downsample.1.running_var': TypedTensor<'float32', [128]>
  'layer2.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.1.conv1.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'layer2.1.bn1.weight': TypedTensor<'float32', [128]>
  'layer2.1.bn1.bias': TypedTensor<'float32', [128]>
  'layer2.1.bn1.running_mean': TypedTensor<'float32', [128]>
  'layer2.1.bn1.running_var': TypedTensor<'float32', [128]>
  'layer2.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer2.1.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'layer2.1.bn2.weight': TypedTensor<'float32', [128]>
  'layer2.1.bn2.bias': TypedTensor<'float32', [128]>
  'layer2.1.bn2.running_mean': TypedTensor<'float32', [128]>
  'layer2.1.bn2.running_var': TypedTensor<'float32', [128]>
  'layer2.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.0.conv1.weight': TypedTensor<'float32', [256, 128, 3, 3]>
  'layer3.0.bn1.weight': TypedTensor<'float32', [256]>
  'layer3.0.bn1.bias': TypedTensor<'float32', [256]>
  'layer3.0.bn1.running_mean': TypedTensor<'float32', [256]>
  'layer3.0.bn1.running_var': TypedTensor<'float32', [256]>
  'layer3.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.0.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'layer3.0.bn2.weight': TypedTensor<'float32', [256]>
  'layer3.0.bn2.bias': TypedTensor<'float32', [256]>
  'layer3.0.bn2.running_mean': TypedTensor<'float32', [256]>
  'layer3.0.bn2.running_var': TypedTensor<'float32', [256]>
  'layer3.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.0.downsample.0.weight': TypedTensor<'float32', [256, 128, 1, 1]>
  'layer3.0.downsample.1.weight': TypedTensor<'float32', [256]>
  'layer3.0.downsample.1.bias': TypedTensor<'float32', [256]>
  'layer3.0.downsample.1.running_mean': TypedTensor<'float32', [256]>
  'layer3.0.downsample.1.running_var': TypedTensor<'float32', [256]>
  'layer3.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.1.conv1.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'layer3.1.bn1.weight': TypedTensor<'float32', [256]>
  'layer3.1.bn1.bias': TypedTensor<'float32', [256]>
  'layer3.1.bn1.running_mean': TypedTensor<'float32', [256]>
  'layer3.1.bn1.running_var': TypedTensor<'float32', [256]>
  'layer3.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer3.1.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'layer3.1.bn2.weight': TypedTensor<'float32', [256]>
  'layer3.1.bn2.bias': TypedTensor<'float32', [256]>
  'layer3.1.bn2.running_mean': TypedTensor<'float32', [256]>
  'layer3.1.bn2.running_var': TypedTensor<'float32', [256]>
  'layer3.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer4.0.conv1.weight': TypedTensor<'float32', [512, 256, 3, 3]>
  'layer4.0.bn1.weight': TypedTensor<'float32', [512]>
  'layer4.0.bn1.bias': TypedTensor<'float32', [512]>
  'layer4.0.bn1.running_mean': TypedTensor<'float32', [512]>
  'layer4.0.bn1.running_var': TypedTensor<'float32', [512]>
  'layer4.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer4.0.conv2.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'layer4.0.bn2.weight': TypedTensor<'float32', [512]>
  'layer4.0.bn2.bias': TypedTensor<'float32', [512]>
  'layer4.0.bn2.running_mean': TypedTensor<'float32', [512]>
  'layer4.0.bn2.running_var': TypedTensor<'float32', [512]>
  'layer4.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'layer4.0.downsample.0.weight': TypedTensor<'float32', [512, 256, 1, 1]>
  'layer4.0.downsample.1.weight': TypedTensor<'float32', [512]>
  'layer4.0.downsample.1.bias': TypedTensor<'float32', [512]>
  'layer4.0.downsample.1.running_mean': TypedTensor<'float32', [512]>
  'layer4.0.downsample.1.running_var': TypedTensor<'float32', [512]>
  'layer4.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
  'layer4.1.conv1.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'layer4.1.bn1.weight': TypedTensor<'float32', [512]>
  'layer4.1.bn1.bias': TypedTensor<'float32', [512]>
  'layer4.1.bn1.running_mean': TypedTensor<'float32', [512]>
  'layer4.1.bn1.running_var': TypedTensor<'float32', [512]>
  'layer4.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'layer4.1.conv2.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'layer4.1.bn2.weight': TypedTensor<'float32', [512]>
  'layer4.1.bn2.bias': TypedTensor<'float32', [512]>
  'layer4.1.bn2.running_mean': TypedTensor<'float32', [512]>
  'layer4.1.bn2.running_var': TypedTensor<'float32', [512]>
  'layer4.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'fc.weight': TypedTensor<'float32', [1000, 512]>
  'fc.bias': TypedTensor<'float32', [1000]>
}

/** The state_dict of each preset of ResNet: every key with dtype and shape. */
export type ResNetStates = {
  resnet18: {
    'conv1.weight': TypedTensor<'float32', [64, 3, 7, 7]>
    'bn1.weight': TypedTensor<'float32', [64]>
    'bn1.bias': TypedTensor<'float32', [64]>
    'bn1.running_mean': TypedTensor<'float32', [64]>
    'bn1.running_var': TypedTensor<'float32', [64]>
    'bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer1.0.conv1.weight': TypedTensor<'float32', [64, 64, 3, 3]>
    'layer1.0.bn1.weight': TypedTensor<'float32', [64]>
    'layer1.0.bn1.bias': TypedTensor<'float32', [64]>
    'layer1.0.bn1.running_mean': TypedTensor<'float32', [64]>
    'layer1.0.bn1.running_var': TypedTensor<'float32', [64]>
    'layer1.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer1.0.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
    'layer1.0.bn2.weight': TypedTensor<'float32', [64]>
    'layer1.0.bn2.bias': TypedTensor<'float32', [64]>
    'layer1.0.bn2.running_mean': TypedTensor<'float32', [64]>
    'layer1.0.bn2.running_var': TypedTensor<'float32', [64]>
    'layer1.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer1.1.conv1.weight': TypedTensor<'float32', [64, 64, 3, 3]>
    'layer1.1.bn1.weight': TypedTensor<'float32', [64]>
    'layer1.1.bn1.bias': TypedTensor<'float32', [64]>
    'layer1.1.bn1.running_mean': TypedTensor<'float32', [64]>
    'layer1.1.bn1.running_var': TypedTensor<'float32', [64]>
    'layer1.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer1.1.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
    'layer1.1.bn2.weight': TypedTensor<'float32', [64]>
    'layer1.1.bn2.bias': TypedTensor<'float32', [64]>
    'layer1.1.bn2.running_mean': TypedTensor<'float32', [64]>
    'layer1.1.bn2.running_var': TypedTensor<'float32', [64]>
    'layer1.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.0.conv1.weight': TypedTensor<'float32', [128, 64, 3, 3]>
    'layer2.0.bn1.weight': TypedTensor<'float32', [128]>
    'layer2.0.bn1.bias': TypedTensor<'float32', [128]>
    'layer2.0.bn1.running_mean': TypedTensor<'float32', [128]>
    'layer2.0.bn1.running_var': TypedTensor<'float32', [128]>
    'layer2.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.0.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
    'layer2.0.bn2.weight': TypedTensor<'float32', [128]>
    'layer2.0.bn2.bias': TypedTensor<'float32', [128]>
    'layer2.0.bn2.running_mean': TypedTensor<'float32', [128]>
    'layer2.0.bn2.running_var': TypedTensor<'float32', [128]>
    'layer2.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.0.downsample.0.weight': TypedTensor<'float32', [128, 64, 1, 1]>
    'layer2.0.downsample.1.weight': TypedTensor<'float32', [128]>
    'layer2.0.downsample.1.bias': TypedTensor<'float32', [128]>
    'layer2.0.downsample.1.running_mean': TypedTensor<'float32', [128]>
    'layer2.0.downsample.1.running_var': TypedTensor<'float32', [128]>
    'layer2.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.1.conv1.weight': TypedTensor<'float32', [128, 128, 3, 3]>
    'layer2.1.bn1.weight': TypedTensor<'float32', [128]>
    'layer2.1.bn1.bias': TypedTensor<'float32', [128]>
    'layer2.1.bn1.running_mean': TypedTensor<'float32', [128]>
    'layer2.1.bn1.running_var': TypedTensor<'float32', [128]>
    'layer2.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.1.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
    'layer2.1.bn2.weight': TypedTensor<'float32', [128]>
    'layer2.1.bn2.bias': TypedTensor<'float32', [128]>
    'layer2.1.bn2.running_mean': TypedTensor<'float32', [128]>
    'layer2.1.bn2.running_var': TypedTensor<'float32', [128]>
    'layer2.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.0.conv1.weight': TypedTensor<'float32', [256, 128, 3, 3]>
    'layer3.0.bn1.weight': TypedTensor<'float32', [256]>
    'layer3.0.bn1.bias': TypedTensor<'float32', [256]>
    'layer3.0.bn1.running_mean': TypedTensor<'float32', [256]>
    'layer3.0.bn1.running_var': TypedTensor<'float32', [256]>
    'layer3.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.0.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.0.bn2.weight': TypedTensor<'float32', [256]>
    'layer3.0.bn2.bias': TypedTensor<'float32', [256]>
    'layer3.0.bn2.running_mean': TypedTensor<'float32', [256]>
    'layer3.0.bn2.running_var': TypedTensor<'float32', [256]>
    'layer3.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.0.downsample.0.weight': TypedTensor<'float32', [256, 128, 1, 1]>
    'layer3.0.downsample.1.weight': TypedTensor<'float32', [256]>
    'layer3.0.downsample.1.bias': TypedTensor<'float32', [256]>
    'layer3.0.downsample.1.running_mean': TypedTensor<'float32', [256]>
    'layer3.0.downsample.1.running_var': TypedTensor<'float32', [256]>
    'layer3.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.1.conv1.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.1.bn1.weight': TypedTensor<'float32', [256]>
    'layer3.1.bn1.bias': TypedTensor<'float32', [256]>
    'layer3.1.bn1.running_mean': TypedTensor<'float32', [256]>
    'layer3.1.bn1.running_var': TypedTensor<'float32', [256]>
    'layer3.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.1.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.1.bn2.weight': TypedTensor<'float32', [256]>
    'layer3.1.bn2.bias': TypedTensor<'float32', [256]>
    'layer3.1.bn2.running_mean': TypedTensor<'float32', [256]>
    'layer3.1.bn2.running_var': TypedTensor<'float32', [256]>
    'layer3.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.0.conv1.weight': TypedTensor<'float32', [512, 256, 3, 3]>
    'layer4.0.bn1.weight': TypedTensor<'float32', [512]>
    'layer4.0.bn1.bias': TypedTensor<'float32', [512]>
    'layer4.0.bn1.running_mean': TypedTensor<'float32', [512]>
    'layer4.0.bn1.running_var': TypedTensor<'float32', [512]>
    'layer4.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.0.conv2.weight': TypedTensor<'float32', [512, 512, 3, 3]>
    'layer4.0.bn2.weight': TypedTensor<'float32', [512]>
    'layer4.0.bn2.bias': TypedTensor<'float32', [512]>
    'layer4.0.bn2.running_mean': TypedTensor<'float32', [512]>
    'layer4.0.bn2.running_var': TypedTensor<'float32', [512]>
    'layer4.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.0.downsample.0.weight': TypedTensor<'float32', [512, 256, 1, 1]>
    'layer4.0.downsample.1.weight': TypedTensor<'float32', [512]>
    'layer4.0.downsample.1.bias': TypedTensor<'float32', [512]>
    'layer4.0.downsample.1.running_mean': TypedTensor<'float32', [512]>
    'layer4.0.downsample.1.running_var': TypedTensor<'float32', [512]>
    'layer4.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.1.conv1.weight': TypedTensor<'float32', [512, 512, 3, 3]>
    'layer4.1.bn1.weight': TypedTensor<'float32', [512]>
    'layer4.1.bn1.bias': TypedTensor<'float32', [512]>
    'layer4.1.bn1.running_mean': TypedTensor<'float32', [512]>
    'layer4.1.bn1.running_var': TypedTensor<'float32', [512]>
    'layer4.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.1.conv2.weight': TypedTensor<'float32', [512, 512, 3, 3]>
    'layer4.1.bn2.weight': TypedTensor<'float32', [512]>
    'layer4.1.bn2.bias': TypedTensor<'float32', [512]>
    'layer4.1.bn2.running_mean': TypedTensor<'float32', [512]>
    'layer4.1.bn2.running_var': TypedTensor<'float32', [512]>
    'layer4.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'fc.weight': TypedTensor<'float32', [1000, 512]>
    'fc.bias': TypedTensor<'float32', [1000]>
  }
  resnet34: {
    'conv1.weight': TypedTensor<'float32', [64, 3, 7, 7]>
    'bn1.weight': TypedTensor<'float32', [64]>
    'bn1.bias': TypedTensor<'float32', [64]>
    'bn1.running_mean': TypedTensor<'float32', [64]>
    'bn1.running_var': TypedTensor<'float32', [64]>
    'bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer1.0.conv1.weight': TypedTensor<'float32', [64, 64, 3, 3]>
    'layer1.0.bn1.weight': TypedTensor<'float32', [64]>
    'layer1.0.bn1.bias': TypedTensor<'float32', [64]>
    'layer1.0.bn1.running_mean': TypedTensor<'float32', [64]>
    'layer1.0.bn1.running_var': TypedTensor<'float32', [64]>
    'layer1.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer1.0.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
    'layer1.0.bn2.weight': TypedTensor<'float32', [64]>
    'layer1.0.bn2.bias': TypedTensor<'float32', [64]>
    'layer1.0.bn2.running_mean': TypedTensor<'float32', [64]>
    'layer1.0.bn2.running_var': TypedTensor<'float32', [64]>
    'layer1.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer1.1.conv1.weight': TypedTensor<'float32', [64, 64, 3, 3]>
    'layer1.1.bn1.weight': TypedTensor<'float32', [64]>
    'layer1.1.bn1.bias': TypedTensor<'float32', [64]>
    'layer1.1.bn1.running_mean': TypedTensor<'float32', [64]>
    'layer1.1.bn1.running_var': TypedTensor<'float32', [64]>
    'layer1.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer1.1.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
    'layer1.1.bn2.weight': TypedTensor<'float32', [64]>
    'layer1.1.bn2.bias': TypedTensor<'float32', [64]>
    'layer1.1.bn2.running_mean': TypedTensor<'float32', [64]>
    'layer1.1.bn2.running_var': TypedTensor<'float32', [64]>
    'layer1.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer1.2.conv1.weight': TypedTensor<'float32', [64, 64, 3, 3]>
    'layer1.2.bn1.weight': TypedTensor<'float32', [64]>
    'layer1.2.bn1.bias': TypedTensor<'float32', [64]>
    'layer1.2.bn1.running_mean': TypedTensor<'float32', [64]>
    'layer1.2.bn1.running_var': TypedTensor<'float32', [64]>
    'layer1.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer1.2.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
    'layer1.2.bn2.weight': TypedTensor<'float32', [64]>
    'layer1.2.bn2.bias': TypedTensor<'float32', [64]>
    'layer1.2.bn2.running_mean': TypedTensor<'float32', [64]>
    'layer1.2.bn2.running_var': TypedTensor<'float32', [64]>
    'layer1.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.0.conv1.weight': TypedTensor<'float32', [128, 64, 3, 3]>
    'layer2.0.bn1.weight': TypedTensor<'float32', [128]>
    'layer2.0.bn1.bias': TypedTensor<'float32', [128]>
    'layer2.0.bn1.running_mean': TypedTensor<'float32', [128]>
    'layer2.0.bn1.running_var': TypedTensor<'float32', [128]>
    'layer2.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.0.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
    'layer2.0.bn2.weight': TypedTensor<'float32', [128]>
    'layer2.0.bn2.bias': TypedTensor<'float32', [128]>
    'layer2.0.bn2.running_mean': TypedTensor<'float32', [128]>
    'layer2.0.bn2.running_var': TypedTensor<'float32', [128]>
    'layer2.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.0.downsample.0.weight': TypedTensor<'float32', [128, 64, 1, 1]>
    'layer2.0.downsample.1.weight': TypedTensor<'float32', [128]>
    'layer2.0.downsample.1.bias': TypedTensor<'float32', [128]>
    'layer2.0.downsample.1.running_mean': TypedTensor<'float32', [128]>
    'layer2.0.downsample.1.running_var': TypedTensor<'float32', [128]>
    'layer2.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.1.conv1.weight': TypedTensor<'float32', [128, 128, 3, 3]>
    'layer2.1.bn1.weight': TypedTensor<'float32', [128]>
    'layer2.1.bn1.bias': TypedTensor<'float32', [128]>
    'layer2.1.bn1.running_mean': TypedTensor<'float32', [128]>
    'layer2.1.bn1.running_var': TypedTensor<'float32', [128]>
    'layer2.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.1.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
    'layer2.1.bn2.weight': TypedTensor<'float32', [128]>
    'layer2.1.bn2.bias': TypedTensor<'float32', [128]>
    'layer2.1.bn2.running_mean': TypedTensor<'float32', [128]>
    'layer2.1.bn2.running_var': TypedTensor<'float32', [128]>
    'layer2.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.2.conv1.weight': TypedTensor<'float32', [128, 128, 3, 3]>
    'layer2.2.bn1.weight': TypedTensor<'float32', [128]>
    'layer2.2.bn1.bias': TypedTensor<'float32', [128]>
    'layer2.2.bn1.running_mean': TypedTensor<'float32', [128]>
    'layer2.2.bn1.running_var': TypedTensor<'float32', [128]>
    'layer2.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.2.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
    'layer2.2.bn2.weight': TypedTensor<'float32', [128]>
    'layer2.2.bn2.bias': TypedTensor<'float32', [128]>
    'layer2.2.bn2.running_mean': TypedTensor<'float32', [128]>
    'layer2.2.bn2.running_var': TypedTensor<'float32', [128]>
    'layer2.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.3.conv1.weight': TypedTensor<'float32', [128, 128, 3, 3]>
    'layer2.3.bn1.weight': TypedTensor<'float32', [128]>
    'layer2.3.bn1.bias': TypedTensor<'float32', [128]>
    'layer2.3.bn1.running_mean': TypedTensor<'float32', [128]>
    'layer2.3.bn1.running_var': TypedTensor<'float32', [128]>
    'layer2.3.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer2.3.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
    'layer2.3.bn2.weight': TypedTensor<'float32', [128]>
    'layer2.3.bn2.bias': TypedTensor<'float32', [128]>
    'layer2.3.bn2.running_mean': TypedTensor<'float32', [128]>
    'layer2.3.bn2.running_var': TypedTensor<'float32', [128]>
    'layer2.3.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.0.conv1.weight': TypedTensor<'float32', [256, 128, 3, 3]>
    'layer3.0.bn1.weight': TypedTensor<'float32', [256]>
    'layer3.0.bn1.bias': TypedTensor<'float32', [256]>
    'layer3.0.bn1.running_mean': TypedTensor<'float32', [256]>
    'layer3.0.bn1.running_var': TypedTensor<'float32', [256]>
    'layer3.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.0.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.0.bn2.weight': TypedTensor<'float32', [256]>
    'layer3.0.bn2.bias': TypedTensor<'float32', [256]>
    'layer3.0.bn2.running_mean': TypedTensor<'float32', [256]>
    'layer3.0.bn2.running_var': TypedTensor<'float32', [256]>
    'layer3.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.0.downsample.0.weight': TypedTensor<'float32', [256, 128, 1, 1]>
    'layer3.0.downsample.1.weight': TypedTensor<'float32', [256]>
    'layer3.0.downsample.1.bias': TypedTensor<'float32', [256]>
    'layer3.0.downsample.1.running_mean': TypedTensor<'float32', [256]>
    'layer3.0.downsample.1.running_var': TypedTensor<'float32', [256]>
    'layer3.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.1.conv1.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.1.bn1.weight': TypedTensor<'float32', [256]>
    'layer3.1.bn1.bias': TypedTensor<'float32', [256]>
    'layer3.1.bn1.running_mean': TypedTensor<'float32', [256]>
    'layer3.1.bn1.running_var': TypedTensor<'float32', [256]>
    'layer3.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.1.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.1.bn2.weight': TypedTensor<'float32', [256]>
    'layer3.1.bn2.bias': TypedTensor<'float32', [256]>
    'layer3.1.bn2.running_mean': TypedTensor<'float32', [256]>
    'layer3.1.bn2.running_var': TypedTensor<'float32', [256]>
    'layer3.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.2.conv1.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.2.bn1.weight': TypedTensor<'float32', [256]>
    'layer3.2.bn1.bias': TypedTensor<'float32', [256]>
    'layer3.2.bn1.running_mean': TypedTensor<'float32', [256]>
    'layer3.2.bn1.running_var': TypedTensor<'float32', [256]>
    'layer3.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.2.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.2.bn2.weight': TypedTensor<'float32', [256]>
    'layer3.2.bn2.bias': TypedTensor<'float32', [256]>
    'layer3.2.bn2.running_mean': TypedTensor<'float32', [256]>
    'layer3.2.bn2.running_var': TypedTensor<'float32', [256]>
    'layer3.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.3.conv1.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.3.bn1.weight': TypedTensor<'float32', [256]>
    'layer3.3.bn1.bias': TypedTensor<'float32', [256]>
    'layer3.3.bn1.running_mean': TypedTensor<'float32', [256]>
    'layer3.3.bn1.running_var': TypedTensor<'float32', [256]>
    'layer3.3.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.3.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.3.bn2.weight': TypedTensor<'float32', [256]>
    'layer3.3.bn2.bias': TypedTensor<'float32', [256]>
    'layer3.3.bn2.running_mean': TypedTensor<'float32', [256]>
    'layer3.3.bn2.running_var': TypedTensor<'float32', [256]>
    'layer3.3.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.4.conv1.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.4.bn1.weight': TypedTensor<'float32', [256]>
    'layer3.4.bn1.bias': TypedTensor<'float32', [256]>
    'layer3.4.bn1.running_mean': TypedTensor<'float32', [256]>
    'layer3.4.bn1.running_var': TypedTensor<'float32', [256]>
    'layer3.4.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.4.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.4.bn2.weight': TypedTensor<'float32', [256]>
    'layer3.4.bn2.bias': TypedTensor<'float32', [256]>
    'layer3.4.bn2.running_mean': TypedTensor<'float32', [256]>
    'layer3.4.bn2.running_var': TypedTensor<'float32', [256]>
    'layer3.4.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.5.conv1.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.5.bn1.weight': TypedTensor<'float32', [256]>
    'layer3.5.bn1.bias': TypedTensor<'float32', [256]>
    'layer3.5.bn1.running_mean': TypedTensor<'float32', [256]>
    'layer3.5.bn1.running_var': TypedTensor<'float32', [256]>
    'layer3.5.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer3.5.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
    'layer3.5.bn2.weight': TypedTensor<'float32', [256]>
    'layer3.5.bn2.bias': TypedTensor<'float32', [256]>
    'layer3.5.bn2.running_mean': TypedTensor<'float32', [256]>
    'layer3.5.bn2.running_var': TypedTensor<'float32', [256]>
    'layer3.5.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.0.conv1.weight': TypedTensor<'float32', [512, 256, 3, 3]>
    'layer4.0.bn1.weight': TypedTensor<'float32', [512]>
    'layer4.0.bn1.bias': TypedTensor<'float32', [512]>
    'layer4.0.bn1.running_mean': TypedTensor<'float32', [512]>
    'layer4.0.bn1.running_var': TypedTensor<'float32', [512]>
    'layer4.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.0.conv2.weight': TypedTensor<'float32', [512, 512, 3, 3]>
    'layer4.0.bn2.weight': TypedTensor<'float32', [512]>
    'layer4.0.bn2.bias': TypedTensor<'float32', [512]>
    'layer4.0.bn2.running_mean': TypedTensor<'float32', [512]>
    'layer4.0.bn2.running_var': TypedTensor<'float32', [512]>
    'layer4.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.0.downsample.0.weight': TypedTensor<'float32', [512, 256, 1, 1]>
    'layer4.0.downsample.1.weight': TypedTensor<'float32', [512]>
    'layer4.0.downsample.1.bias': TypedTensor<'float32', [512]>
    'layer4.0.downsample.1.running_mean': TypedTensor<'float32', [512]>
    'layer4.0.downsample.1.running_var': TypedTensor<'float32', [512]>
    'layer4.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.1.conv1.weight': TypedTensor<'float32', [512, 512, 3, 3]>
    'layer4.1.bn1.weight': TypedTensor<'float32', [512]>
    'layer4.1.bn1.bias': TypedTensor<'float32', [512]>
    'layer4.1.bn1.running_mean': TypedTensor<'float32', [512]>
    'layer4.1.bn1.running_var': TypedTensor<'float32', [512]>
    'layer4.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.1.conv2.weight': TypedTensor<'float32', [512, 512, 3, 3]>
    'layer4.1.bn2.weight': TypedTensor<'float32', [512]>
    'layer4.1.bn2.bias': TypedTensor<'float32', [512]>
    'layer4.1.bn2.running_mean': TypedTensor<'float32', [512]>
    'layer4.1.bn2.running_var': TypedTensor<'float32', [512]>
    'layer4.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.2.conv1.weight': TypedTensor<'float32', [512, 512, 3, 3]>
    'layer4.2.bn1.weight': TypedTensor<'float32', [512]>
    'layer4.2.bn1.bias': TypedTensor<'float32', [512]>
    'layer4.2.bn1.running_mean': TypedTensor<'float32', [512]>
    'layer4.2.bn1.running_var': TypedTensor<'float32', [512]>
    'layer4.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
    'layer4.2.conv2.weight': TypedTensor<'float32', [512, 512, 3, 3]>
    'layer4.2.bn2.weight': TypedTensor<'float32', [512]>
    'layer4.2.bn2.bias': TypedTensor<'float32', [512]>
    'layer4.2.bn2.running_mean': TypedTensor<'float32', [512]>
    'layer4.2.bn2.running_var': TypedTensor<'float32', [512]>
    'layer4.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
    'fc.weight': TypedTensor<'float32', [1000, 512]>
    'fc.bias': TypedTensor<'float32', [1000]>
  }
}

export interface DownsampleOptions {
  readonly inplanes: number
  readonly outplanes: number
  readonly stride: number
}

export interface BasicBlockOptions {
  readonly inplanes: number
  readonly planes: number
  readonly stride?: number
}

export interface BottleneckOptions {
  readonly inplanes: number
  readonly planes: number
  readonly stride?: number
  readonly groups?: number
  readonly base_width?: number
  readonly dilation?: number
}

export interface StageOptions {
  readonly block: string
  readonly inplanes: number
  readonly planes: number
  readonly blocks: number
  readonly stride?: number
  readonly groups?: number
  readonly base_width?: number
  readonly first_dilation?: number
  readonly dilation?: number
}

export interface ResNetOptions {
  readonly block?: 'BasicBlock' | 'Bottleneck'
  readonly layers?: readonly number[]
  readonly num_classes?: number
  readonly groups?: number
  readonly width_per_group?: number
  readonly replace_stride_with_dilation?: readonly boolean[]
}

function cumulative(dilate: readonly boolean[]): number[] {
  const out = [1]
  for (const d of dilate) {
    out.push(d ? out.at(-1)! * 2 : out.at(-1)!)
  }

  return out
}

export class Downsample extends nn.Sequential {
  constructor({ inplanes, outplanes, stride }: DownsampleOptions) {
    super(
      new nn.Conv2d({ in_channels: inplanes, out_channels: outplanes, kernel_size: 1, stride, bias: false }),
      new nn.BatchNorm2d({ num_features: outplanes }),
    )
  }
}

export class BasicBlock extends Module {
  readonly conv1: nn.Conv2d
  readonly bn1: nn.BatchNorm2d
  readonly relu: nn.ReLU
  readonly conv2: nn.Conv2d
  readonly bn2: nn.BatchNorm2d
  readonly downsample: Downsample | null

  constructor({ inplanes, planes, stride = 1 }: BasicBlockOptions) {
    super()
    this.conv1 = this.registerModule(
      'conv1',
      new nn.Conv2d({
        in_channels: inplanes,
        out_channels: planes,
        kernel_size: 3,
        stride,
        padding: 1,
        bias: false,
      }),
    )
    this.bn1 = this.registerModule('bn1', new nn.BatchNorm2d({ num_features: planes }))
    this.relu = this.registerModule('relu', new nn.ReLU({ inplace: true }))
    this.conv2 = this.registerModule(
      'conv2',
      new nn.Conv2d({ in_channels: planes, out_channels: planes, kernel_size: 3, padding: 1, bias: false }),
    )
    this.bn2 = this.registerModule('bn2', new nn.BatchNorm2d({ num_features: planes }))
    this.downsample = this.registerModule(
      'downsample',
      stride !== 1 || inplanes !== planes ? new Downsample({ inplanes, outplanes: planes, stride }) : null,
    )
  }

  override forward(x: Tensor): Tensor {
    let identity = x
    let out = this.conv1.forward(x)
    out = this.bn1.forward(out)
    out = this.relu.forward(out)
    out = this.conv2.forward(out)
    out = this.bn2.forward(out)
    if (this.downsample !== null) {
      identity = this.downsample.forward(x)
    }

    out = out.add(identity)
    out = this.relu.forward(out)
    return out
  }
}

export class Bottleneck extends Module {
  readonly conv1: nn.Conv2d
  readonly bn1: nn.BatchNorm2d
  readonly conv2: nn.Conv2d
  readonly bn2: nn.BatchNorm2d
  readonly conv3: nn.Conv2d
  readonly bn3: nn.BatchNorm2d
  readonly relu: nn.ReLU
  readonly downsample: Downsample | null

  constructor({ inplanes, planes, stride = 1, groups = 1, base_width = 64, dilation = 1 }: BottleneckOptions) {
    super()
    const width = Math.trunc(planes * (base_width / 64)) * groups
    this.conv1 = this.registerModule(
      'conv1',
      new nn.Conv2d({ in_channels: inplanes, out_channels: width, kernel_size: 1, bias: false }),
    )
    this.bn1 = this.registerModule('bn1', new nn.BatchNorm2d({ num_features: width }))
    this.conv2 = this.registerModule(
      'conv2',
      new nn.Conv2d({
        in_channels: width,
        out_channels: width,
        kernel_size: 3,
        stride,
        padding: dilation,
        groups,
        bias: false,
        dilation,
      }),
    )
    this.bn2 = this.registerModule('bn2', new nn.BatchNorm2d({ num_features: width }))
    this.conv3 = this.registerModule(
      'conv3',
      new nn.Conv2d({ in_channels: width, out_channels: planes * 4, kernel_size: 1, bias: false }),
    )
    this.bn3 = this.registerModule('bn3', new nn.BatchNorm2d({ num_features: planes * 4 }))
    this.relu = this.registerModule('relu', new nn.ReLU({ inplace: true }))
    this.downsample = this.registerModule(
      'downsample',
      stride !== 1 || inplanes !== planes * 4 ? new Downsample({
        inplanes,
        outplanes: planes * 4,
        stride,
      }) : null,
    )
  }

  override forward(x: Tensor): Tensor {
    let identity = x
    let out = this.conv1.forward(x)
    out = this.bn1.forward(out)
    out = this.relu.forward(out)
    out = this.conv2.forward(out)
    out = this.bn2.forward(out)
    out = this.relu.forward(out)
    out = this.conv3.forward(out)
    out = this.bn3.forward(out)
    if (this.downsample !== null) {
      identity = this.downsample.forward(x)
    }

    out = out.add(identity)
    out = this.relu.forward(out)
    return out
  }
}

export class Stage extends nn.Sequential {
  constructor({ block, inplanes, planes, blocks, stride = 1, groups = 1, base_width = 64, first_dilation = 1, dilation = 1 }: StageOptions) {
    const expansion = block === 'Bottleneck' ? 4 : 1
    super(...py.range(blocks).flatMap(i => [
      ...(block === 'BasicBlock' ? [new BasicBlock({
        inplanes: i === 0 ? inplanes : planes,
        planes,
        stride: i === 0 ? stride : 1,
      })] : []),
      ...(block === 'Bottleneck' ? [new Bottleneck({
        inplanes: i === 0 ? inplanes : planes * 4,
        planes,
        stride: i === 0 ? stride : 1,
        groups,
        base_width,
        dilation: i === 0 ? first_dilation : dilation,
      })] : []),
    ]))
  }
}

/**
 * Residual network, He et al. 2015 (arXiv:1512.03385), with the stride at the 3x3 convolution. Keys as torchvision resnet18; 34, 50, 101, 152, ResNeXt and wide ones by params.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class ResNet<State extends Record<string, Tensor> = Record<string, Tensor>> extends Module<State> {
  readonly conv1: nn.Conv2d
  readonly bn1: nn.BatchNorm2d
  readonly relu: nn.ReLU
  readonly maxpool: nn.MaxPool2d
  readonly avgpool: nn.AdaptiveAvgPool2d
  readonly fc: nn.Linear

  constructor({
      block = 'BasicBlock',
      layers = [2, 2, 2, 2],
      num_classes = 1000,
      groups = 1,
      width_per_group = 64,
      replace_stride_with_dilation = [false, false, false],
    }: ResNetOptions = {}) {
    super()
    const expansion = block === 'Bottleneck' ? 4 : 1
    const dilations = cumulative(replace_stride_with_dilation)
    this.conv1 = this.registerModule(
      'conv1',
      new nn.Conv2d({ in_channels: 3, out_channels: 64, kernel_size: 7, stride: 2, padding: 3, bias: false }),
    )
    this.bn1 = this.registerModule('bn1', new nn.BatchNorm2d({ num_features: 64 }))
    this.relu = this.registerModule('relu', new nn.ReLU({ inplace: true }))
    this.maxpool = this.registerModule('maxpool', new nn.MaxPool2d({ kernel_size: 3, stride: 2, padding: 1 }))
    for (const i of py.range(4)) {
      this.registerModule(
        `layer${i + 1}`,
        new Stage({
          block,
          inplanes: i === 0 ? 64 : 64 * 2 ** (i - 1) * expansion,
          planes: 64 * 2 ** i,
          blocks: layers[i]!,
          stride: i === 0 || dilations[i]! !== dilations.at(i - 1)! ? 1 : 2,
          groups,
          base_width: width_per_group,
          first_dilation: i === 0 ? 1 : dilations.at(i - 1)!,
          dilation: dilations[i]!,
        }),
      )
    }

    this.avgpool = this.registerModule('avgpool', new nn.AdaptiveAvgPool2d({ output_size: [1, 1] }))
    this.fc = this.registerModule(
      'fc',
      new nn.Linear({ in_features: 512 * expansion, out_features: num_classes }),
    )
    this.madeFrom(
      async () => (await import('./resnet.source.js')).source,
      { block, layers, num_classes, groups, width_per_group, replace_stride_with_dilation },
    )
  }

  override get keyContracts(): readonly KeyContract[] {
    return contracts
  }

  /**
   * The member of the family with this name: resnet18, resnet34.
   */
  static preset<P extends keyof ResNetStates & string>(name: P): ResNet<ResNetStates[P]> {
    const presets: { readonly [Q in keyof ResNetStates]: ResNetOptions } = {
      resnet18: {},
      resnet34: { layers: [3, 4, 6, 3] },
    }

    return new ResNet<ResNetStates[P]>(presets[name])
  }

  override forward(x: Tensor): Tensor {
    x = this.conv1.forward(x)
    x = this.bn1.forward(x)
    x = this.relu.forward(x)
    x = this.maxpool.forward(x)
    x = (this.getSubmodule('layer1') as Stage).forward(x)
    x = (this.getSubmodule('layer2') as Stage).forward(x)
    x = (this.getSubmodule('layer3') as Stage).forward(x)
    x = (this.getSubmodule('layer4') as Stage).forward(x)
    x = this.avgpool.forward(x)
    x = F.flatten(x, { start_dim: 1 })
    x = this.fc.forward(x)
    return x
  }
}
