// Made by holdfast from specs/torchvision/fcn.yaml; do not edit: change the spec and build again.
// spec sha256 c954da054921a1bb67f96fd56f26a249ea139a6aae5d82bfa0866c6f027c9de0
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { Stage } from './resnet.js'

/** The state_dict of FCN with default options: every key with dtype and shape. */
export type FCNState = {
  'backbone.conv1.weight': TypedTensor<'float32', [64, 3, 7, 7]>
  'backbone.bn1.weight': TypedTensor<'float32', [64]>
  'backbone.bn1.bias': TypedTensor<'float32', [64]>
  'backbone.bn1.running_mean': TypedTensor<'float32', [64]>
  'backbone.bn1.running_var': TypedTensor<'float32', [64]>
  'backbone.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer1.0.conv1.weight': TypedTensor<'float32', [64, 64, 1, 1]>
  'backbone.layer1.0.bn1.weight': TypedTensor<'float32', [64]>
  'backbone.layer1.0.bn1.bias': TypedTensor<'float32', [64]>
  'backbone.layer1.0.bn1.running_mean': TypedTensor<'float32', [64]>
  'backbone.layer1.0.bn1.running_var': TypedTensor<'float32', [64]>
  'backbone.layer1.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer1.0.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'backbone.layer1.0.bn2.weight': TypedTensor<'float32', [64]>
  'backbone.layer1.0.bn2.bias': TypedTensor<'float32', [64]>
  'backbone.layer1.0.bn2.running_mean': TypedTensor<'float32', [64]>
  'backbone.layer1.0.bn2.running_var': TypedTensor<'float32', [64]>
  'backbone.layer1.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer1.0.conv3.weight': TypedTensor<'float32', [256, 64, 1, 1]>
  'backbone.layer1.0.bn3.weight': TypedTensor<'float32', [256]>
  'backbone.layer1.0.bn3.bias': TypedTensor<'float32', [256]>
  'backbone.layer1.0.bn3.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer1.0.bn3.running_var': TypedTensor<'float32', [256]>
  'backbone.layer1.0.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer1.0.downsample.0.weight': TypedTensor<'float32', [256, 64, 1, 1]>
  'backbone.layer1.0.downsample.1.weight': TypedTensor<'float32', [256]>
  'backbone.layer1.0.downsample.1.bias': TypedTensor<'float32', [256]>
  'backbone.layer1.0.downsample.1.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer1.0.downsample.1.running_var': TypedTensor<'float32', [256]>
  'backbone.layer1.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer1.1.conv1.weight': TypedTensor<'float32', [64, 256, 1, 1]>
  'backbone.layer1.1.bn1.weight': TypedTensor<'float32', [64]>
  'backbone.layer1.1.bn1.bias': TypedTensor<'float32', [64]>
  'backbone.layer1.1.bn1.running_mean': TypedTensor<'float32', [64]>
  'backbone.layer1.1.bn1.running_var': TypedTensor<'float32', [64]>
  'backbone.layer1.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer1.1.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'backbone.layer1.1.bn2.weight': TypedTensor<'float32', [64]>
  'backbone.layer1.1.bn2.bias': TypedTensor<'float32', [64]>
  'backbone.layer1.1.bn2.running_mean': TypedTensor<'float32', [64]>
  'backbone.layer1.1.bn2.running_var': TypedTensor<'float32', [64]>
  'backbone.layer1.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer1.1.conv3.weight': TypedTensor<'float32', [256, 64, 1, 1]>
  'backbone.layer1.1.bn3.weight': TypedTensor<'float32', [256]>
  'backbone.layer1.1.bn3.bias': TypedTensor<'float32', [256]>
  'backbone.layer1.1.bn3.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer1.1.bn3.running_var': TypedTensor<'float32', [256]>
  'backbone.layer1.1.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer1.2.conv1.weight': TypedTensor<'float32', [64, 256, 1, 1]>
  'backbone.layer1.2.bn1.weight': TypedTensor<'float32', [64]>
  'backbone.layer1.2.bn1.bias': TypedTensor<'float32', [64]>
  'backbone.layer1.2.bn1.running_mean': TypedTensor<'float32', [64]>
  'backbone.layer1.2.bn1.running_var': TypedTensor<'float32', [64]>
  'backbone.layer1.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer1.2.conv2.weight': TypedTensor<'float32', [64, 64, 3, 3]>
  'backbone.layer1.2.bn2.weight': TypedTensor<'float32', [64]>
  'backbone.layer1.2.bn2.bias': TypedTensor<'float32', [64]>
  'backbone.layer1.2.bn2.running_mean': TypedTensor<'float32', [64]>
  'backbone.layer1.2.bn2.running_var': TypedTensor<'float32', [64]>
  'backbone.layer1.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer1.2.conv3.weight': TypedTensor<'float32', [256, 64, 1, 1]>
  'backbone.layer1.2.bn3.weight': TypedTensor<'float32', [256]>
  'backbone.layer1.2.bn3.bias': TypedTensor<'float32', [256]>
  'backbone.layer1.2.bn3.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer1.2.bn3.running_var': TypedTensor<'float32', [256]>
  'backbone.layer1.2.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.0.conv1.weight': TypedTensor<'float32', [128, 256, 1, 1]>
  'backbone.layer2.0.bn1.weight': TypedTensor<'float32', [128]>
  'backbone.layer2.0.bn1.bias': TypedTensor<'float32', [128]>
  'backbone.layer2.0.bn1.running_mean': TypedTensor<'float32', [128]>
  'backbone.layer2.0.bn1.running_var': TypedTensor<'float32', [128]>
  'backbone.layer2.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.0.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'backbone.layer2.0.bn2.weight': TypedTensor<'float32', [128]>
  'backbone.layer2.0.bn2.bias': TypedTensor<'float32', [128]>
  'backbone.layer2.0.bn2.running_mean': TypedTensor<'float32', [128]>
  'backbone.layer2.0.bn2.running_var': TypedTensor<'float32', [128]>
  'backbone.layer2.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.0.conv3.weight': TypedTensor<'float32', [512, 128, 1, 1]>
  'backbone.layer2.0.bn3.weight': TypedTensor<'float32', [512]>
  'backbone.layer2.0.bn3.bias': TypedTensor<'float32', [512]>
  'backbone.layer2.0.bn3.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer2.0.bn3.running_var': TypedTensor<'float32', [512]>
  'backbone.layer2.0.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.0.downsample.0.weight': TypedTensor<'float32', [512, 256, 1, 1]>
  'backbone.layer2.0.downsample.1.weight': TypedTensor<'float32', [512]>
  'backbone.layer2.0.downsample.1.bias': TypedTensor<'float32', [512]>
  'backbone.layer2.0.downsample.1.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer2.0.downsample.1.running_var': TypedTensor<'float32', [512]>
  'backbone.layer2.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.1.conv1.weight': TypedTensor<'float32', [128, 512, 1, 1]>
  'backbone.layer2.1.bn1.weight': TypedTensor<'float32', [128]>
  'backbone.layer2.1.bn1.bias': TypedTensor<'float32', [128]>
  'backbone.layer2.1.bn1.running_mean': TypedTensor<'float32', [128]>
  'backbone.layer2.1.bn1.running_var': TypedTensor<'float32', [128]>
  'backbone.layer2.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.1.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'backbone.layer2.1.bn2.weight': TypedTensor<'float32', [128]>
  'backbone.layer2.1.bn2.bias': TypedTensor<'float32', [128]>
  'backbone.layer2.1.bn2.running_mean': TypedTensor<'float32', [128]>
  'backbone.layer2.1.bn2.running_var': TypedTensor<'float32', [128]>
  'backbone.layer2.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.1.conv3.weight': TypedTensor<'float32', [512, 128, 1, 1]>
  'backbone.layer2.1.bn3.weight': TypedTensor<'float32', [512]>
  'backbone.layer2.1.bn3.bias': TypedTensor<'float32', [512]>
  'backbone.layer2.1.bn3.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer2.1.bn3.running_var': TypedTensor<'float32', [512]>
  'backbone.layer2.1.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.2.conv1.weight': TypedTensor<'float32', [128, 512, 1, 1]>
  'backbone.layer2.2.bn1.weight': TypedTensor<'float32', [128]>
  'backbone.layer2.2.bn1.bias': TypedTensor<'float32', [128]>
  'backbone.layer2.2.bn1.running_mean': TypedTensor<'float32', [128]>
  'backbone.layer2.2.bn1.running_var': TypedTensor<'float32', [128]>
  'backbone.layer2.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.2.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'backbone.layer2.2.bn2.weight': TypedTensor<'float32', [128]>
  'backbone.layer2.2.bn2.bias': TypedTensor<'float32', [128]>
  'backbone.layer2.2.bn2.running_mean': TypedTensor<'float32', [128]>
  'backbone.layer2.2.bn2.running_var': TypedTensor<'float32', [128]>
  'backbone.layer2.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.2.conv3.weight': TypedTensor<'float32', [512, 128, 1, 1]>
  'backbone.layer2.2.bn3.weight': TypedTensor<'float32', [512]>
  'backbone.layer2.2.bn3.bias': TypedTensor<'float32', [512]>
  'backbone.layer2.2.bn3.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer2.2.bn3.running_var': TypedTensor<'float32', [512]>
  'backbone.layer2.2.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.3.conv1.weight': TypedTensor<'float32', [128, 512, 1, 1]>
  'backbone.layer2.3.bn1.weight': TypedTensor<'float32', [128]>
  'backbone.layer2.3.bn1.bias': TypedTensor<'float32', [128]>
  'backbone.layer2.3.bn1.running_mean': TypedTensor<'float32', [128]>
  'backbone.layer2.3.bn1.running_var': TypedTensor<'float32', [128]>
  'backbone.layer2.3.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.3.conv2.weight': TypedTensor<'float32', [128, 128, 3, 3]>
  'backbone.layer2.3.bn2.weight': TypedTensor<'float32', [128]>
  'backbone.layer2.3.bn2.bias': TypedTensor<'float32', [128]>
  'backbone.layer2.3.bn2.running_mean': TypedTensor<'float32', [128]>
  'backbone.layer2.3.bn2.running_var': TypedTensor<'float32', [128]>
  'backbone.layer2.3.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer2.3.conv3.weight': TypedTensor<'float32', [512, 128, 1, 1]>
  'backbone.layer2.3.bn3.weight': TypedTensor<'float32', [512]>
  'backbone.layer2.3.bn3.bias': TypedTensor<'float32', [512]>
  'backbone.layer2.3.bn3.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer2.3.bn3.running_var': TypedTensor<'float32', [512]>
  'backbone.layer2.3.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.0.conv1.weight': TypedTensor<'float32', [256, 512, 1, 1]>
  'backbone.layer3.0.bn1.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.0.bn1.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.0.bn1.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.0.bn1.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.0.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'backbone.layer3.0.bn2.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.0.bn2.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.0.bn2.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.0.bn2.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.0.conv3.weight': TypedTensor<'float32', [1024, 256, 1, 1]>
  'backbone.layer3.0.bn3.weight': TypedTensor<'float32', [1024]>
  'backbone.layer3.0.bn3.bias': TypedTensor<'float32', [1024]>
  'backbone.layer3.0.bn3.running_mean': TypedTensor<'float32', [1024]>
  'backbone.layer3.0.bn3.running_var': TypedTensor<'float32', [1024]>
  'backbone.layer3.0.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.0.downsample.0.weight': TypedTensor<'float32', [1024, 512, 1, 1]>
  'backbone.layer3.0.downsample.1.weight': TypedTensor<'float32', [1024]>
  'backbone.layer3.0.downsample.1.bias': TypedTensor<'float32', [1024]>
  'backbone.layer3.0.downsample.1.running_mean': TypedTensor<'float32', [1024]>
  'backbone.layer3.0.downsample.1.running_var': TypedTensor<'float32', [1024]>
  'backbone.layer3.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.1.conv1.weight': TypedTensor<'float32', [256, 1024, 1, 1]>
  'backbone.layer3.1.bn1.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.1.bn1.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.1.bn1.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.1.bn1.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.1.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'backbone.layer3.1.bn2.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.1.bn2.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.1.bn2.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.1.bn2.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.1.conv3.weight': TypedTensor<'float32', [1024, 256, 1, 1]>
  'backbone.layer3.1.bn3.weight': TypedTensor<'float32', [1024]>
  'backbone.layer3.1.bn3.bias': TypedTensor<'float32', [1024]>
  'backbone.layer3.1.bn3.running_mean': TypedTensor<'float32', [1024]>
  'backbone.layer3.1.bn3.running_var': TypedTensor<'float32', [1024]>
  'backbone.layer3.1.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.2.conv1.weight': TypedTensor<'float32', [256, 1024, 1, 1]>
  'backbone.layer3.2.bn1.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.2.bn1.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.2.bn1.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.2.bn1.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.2.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'backbone.layer3.2.bn2.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.2.bn2.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.2.bn2.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.2.bn2.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.2.conv3.weight': TypedTensor<'float32', [1024, 256, 1, 1]>
  'backbone.layer3.2.bn3.weight': TypedTensor<'float32', [1024]>
  'backbone.layer3.2.bn3.bias': TypedTensor<'float32', [1024]>
  'backbone.layer3.2.bn3.running_mean': TypedTensor<'float32', [1024]>
  'backbone.layer3.2.bn3.running_var': TypedTensor<'float32', [1024]>
  'backbone.layer3.2.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.3.conv1.weight': TypedTensor<'float32', [256, 1024, 1, 1]>
  'backbone.layer3.3.bn1.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.3.bn1.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.3.bn1.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.3.bn1.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.3.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.3.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'backbone.layer3.3.bn2.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.3.bn2.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.3.bn2.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.3.bn2.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.3.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.3.conv3.weight': TypedTensor<'float32', [1024, 256, 1, 1]>
  'backbone.layer3.3.bn3.weight': TypedTensor<'float32', [1024]>
  'backbone.layer3.3.bn3.bias': TypedTensor<'float32', [1024]>
  'backbone.layer3.3.bn3.running_mean': TypedTensor<'float32', [1024]>
  'backbone.layer3.3.bn3.running_var': TypedTensor<'float32', [1024]>
  'backbone.layer3.3.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.4.conv1.weight': TypedTensor<'float32', [256, 1024, 1, 1]>
  'backbone.layer3.4.bn1.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.4.bn1.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.4.bn1.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.4.bn1.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.4.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.4.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'backbone.layer3.4.bn2.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.4.bn2.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.4.bn2.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.4.bn2.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.4.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.4.conv3.weight': TypedTensor<'float32', [1024, 256, 1, 1]>
  'backbone.layer3.4.bn3.weight': TypedTensor<'float32', [1024]>
  'backbone.layer3.4.bn3.bias': TypedTensor<'float32', [1024]>
  'backbone.layer3.4.bn3.running_mean': TypedTensor<'float32', [1024]>
  'backbone.layer3.4.bn3.running_var': TypedTensor<'float32', [1024]>
  'backbone.layer3.4.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.5.conv1.weight': TypedTensor<'float32', [256, 1024, 1, 1]>
  'backbone.layer3.5.bn1.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.5.bn1.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.5.bn1.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.5.bn1.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.5.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.5.conv2.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'backbone.layer3.5.bn2.weight': TypedTensor<'float32', [256]>
  'backbone.layer3.5.bn2.bias': TypedTensor<'float32', [256]>
  'backbone.layer3.5.bn2.running_mean': TypedTensor<'float32', [256]>
  'backbone.layer3.5.bn2.running_var': TypedTensor<'float32', [256]>
  'backbone.layer3.5.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer3.5.conv3.weight': TypedTensor<'float32', [1024, 256, 1, 1]>
  'backbone.layer3.5.bn3.weight': TypedTensor<'float32', [1024]>
  'backbone.layer3.5.bn3.bias': TypedTensor<'float32', [1024]>
  'backbone.layer3.5.bn3.running_mean': TypedTensor<'float32', [1024]>
  'backbone.layer3.5.bn3.running_var': TypedTensor<'float32', [1024]>
  'backbone.layer3.5.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer4.0.conv1.weight': TypedTensor<'float32', [512, 1024, 1, 1]>
  'backbone.layer4.0.bn1.weight': TypedTensor<'float32', [512]>
  'backbone.layer4.0.bn1.bias': TypedTensor<'float32', [512]>
  'backbone.layer4.0.bn1.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer4.0.bn1.running_var': TypedTensor<'float32', [512]>
  'backbone.layer4.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer4.0.conv2.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'backbone.layer4.0.bn2.weight': TypedTensor<'float32', [512]>
  'backbone.layer4.0.bn2.bias': TypedTensor<'float32', [512]>
  'backbone.layer4.0.bn2.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer4.0.bn2.running_var': TypedTensor<'float32', [512]>
  'backbone.layer4.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer4.0.conv3.weight': TypedTensor<'float32', [2048, 512, 1, 1]>
  'backbone.layer4.0.bn3.weight': TypedTensor<'float32', [2048]>
  'backbone.layer4.0.bn3.bias': TypedTensor<'float32', [2048]>
  'backbone.layer4.0.bn3.running_mean': TypedTensor<'float32', [2048]>
  'backbone.layer4.0.bn3.running_var': TypedTensor<'float32', [2048]>
  'backbone.layer4.0.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer4.0.downsample.0.weight': TypedTensor<'float32', [2048, 1024, 1, 1]>
  'backbone.layer4.0.downsample.1.weight': TypedTensor<'float32', [2048]>
  'backbone.layer4.0.downsample.1.bias': TypedTensor<'float32', [2048]>
  'backbone.layer4.0.downsample.1.running_mean': TypedTensor<'float32', [2048]>
  'backbone.layer4.0.downsample.1.running_var': TypedTensor<'float32', [2048]>
  'backbone.layer4.0.downsample.1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer4.1.conv1.weight': TypedTensor<'float32', [512, 2048, 1, 1]>
  'backbone.layer4.1.bn1.weight': TypedTensor<'float32', [512]>
  'backbone.layer4.1.bn1.bias': TypedTensor<'float32', [512]>
  'backbone.layer4.1.bn1.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer4.1.bn1.running_var': TypedTensor<'float32', [512]>
  'backbone.layer4.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer4.1.conv2.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'backbone.layer4.1.bn2.weight': TypedTensor<'float32', [512]>
  'backbone.layer4.1.bn2.bias': TypedTensor<'float32', [512]>
  'backbone.layer4.1.bn2.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer4.1.bn2.running_var': TypedTensor<'float32', [512]>
  'backbone.layer4.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer4.1.conv3.weight': TypedTensor<'float32', [2048, 512, 1, 1]>
  'backbone.layer4.1.bn3.weight': TypedTensor<'float32', [2048]>
  'backbone.layer4.1.bn3.bias': TypedTensor<'float32', [2048]>
  'backbone.layer4.1.bn3.running_mean': TypedTensor<'float32', [2048]>
  'backbone.layer4.1.bn3.running_var': TypedTensor<'float32', [2048]>
  'backbone.layer4.1.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer4.2.conv1.weight': TypedTensor<'float32', [512, 2048, 1, 1]>
  'backbone.layer4.2.bn1.weight': TypedTensor<'float32', [512]>
  'backbone.layer4.2.bn1.bias': TypedTensor<'float32', [512]>
  'backbone.layer4.2.bn1.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer4.2.bn1.running_var': TypedTensor<'float32', [512]>
  'backbone.layer4.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer4.2.conv2.weight': TypedTensor<'float32', [512, 512, 3, 3]>
  'backbone.layer4.2.bn2.weight': TypedTensor<'float32', [512]>
  'backbone.layer4.2.bn2.bias': TypedTensor<'float32', [512]>
  'backbone.layer4.2.bn2.running_mean': TypedTensor<'float32', [512]>
  'backbone.layer4.2.bn2.running_var': TypedTensor<'float32', [512]>
  'backbone.layer4.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'backbone.layer4.2.conv3.weight': TypedTensor<'float32', [2048, 512, 1, 1]>
  'backbone.layer4.2.bn3.weight': TypedTensor<'float32', [2048]>
  'backbone.layer4.2.bn3.bias': TypedTensor<'float32', [2048]>
  'backbone.layer4.2.bn3.running_mean': TypedTensor<'float32', [2048]>
  'backbone.layer4.2.bn3.running_var': TypedTensor<'float32', [2048]>
  'backbone.layer4.2.bn3.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.0.weight': TypedTensor<'float32', [512, 2048, 3, 3]>
  'classifier.1.weight': TypedTensor<'float32', [512]>
  'classifier.1.bias': TypedTensor<'float32', [512]>
  'classifier.1.running_mean': TypedTensor<'float32', [512]>
  'classifier.1.running_var': TypedTensor<'float32', [512]>
  'classifier.1.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.4.weight': TypedTensor<'float32', [21, 512, 1, 1]>
  'classifier.4.bias': TypedTensor<'float32', [21]>
  'aux_classifier.0.weight': TypedTensor<'float32', [256, 1024, 3, 3]>
  'aux_classifier.1.weight': TypedTensor<'float32', [256]>
  'aux_classifier.1.bias': TypedTensor<'float32', [256]>
  'aux_classifier.1.running_mean': TypedTensor<'float32', [256]>
  'aux_classifier.1.running_var': TypedTensor<'float32', [256]>
  'aux_classifier.1.num_batches_tracked': TypedTensor<'int64', []>
  'aux_classifier.4.weight': TypedTensor<'float32', [21, 256, 1, 1]>
  'aux_classifier.4.bias': TypedTensor<'float32', [21]>
}

