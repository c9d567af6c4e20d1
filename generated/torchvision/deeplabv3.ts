// Made by holdfast from specs/torchvision/deeplabv3.yaml; do not edit: change the spec and build again.
// spec sha256 87fd45906e1125c45ff037be2775959db2d2442496ab29cd8efe6d2382278b1e
/* eslint-disable */
import { F, Module, nn, type Tensor, type TypedTensor } from 'holdfast/runtime'
import { Backbone, FCNHead } from './fcn.js'

/** The state_dict of DeepLabV3 with default options: every key with dtype and shape. */
export type DeepLabV3State = {
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
  'classifier.0.convs.0.0.weight': TypedTensor<'float32', [256, 2048, 1, 1]>
  'classifier.0.convs.0.1.weight': TypedTensor<'float32', [256]>
  'classifier.0.convs.0.1.bias': TypedTensor<'float32', [256]>
  'classifier.0.convs.0.1.running_mean': TypedTensor<'float32', [256]>
  'classifier.0.convs.0.1.running_var': TypedTensor<'float32', [256]>
  'classifier.0.convs.0.1.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.0.convs.1.0.weight': TypedTensor<'float32', [256, 2048, 3, 3]>
  'classifier.0.convs.1.1.weight': TypedTensor<'float32', [256]>
  'classifier.0.convs.1.1.bias': TypedTensor<'float32', [256]>
  'classifier.0.convs.1.1.running_mean': TypedTensor<'float32', [256]>
  'classifier.0.convs.1.1.running_var': TypedTensor<'float32', [256]>
  'classifier.0.convs.1.1.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.0.convs.2.0.weight': TypedTensor<'float32', [256, 2048, 3, 3]>
  'classifier.0.convs.2.1.weight': TypedTensor<'float32', [256]>
  'classifier.0.convs.2.1.bias': TypedTensor<'float32', [256]>
  'classifier.0.convs.2.1.running_mean': TypedTensor<'float32', [256]>
  'classifier.0.convs.2.1.running_var': TypedTensor<'float32', [256]>
  'classifier.0.convs.2.1.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.0.convs.3.0.weight': TypedTensor<'float32', [256, 2048, 3, 3]>
  'classifier.0.convs.3.1.weight': TypedTensor<'float32', [256]>
  'classifier.0.convs.3.1.bias': TypedTensor<'float32', [256]>
  'classifier.0.convs.3.1.running_mean': TypedTensor<'float32', [256]>
  'classifier.0.convs.3.1.running_var': TypedTensor<'float32', [256]>
  'classifier.0.convs.3.1.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.0.convs.4.1.weight': TypedTensor<'float32', [256, 2048, 1, 1]>
  'classifier.0.convs.4.2.weight': TypedTensor<'float32', [256]>
  'classifier.0.convs.4.2.bias': TypedTensor<'float32', [256]>
  'classifier.0.convs.4.2.running_mean': TypedTensor<'float32', [256]>
  'classifier.0.convs.4.2.running_var': TypedTensor<'float32', [256]>
  'classifier.0.convs.4.2.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.0.project.0.weight': TypedTensor<'float32', [256, 1280, 1, 1]>
  'classifier.0.project.1.weight': TypedTensor<'float32', [256]>
  'classifier.0.project.1.bias': TypedTensor<'float32', [256]>
  'classifier.0.project.1.running_mean': TypedTensor<'float32', [256]>
  'classifier.0.project.1.running_var': TypedTensor<'float32', [256]>
  'classifier.0.project.1.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.1.weight': TypedTensor<'float32', [256, 256, 3, 3]>
  'classifier.2.weight': TypedTensor<'float32', [256]>
  'classifier.2.bias': TypedTensor<'float32', [256]>
  'classifier.2.running_mean': TypedTensor<'float32', [256]>
  'classifier.2.running_var': TypedTensor<'float32', [256]>
  'classifier.2.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.4.weight': TypedTensor<'float32', [21, 256, 1, 1]>
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

export interface ASPPConvOptions {
  readonly in_channels: number
  readonly out_channels: number
  readonly dilation: number
}

export interface ASPPPoolingOptions {
  readonly in_channels: number
  readonly out_channels: number
}

export interface ASPPOptions {
  readonly in_channels: number
  readonly atrous_rates: readonly number[]
  readonly out_channels?: number
}

export interface DeepLabV3Options {
  readonly layers?: readonly number[]
  readonly num_classes?: number
  readonly atrous_rates?: readonly number[]
  readonly aux_loss?: boolean
}

export class ASPPConv extends nn.Sequential {
  constructor({ in_channels, out_channels, dilation }: ASPPConvOptions) {
    super(
      new nn.Conv2d({ in_channels, out_channels, kernel_size: 3, padding: dilation, dilation, bias: false }),
      new nn.BatchNorm2d({ num_features: out_channels }),
      new nn.ReLU(),
    )
  }
}

export class ASPPPooling extends Module {
  readonly pool: nn.AdaptiveAvgPool2d
  readonly conv: nn.Conv2d
  readonly norm: nn.BatchNorm2d
  readonly act: nn.ReLU

  constructor({ in_channels, out_channels }: ASPPPoolingOptions) {
    super()
    this.pool = this.registerModule('pool', new nn.AdaptiveAvgPool2d({ output_size: 1 }), { key: '0' })
    this.conv = this.registerModule(
      'conv',
      new nn.Conv2d({ in_channels, out_channels, kernel_size: 1, bias: false }),
      { key: '1' },
    )
    this.norm = this.registerModule('norm', new nn.BatchNorm2d({ num_features: out_channels }), { key: '2' })
    this.act = this.registerModule('act', new nn.ReLU(), { key: '3' })
  }

  override forward(x: Tensor): Tensor {
    const size = x.shape.slice(-2)
    for (const mod of [this.pool, this.conv, this.norm, this.act]) {
      x = mod.forward(x)
    }

    return F.interpolate(x, { size, mode: 'bilinear', align_corners: false })
  }
}

export class ASPP extends Module {
  readonly convs: nn.ModuleList<nn.Sequential | ASPPConv | ASPPPooling>
  readonly project: nn.Sequential

  constructor({ in_channels, atrous_rates, out_channels = 256 }: ASPPOptions) {
    super()
    this.convs = this.registerModule(
      'convs',
      new nn.ModuleList([
        new nn.Sequential(
          new nn.Conv2d({ in_channels, out_channels, kernel_size: 1, bias: false }),
          new nn.BatchNorm2d({ num_features: out_channels }),
          new nn.ReLU(),
        ),
        ...atrous_rates.map(rate => new ASPPConv({ in_channels, out_channels, dilation: rate })),
        new ASPPPooling({ in_channels, out_channels }),
      ]),
    )
    this.project = this.registerModule(
      'project',
      new nn.Sequential(
        new nn.Conv2d({
          in_channels: (atrous_rates.length + 2) * out_channels,
          out_channels,
          kernel_size: 1,
          bias: false,
        }),
        new nn.BatchNorm2d({ num_features: out_channels }),
        new nn.ReLU(),
        new nn.Dropout({ p: 0.5 }),
      ),
    )
  }

  override forward(x: Tensor): Tensor {
    const _res: Tensor[] = []
    for (const conv of [...this.convs]) {
      _res.push(conv.forward(x))
    }

    const res = F.cat(_res, { dim: 1 })
    return this.project.forward(res)
  }
}

/**
 * DeepLabV3 on a dilated ResNet-50, Chen et al. 2017 (arXiv:1706.05587). Keys as torchvision deeplabv3_resnet50.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class DeepLabV3 extends Module<DeepLabV3State> {
  readonly backbone: Backbone
  readonly classifier: nn.Sequential
  readonly aux_classifier: FCNHead | null

  constructor({ layers = [3, 4, 6, 3], num_classes = 21, atrous_rates = [12, 24, 36], aux_loss = true }: DeepLabV3Options = {}) {
    super()
    this.backbone = this.registerModule('backbone', new Backbone({ layers }))
    this.classifier = this.registerModule(
      'classifier',
      new nn.Sequential(
        new ASPP({ in_channels: 2048, atrous_rates }),
        new nn.Conv2d({ in_channels: 256, out_channels: 256, kernel_size: 3, padding: 1, bias: false }),
        new nn.BatchNorm2d({ num_features: 256 }),
        new nn.ReLU(),
        new nn.Conv2d({ in_channels: 256, out_channels: num_classes, kernel_size: 1 }),
      ),
    )
    this.aux_classifier = this.registerModule(
      'aux_classifier',
      aux_loss ? new FCNHead({ in_channels: 1024, channels: num_classes }) : null,
    )
    this.madeFrom(
      async () => (await import('./deeplabv3.source.js')).source,
      { layers, num_classes, atrous_rates, aux_loss },
    )
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