export interface BackboneOptions {
  readonly layers: readonly number[]
}

export interface FCNHeadOptions {
  readonly in_channels: number
  readonly channels: number
}

export interface FCNOptions {
  readonly layers?: readonly number[]
  readonly num_classes?: number
  readonly aux_loss?: boolean
}

export class Backbone extends Module {
  readonly conv1: nn.Conv2d
  readonly bn1: nn.BatchNorm2d
  readonly relu: nn.ReLU
  readonly maxpool: nn.MaxPool2d
  readonly layer1: Stage
  readonly layer2: Stage
  readonly layer3: Stage
  readonly layer4: Stage

  constructor({ layers }: BackboneOptions) {
    super()
    this.conv1 = this.registerModule(
      'conv1',
      new nn.Conv2d({ in_channels: 3, out_channels: 64, kernel_size: 7, stride: 2, padding: 3, bias: false }),
    )
    this.bn1 = this.registerModule('bn1', new nn.BatchNorm2d({ num_features: 64 }))
    this.relu = this.registerModule('relu', new nn.ReLU({ inplace: true }))
    this.maxpool = this.registerModule('maxpool', new nn.MaxPool2d({ kernel_size: 3, stride: 2, padding: 1 }))
    this.layer1 = this.registerModule(
      'layer1',
      new Stage({ block: 'Bottleneck', inplanes: 64, planes: 64, blocks: layers[0]! }),
    )
    this.layer2 = this.registerModule(
      'layer2',
      new Stage({ block: 'Bottleneck', inplanes: 256, planes: 128, blocks: layers[1]!, stride: 2 }),
    )
    this.layer3 = this.registerModule(
      'layer3',
      new Stage({ block: 'Bottleneck', inplanes: 512, planes: 256, blocks: layers[2]!, dilation: 2 }),
    )
    this.layer4 = this.registerModule(
      'layer4',
      new Stage({
        block: 'Bottleneck',
        inplanes: 1024,
        planes: 512,
        blocks: layers[3]!,
        first_dilation: 2,
        dilation: 4,
      }),
    )
  }

  override forward(x: Tensor): readonly [Tensor, Tensor] {
    x = this.maxpool.forward(this.relu.forward(this.bn1.forward(this.conv1.forward(x))))
    x = this.layer3.forward(this.layer2.forward(this.layer1.forward(x)))
    return [this.layer4.forward(x), x]
  }
}

export class FCNHead extends nn.Sequential {
  constructor({ in_channels, channels }: FCNHeadOptions) {
    const inter_channels = Math.floor(in_channels / 4)
    super(
      new nn.Conv2d({ in_channels, out_channels: inter_channels, kernel_size: 3, padding: 1, bias: false }),
      new nn.BatchNorm2d({ num_features: inter_channels }),
      new nn.ReLU(),
      new nn.Dropout({ p: 0.1 }),
      new nn.Conv2d({ in_channels: inter_channels, out_channels: channels, kernel_size: 1 }),
    )
  }
}

/**
 * Fully convolutional network on a dilated ResNet-50, Long et al. 2014 (arXiv:1411.4038). Keys as torchvision fcn_resnet50; without the auxiliary head by aux_loss.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class FCN extends Module<FCNState> {
  readonly backbone: Backbone
  readonly classifier: FCNHead
  readonly aux_classifier: FCNHead | null

  constructor({ layers = [3, 4, 6, 3], num_classes = 21, aux_loss = true }: FCNOptions = {}) {
    super()
    this.backbone = this.registerModule('backbone', new Backbone({ layers }))
    this.classifier = this.registerModule('classifier', new FCNHead({ in_channels: 2048, channels: num_classes }))
    this.aux_classifier = this.registerModule(
      'aux_classifier',
      aux_loss ? new FCNHead({ in_channels: 1024, channels: num_classes }) : null,
    )
    this.madeFrom(async () => (await import('./fcn.source.js')).source, { layers, num_classes, aux_loss })
  }

  override forward(x: Tensor): { readonly out: Tensor; readonly aux: Tensor | null } {
    const input_shape = x.shape.slice(-2)
    const [features, aux] = this.backbone.forward(x)
    x = this.classifier.forward(features)
    x = F.interpolate(x, { size: input_shape, mode: 'bilinear', align_corners: false })
    let result: Tensor | null = null
    if (this.aux_classifier !== null) {
      result = this.aux_classifier.forward(aux)
      result = F.interpolate(result!, { size: input_shape, mode: 'bilinear', align_corners: false })
    }

    return { out: x, aux: result }
  }
}
