// Made by holdfast from specs/torchvision/densenet.yaml; do not edit: change the spec and build again.
// spec sha256 937a3835878611f26d034a03c36daf9412809cc2c89c45f05d659c2663378892
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of DenseNet with default options: every key with dtype and shape. */
export type DenseNetState = {
  'features.conv0.weight': TypedTensor<'float32', [64, 3, 7, 7]>
  'features.norm0.weight': TypedTensor<'float32', [64]>
  'features.norm0.bias': TypedTensor<'float32', [64]>
  'features.norm0.running_mean': TypedTensor<'float32', [64]>
  'features.norm0.running_var': TypedTensor<'float32', [64]>
  'features.norm0.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer1.norm1.weight': TypedTensor<'float32', [64]>
  'features.denseblock1.denselayer1.norm1.bias': TypedTensor<'float32', [64]>
  'features.denseblock1.denselayer1.norm1.running_mean': TypedTensor<'float32', [64]>
  'features.denseblock1.denselayer1.norm1.running_var': TypedTensor<'float32', [64]>
  'features.denseblock1.denselayer1.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer1.conv1.weight': TypedTensor<'float32', [128, 64, 1, 1]>
  'features.denseblock1.denselayer1.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer1.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer1.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer1.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer1.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer1.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock1.denselayer2.norm1.weight': TypedTensor<'float32', [96]>
  'features.denseblock1.denselayer2.norm1.bias': TypedTensor<'float32', [96]>
  'features.denseblock1.denselayer2.norm1.running_mean': TypedTensor<'float32', [96]>
  'features.denseblock1.denselayer2.norm1.running_var': TypedTensor<'float32', [96]>
  'features.denseblock1.denselayer2.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer2.conv1.weight': TypedTensor<'float32', [128, 96, 1, 1]>
  'features.denseblock1.denselayer2.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer2.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer2.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer2.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer2.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer2.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock1.denselayer3.norm1.weight': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer3.norm1.bias': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer3.norm1.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer3.norm1.running_var': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer3.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer3.conv1.weight': TypedTensor<'float32', [128, 128, 1, 1]>
  'features.denseblock1.denselayer3.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer3.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer3.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer3.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer3.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer3.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock1.denselayer4.norm1.weight': TypedTensor<'float32', [160]>
  'features.denseblock1.denselayer4.norm1.bias': TypedTensor<'float32', [160]>
  'features.denseblock1.denselayer4.norm1.running_mean': TypedTensor<'float32', [160]>
  'features.denseblock1.denselayer4.norm1.running_var': TypedTensor<'float32', [160]>
  'features.denseblock1.denselayer4.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer4.conv1.weight': TypedTensor<'float32', [128, 160, 1, 1]>
  'features.denseblock1.denselayer4.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer4.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer4.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer4.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer4.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer4.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock1.denselayer5.norm1.weight': TypedTensor<'float32', [192]>
  'features.denseblock1.denselayer5.norm1.bias': TypedTensor<'float32', [192]>
  'features.denseblock1.denselayer5.norm1.running_mean': TypedTensor<'float32', [192]>
  'features.denseblock1.denselayer5.norm1.running_var': TypedTensor<'float32', [192]>
  'features.denseblock1.denselayer5.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer5.conv1.weight': TypedTensor<'float32', [128, 192, 1, 1]>
  'features.denseblock1.denselayer5.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer5.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer5.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer5.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer5.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer5.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock1.denselayer6.norm1.weight': TypedTensor<'float32', [224]>
  'features.denseblock1.denselayer6.norm1.bias': TypedTensor<'float32', [224]>
  'features.denseblock1.denselayer6.norm1.running_mean': TypedTensor<'float32', [224]>
  'features.denseblock1.denselayer6.norm1.running_var': TypedTensor<'float32', [224]>
  'features.denseblock1.denselayer6.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer6.conv1.weight': TypedTensor<'float32', [128, 224, 1, 1]>
  'features.denseblock1.denselayer6.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer6.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer6.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer6.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock1.denselayer6.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock1.denselayer6.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.transition1.norm.weight': TypedTensor<'float32', [256]>
  'features.transition1.norm.bias': TypedTensor<'float32', [256]>
  'features.transition1.norm.running_mean': TypedTensor<'float32', [256]>
  'features.transition1.norm.running_var': TypedTensor<'float32', [256]>
  'features.transition1.norm.num_batches_tracked': TypedTensor<'int64', []>
  'features.transition1.conv.weight': TypedTensor<'float32', [128, 256, 1, 1]>
  'features.denseblock2.denselayer1.norm1.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer1.norm1.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer1.norm1.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer1.norm1.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer1.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer1.conv1.weight': TypedTensor<'float32', [128, 128, 1, 1]>
  'features.denseblock2.denselayer1.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer1.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer1.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer1.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer1.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer1.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer2.norm1.weight': TypedTensor<'float32', [160]>
  'features.denseblock2.denselayer2.norm1.bias': TypedTensor<'float32', [160]>
  'features.denseblock2.denselayer2.norm1.running_mean': TypedTensor<'float32', [160]>
  'features.denseblock2.denselayer2.norm1.running_var': TypedTensor<'float32', [160]>
  'features.denseblock2.denselayer2.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer2.conv1.weight': TypedTensor<'float32', [128, 160, 1, 1]>
  'features.denseblock2.denselayer2.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer2.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer2.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer2.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer2.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer2.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer3.norm1.weight': TypedTensor<'float32', [192]>
  'features.denseblock2.denselayer3.norm1.bias': TypedTensor<'float32', [192]>
  'features.denseblock2.denselayer3.norm1.running_mean': TypedTensor<'float32', [192]>
  'features.denseblock2.denselayer3.norm1.running_var': TypedTensor<'float32', [192]>
  'features.denseblock2.denselayer3.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer3.conv1.weight': TypedTensor<'float32', [128, 192, 1, 1]>
  'features.denseblock2.denselayer3.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer3.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer3.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer3.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer3.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer3.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer4.norm1.weight': TypedTensor<'float32', [224]>
  'features.denseblock2.denselayer4.norm1.bias': TypedTensor<'float32', [224]>
  'features.denseblock2.denselayer4.norm1.running_mean': TypedTensor<'float32', [224]>
  'features.denseblock2.denselayer4.norm1.running_var': TypedTensor<'float32', [224]>
  'features.denseblock2.denselayer4.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer4.conv1.weight': TypedTensor<'float32', [128, 224, 1, 1]>
  'features.denseblock2.denselayer4.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer4.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer4.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer4.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer4.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer4.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer5.norm1.weight': TypedTensor<'float32', [256]>
  'features.denseblock2.denselayer5.norm1.bias': TypedTensor<'float32', [256]>
  'features.denseblock2.denselayer5.norm1.running_mean': TypedTensor<'float32', [256]>
  'features.denseblock2.denselayer5.norm1.running_var': TypedTensor<'float32', [256]>
  'features.denseblock2.denselayer5.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer5.conv1.weight': TypedTensor<'float32', [128, 256, 1, 1]>
  'features.denseblock2.denselayer5.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer5.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer5.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer5.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer5.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer5.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer6.norm1.weight': TypedTensor<'float32', [288]>
  'features.denseblock2.denselayer6.norm1.bias': TypedTensor<'float32', [288]>
  'features.denseblock2.denselayer6.norm1.running_mean': TypedTensor<'float32', [288]>
  'features.denseblock2.denselayer6.norm1.running_var': TypedTensor<'float32', [288]>
  'features.denseblock2.denselayer6.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer6.conv1.weight': TypedTensor<'float32', [128, 288, 1, 1]>
  'features.denseblock2.denselayer6.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer6.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer6.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer6.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer6.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer6.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer7.norm1.weight': TypedTensor<'float32', [320]>
  'features.denseblock2.denselayer7.norm1.bias': TypedTensor<'float32', [320]>
  'features.denseblock2.denselayer7.norm1.running_mean': TypedTensor<'float32', [320]>
  'features.denseblock2.denselayer7.norm1.running_var': TypedTensor<'float32', [320]>
  'features.denseblock2.denselayer7.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer7.conv1.weight': TypedTensor<'float32', [128, 320, 1, 1]>
  'features.denseblock2.denselayer7.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer7.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer7.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer7.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer7.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer7.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer8.norm1.weight': TypedTensor<'float32', [352]>
  'features.denseblock2.denselayer8.norm1.bias': TypedTensor<'float32', [352]>
  'features.denseblock2.denselayer8.norm1.running_mean': TypedTensor<'float32', [352]>
  'features.denseblock2.denselayer8.norm1.running_var': TypedTensor<'float32', [352]>
  'features.denseblock2.denselayer8.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer8.conv1.weight': TypedTensor<'float32', [128, 352, 1, 1]>
  'features.denseblock2.denselayer8.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer8.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer8.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer8.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer8.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer8.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer9.norm1.weight': TypedTensor<'float32', [384]>
  'features.denseblock2.denselayer9.norm1.bias': TypedTensor<'float32', [384]>
  'features.denseblock2.denselayer9.norm1.running_mean': TypedTensor<'float32', [384]>
  'features.denseblock2.denselayer9.norm1.running_var': TypedTensor<'float32', [384]>
  'features.denseblock2.denselayer9.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer9.conv1.weight': TypedTensor<'float32', [128, 384, 1, 1]>
  'features.denseblock2.denselayer9.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer9.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer9.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer9.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer9.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer9.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer10.norm1.weight': TypedTensor<'float32', [416]>
  'features.denseblock2.denselayer10.norm1.bias': TypedTensor<'float32', [416]>
  'features.denseblock2.denselayer10.norm1.running_mean': TypedTensor<'float32', [416]>
  'features.denseblock2.denselayer10.norm1.running_var': TypedTensor<'float32', [416]>
  'features.denseblock2.denselayer10.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer10.conv1.weight': TypedTensor<'float32', [128, 416, 1, 1]>
  'features.denseblock2.denselayer10.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer10.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer10.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer10.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer10.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer10.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer11.norm1.weight': TypedTensor<'float32', [448]>
  'features.denseblock2.denselayer11.norm1.bias': TypedTensor<'float32', [448]>
  'features.denseblock2.denselayer11.norm1.running_mean': TypedTensor<'float32', [448]>
  'features.denseblock2.denselayer11.norm1.running_var': TypedTensor<'float32', [448]>
  'features.denseblock2.denselayer11.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer11.conv1.weight': TypedTensor<'float32', [128, 448, 1, 1]>
  'features.denseblock2.denselayer11.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer11.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer11.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer11.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer11.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer11.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock2.denselayer12.norm1.weight': TypedTensor<'float32', [480]>
  'features.denseblock2.denselayer12.norm1.bias': TypedTensor<'float32', [480]>
  'features.denseblock2.denselayer12.norm1.running_mean': TypedTensor<'float32', [480]>
  'features.denseblock2.denselayer12.norm1.running_var': TypedTensor<'float32', [480]>
  'features.denseblock2.denselayer12.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer12.conv1.weight': TypedTensor<'float32', [128, 480, 1, 1]>
  'features.denseblock2.denselayer12.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer12.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer12.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer12.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock2.denselayer12.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock2.denselayer12.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.transition2.norm.weight': TypedTensor<'float32', [512]>
  'features.transition2.norm.bias': TypedTensor<'float32', [512]>
  'features.transition2.norm.running_mean': TypedTensor<'float32', [512]>
  'features.transition2.norm.running_var': TypedTensor<'float32', [512]>
  'features.transition2.norm.num_batches_tracked': TypedTensor<'int64', []>
  'features.transition2.conv.weight': TypedTensor<'float32', [256, 512, 1, 1]>
  'features.denseblock3.denselayer1.norm1.weight': TypedTensor<'float32', [256]>
  'features.denseblock3.denselayer1.norm1.bias': TypedTensor<'float32', [256]>
  'features.denseblock3.denselayer1.norm1.running_mean': TypedTensor<'float32', [256]>
  'features.denseblock3.denselayer1.norm1.running_var': TypedTensor<'float32', [256]>
  'features.denseblock3.denselayer1.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer1.conv1.weight': TypedTensor<'float32', [128, 256, 1, 1]>
  'features.denseblock3.denselayer1.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer1.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer1.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer1.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer1.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer1.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer2.norm1.weight': TypedTensor<'float32', [288]>
  'features.denseblock3.denselayer2.norm1.bias': TypedTensor<'float32', [288]>
  'features.denseblock3.denselayer2.norm1.running_mean': TypedTensor<'float32', [288]>
  'features.denseblock3.denselayer2.norm1.running_var': TypedTensor<'float32', [288]>
  'features.denseblock3.denselayer2.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer2.conv1.weight': TypedTensor<'float32', [128, 288, 1, 1]>
  'features.denseblock3.denselayer2.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer2.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer2.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer2.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer2.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer2.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer3.norm1.weight': TypedTensor<'float32', [320]>
  'features.denseblock3.denselayer3.norm1.bias': TypedTensor<'float32', [320]>
  'features.denseblock3.denselayer3.norm1.running_mean': TypedTensor<'float32', [320]>
  'features.denseblock3.denselayer3.norm1.running_var': TypedTensor<'float32', [320]>
  'features.denseblock3.denselayer3.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer3.conv1.weight': TypedTensor<'float32', [128, 320, 1, 1]>
  'features.denseblock3.denselayer3.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer3.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer3.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer3.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer3.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer3.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer4.norm1.weight': TypedTensor<'float32', [352]>
  'features.denseblock3.denselayer4.norm1.bias': TypedTensor<'float32', [352]>
  'features.denseblock3.denselayer4.norm1.running_mean': TypedTensor<'float32', [352]>
  'features.denseblock3.denselayer4.norm1.running_var': TypedTensor<'float32', [352]>
  'features.denseblock3.denselayer4.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer4.conv1.weight': TypedTensor<'float32', [128, 352, 1, 1]>
  'features.denseblock3.denselayer4.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer4.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer4.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer4.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer4.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer4.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer5.norm1.weight': TypedTensor<'float32', [384]>
  'features.denseblock3.denselayer5.norm1.bias': TypedTensor<'float32', [384]>
  'features.denseblock3.denselayer5.norm1.running_mean': TypedTensor<'float32', [384]>
  'features.denseblock3.denselayer5.norm1.running_var': TypedTensor<'float32', [384]>
  'features.denseblock3.denselayer5.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer5.conv1.weight': TypedTensor<'float32', [128, 384, 1, 1]>
  'features.denseblock3.denselayer5.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer5.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer5.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer5.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer5.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer5.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer6.norm1.weight': TypedTensor<'float32', [416]>
  'features.denseblock3.denselayer6.norm1.bias': TypedTensor<'float32', [416]>
  'features.denseblock3.denselayer6.norm1.running_mean': TypedTensor<'float32', [416]>
  'features.denseblock3.denselayer6.norm1.running_var': TypedTensor<'float32', [416]>
  'features.denseblock3.denselayer6.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer6.conv1.weight': TypedTensor<'float32', [128, 416, 1, 1]>
  'features.denseblock3.denselayer6.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer6.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer6.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer6.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer6.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer6.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer7.norm1.weight': TypedTensor<'float32', [448]>
  'features.denseblock3.denselayer7.norm1.bias': TypedTensor<'float32', [448]>
  'features.denseblock3.denselayer7.norm1.running_mean': TypedTensor<'float32', [448]>
  'features.denseblock3.denselayer7.norm1.running_var': TypedTensor<'float32', [448]>
  'features.denseblock3.denselayer7.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer7.conv1.weight': TypedTensor<'float32', [128, 448, 1, 1]>
  'features.denseblock3.denselayer7.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer7.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer7.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer7.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer7.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer7.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer8.norm1.weight': TypedTensor<'float32', [480]>
  'features.denseblock3.denselayer8.norm1.bias': TypedTensor<'float32', [480]>
  'features.denseblock3.denselayer8.norm1.running_mean': TypedTensor<'float32', [480]>
  'features.denseblock3.denselayer8.norm1.running_var': TypedTensor<'float32', [480]>
  'features.denseblock3.denselayer8.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer8.conv1.weight': TypedTensor<'float32', [128, 480, 1, 1]>
  'features.denseblock3.denselayer8.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer8.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer8.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer8.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer8.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer8.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer9.norm1.weight': TypedTensor<'float32', [512]>
  'features.denseblock3.denselayer9.norm1.bias': TypedTensor<'float32', [512]>
  'features.denseblock3.denselayer9.norm1.running_mean': TypedTensor<'float32', [512]>
  'features.denseblock3.denselayer9.norm1.running_var': TypedTensor<'float32', [512]>
  'features.denseblock3.denselayer9.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer9.conv1.weight': TypedTensor<'float32', [128, 512, 1, 1]>
  'features.denseblock3.denselayer9.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer9.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer9.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer9.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer9.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer9.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer10.norm1.weight': TypedTensor<'float32', [544]>
  'features.denseblock3.denselayer10.norm1.bias': TypedTensor<'float32', [544]>
  'features.denseblock3.denselayer10.norm1.running_mean': TypedTensor<'float32', [544]>
  'features.denseblock3.denselayer10.norm1.running_var': TypedTensor<'float32', [544]>
  'features.denseblock3.denselayer10.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer10.conv1.weight': TypedTensor<'float32', [128, 544, 1, 1]>
  'features.denseblock3.denselayer10.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer10.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer10.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer10.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer10.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer10.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer11.norm1.weight': TypedTensor<'float32', [576]>
  'features.denseblock3.denselayer11.norm1.bias': TypedTensor<'float32', [576]>
  'features.denseblock3.denselayer11.norm1.running_mean': TypedTensor<'float32', [576]>
  'features.denseblock3.denselayer11.norm1.running_var': TypedTensor<'float32', [576]>
  'features.denseblock3.denselayer11.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer11.conv1.weight': TypedTensor<'float32', [128, 576, 1, 1]>
  'features.denseblock3.denselayer11.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer11.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer11.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer11.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer11.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer11.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer12.norm1.weight': TypedTensor<'float32', [608]>
  'features.denseblock3.denselayer12.norm1.bias': TypedTensor<'float32', [608]>
  'features.denseblock3.denselayer12.norm1.running_mean': TypedTensor<'float32', [608]>
  'features.denseblock3.denselayer12.norm1.running_var': TypedTensor<'float32', [608]>
  'features.denseblock3.denselayer12.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer12.conv1.weight': TypedTensor<'float32', [128, 608, 1, 1]>
  'features.denseblock3.denselayer12.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer12.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer12.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer12.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer12.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer12.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer13.norm1.weight': TypedTensor<'float32', [640]>
  'features.denseblock3.denselayer13.norm1.bias': TypedTensor<'float32', [640]>
  'features.denseblock3.denselayer13.norm1.running_mean': TypedTensor<'float32', [640]>
  'features.denseblock3.denselayer13.norm1.running_var': TypedTensor<'float32', [640]>
  'features.denseblock3.denselayer13.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer13.conv1.weight': TypedTensor<'float32', [128, 640, 1, 1]>
  'features.denseblock3.denselayer13.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer13.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer13.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer13.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer13.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer13.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer14.norm1.weight': TypedTensor<'float32', [672]>
  'features.denseblock3.denselayer14.norm1.bias': TypedTensor<'float32', [672]>
  'features.denseblock3.denselayer14.norm1.running_mean': TypedTensor<'float32', [672]>
  'features.denseblock3.denselayer14.norm1.running_var': TypedTensor<'float32', [672]>
  'features.denseblock3.denselayer14.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer14.conv1.weight': TypedTensor<'float32', [128, 672, 1, 1]>
  'features.denseblock3.denselayer14.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer14.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer14.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer14.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer14.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer14.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer15.norm1.weight': TypedTensor<'float32', [704]>
  'features.denseblock3.denselayer15.norm1.bias': TypedTensor<'float32', [704]>
  'features.denseblock3.denselayer15.norm1.running_mean': TypedTensor<'float32', [704]>
  'features.denseblock3.denselayer15.norm1.running_var': TypedTensor<'float32', [704]>
  'features.denseblock3.denselayer15.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer15.conv1.weight': TypedTensor<'float32', [128, 704, 1, 1]>
  'features.denseblock3.denselayer15.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer15.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer15.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer15.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer15.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer15.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer16.norm1.weight': TypedTensor<'float32', [736]>
  'features.denseblock3.denselayer16.norm1.bias': TypedTensor<'float32', [736]>
  'features.denseblock3.denselayer16.norm1.running_mean': TypedTensor<'float32', [736]>
  'features.denseblock3.denselayer16.norm1.running_var': TypedTensor<'float32', [736]>
  'features.denseblock3.denselayer16.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer16.conv1.weight': TypedTensor<'float32', [128, 736, 1, 1]>
  'features.denseblock3.denselayer16.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer16.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer16.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer16.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer16.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer16.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer17.norm1.weight': TypedTensor<'float32', [768]>
  'features.denseblock3.denselayer17.norm1.bias': TypedTensor<'float32', [768]>
  'features.denseblock3.denselayer17.norm1.running_mean': TypedTensor<'float32', [768]>
  'features.denseblock3.denselayer17.norm1.running_var': TypedTensor<'float32', [768]>
  'features.denseblock3.denselayer17.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer17.conv1.weight': TypedTensor<'float32', [128, 768, 1, 1]>
  'features.denseblock3.denselayer17.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer17.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer17.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer17.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer17.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer17.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer18.norm1.weight': TypedTensor<'float32', [800]>
  'features.denseblock3.denselayer18.norm1.bias': TypedTensor<'float32', [800]>
  'features.denseblock3.denselayer18.norm1.running_mean': TypedTensor<'float32', [800]>
  'features.denseblock3.denselayer18.norm1.running_var': TypedTensor<'float32', [800]>
  'features.denseblock3.denselayer18.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer18.conv1.weight': TypedTensor<'float32', [128, 800, 1, 1]>
  'features.denseblock3.denselayer18.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer18.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer18.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer18.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer18.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer18.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer19.norm1.weight': TypedTensor<'float32', [832]>
  'features.denseblock3.denselayer19.norm1.bias': TypedTensor<'float32', [832]>
  'features.denseblock3.denselayer19.norm1.running_mean': TypedTensor<'float32', [832]>
  'features.denseblock3.denselayer19.norm1.running_var': TypedTensor<'float32', [832]>
  'features.denseblock3.denselayer19.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer19.conv1.weight': TypedTensor<'float32', [128, 832, 1, 1]>
  'features.denseblock3.denselayer19.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer19.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer19.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer19.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer19.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer19.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer20.norm1.weight': TypedTensor<'float32', [864]>
  'features.denseblock3.denselayer20.norm1.bias': TypedTensor<'float32', [864]>
  'features.denseblock3.denselayer20.norm1.running_mean': TypedTensor<'float32', [864]>
  'features.denseblock3.denselayer20.norm1.running_var': TypedTensor<'float32', [864]>
  'features.denseblock3.denselayer20.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer20.conv1.weight': TypedTensor<'float32', [128, 864, 1, 1]>
  'features.denseblock3.denselayer20.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer20.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer20.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer20.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer20.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer20.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer21.norm1.weight': TypedTensor<'float32', [896]>
  'features.denseblock3.denselayer21.norm1.bias': TypedTensor<'float32', [896]>
  'features.denseblock3.denselayer21.norm1.running_mean': TypedTensor<'float32', [896]>
  'features.denseblock3.denselayer21.norm1.running_var': TypedTensor<'float32', [896]>
  'features.denseblock3.denselayer21.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer21.conv1.weight': TypedTensor<'float32', [128, 896, 1, 1]>
  'features.denseblock3.denselayer21.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer21.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer21.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer21.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer21.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer21.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer22.norm1.weight': TypedTensor<'float32', [928]>
  'features.denseblock3.denselayer22.norm1.bias': TypedTensor<'float32', [928]>
  'features.denseblock3.denselayer22.norm1.running_mean': TypedTensor<'float32', [928]>
  'features.denseblock3.denselayer22.norm1.running_var': TypedTensor<'float32', [928]>
  'features.denseblock3.denselayer22.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer22.conv1.weight': TypedTensor<'float32', [128, 928, 1, 1]>
  'features.denseblock3.denselayer22.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer22.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer22.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer22.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer22.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer22.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer23.norm1.weight': TypedTensor<'float32', [960]>
  'features.denseblock3.denselayer23.norm1.bias': TypedTensor<'float32', [960]>
  'features.denseblock3.denselayer23.norm1.running_mean': TypedTensor<'float32', [960]>
  'features.denseblock3.denselayer23.norm1.running_var': TypedTensor<'float32', [960]>
  'features.denseblock3.denselayer23.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer23.conv1.weight': TypedTensor<'float32', [128, 960, 1, 1]>
  'features.denseblock3.denselayer23.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer23.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer23.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer23.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer23.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer23.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock3.denselayer24.norm1.weight': TypedTensor<'float32', [992]>
  'features.denseblock3.denselayer24.norm1.bias': TypedTensor<'float32', [992]>
  'features.denseblock3.denselayer24.norm1.running_mean': TypedTensor<'float32', [992]>
  'features.denseblock3.denselayer24.norm1.running_var': TypedTensor<'float32', [992]>
  'features.denseblock3.denselayer24.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer24.conv1.weight': TypedTensor<'float32', [128, 992, 1, 1]>
  'features.denseblock3.denselayer24.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer24.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer24.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer24.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock3.denselayer24.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock3.denselayer24.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.transition3.norm.weight': TypedTensor<'float32', [1024]>
  'features.transition3.norm.bias': TypedTensor<'float32', [1024]>
  'features.transition3.norm.running_mean': TypedTensor<'float32', [1024]>
  'features.transition3.norm.running_var': TypedTensor<'float32', [1024]>
  'features.transition3.norm.num_batches_tracked': TypedTensor<'int64', []>
  'features.transition3.conv.weight': TypedTensor<'float32', [512, 1024, 1, 1]>
  'features.denseblock4.denselayer1.norm1.weight': TypedTensor<'float32', [512]>
  'features.denseblock4.denselayer1.norm1.bias': TypedTensor<'float32', [512]>
  'features.denseblock4.denselayer1.norm1.running_mean': TypedTensor<'float32', [512]>
  'features.denseblock4.denselayer1.norm1.running_var': TypedTensor<'float32', [512]>
  'features.denseblock4.denselayer1.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer1.conv1.weight': TypedTensor<'float32', [128, 512, 1, 1]>
  'features.denseblock4.denselayer1.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer1.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer1.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer1.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer1.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer1.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer2.norm1.weight': TypedTensor<'float32', [544]>
  'features.denseblock4.denselayer2.norm1.bias': TypedTensor<'float32', [544]>
  'features.denseblock4.denselayer2.norm1.running_mean': TypedTensor<'float32', [544]>
  'features.denseblock4.denselayer2.norm1.running_var': TypedTensor<'float32', [544]>
  'features.denseblock4.denselayer2.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer2.conv1.weight': TypedTensor<'float32', [128, 544, 1, 1]>
  'features.denseblock4.denselayer2.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer2.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer2.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer2.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer2.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer2.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer3.norm1.weight': TypedTensor<'float32', [576]>
  'features.denseblock4.denselayer3.norm1.bias': TypedTensor<'float32', [576]>
  'features.denseblock4.denselayer3.norm1.running_mean': TypedTensor<'float32', [576]>
  'features.denseblock4.denselayer3.norm1.running_var': TypedTensor<'float32', [576]>
  'features.denseblock4.denselayer3.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer3.conv1.weight': TypedTensor<'float32', [128, 576, 1, 1]>
  'features.denseblock4.denselayer3.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer3.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer3.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer3.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer3.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer3.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer4.norm1.weight': TypedTensor<'float32', [608]>
  'features.denseblock4.denselayer4.norm1.bias': TypedTensor<'float32', [608]>
  'features.denseblock4.denselayer4.norm1.running_mean': TypedTensor<'float32', [608]>
  'features.denseblock4.denselayer4.norm1.running_var': TypedTensor<'float32', [608]>
  'features.denseblock4.denselayer4.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer4.conv1.weight': TypedTensor<'float32', [128, 608, 1, 1]>
  'features.denseblock4.denselayer4.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer4.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer4.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer4.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer4.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer4.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer5.norm1.weight': TypedTensor<'float32', [640]>
  'features.denseblock4.denselayer5.norm1.bias': TypedTensor<'float32', [640]>
  'features.denseblock4.denselayer5.norm1.running_mean': TypedTensor<'float32', [640]>
  'features.denseblock4.denselayer5.norm1.running_var': TypedTensor<'float32', [640]>
  'features.denseblock4.denselayer5.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer5.conv1.weight': TypedTensor<'float32', [128, 640, 1, 1]>
  'features.denseblock4.denselayer5.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer5.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer5.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer5.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer5.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer5.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer6.norm1.weight': TypedTensor<'float32', [672]>
  'features.denseblock4.denselayer6.norm1.bias': TypedTensor<'float32', [672]>
  'features.denseblock4.denselayer6.norm1.running_mean': TypedTensor<'float32', [672]>
  'features.denseblock4.denselayer6.norm1.running_var': TypedTensor<'float32', [672]>
  'features.denseblock4.denselayer6.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer6.conv1.weight': TypedTensor<'float32', [128, 672, 1, 1]>
  'features.denseblock4.denselayer6.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer6.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer6.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer6.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer6.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer6.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer7.norm1.weight': TypedTensor<'float32', [704]>
  'features.denseblock4.denselayer7.norm1.bias': TypedTensor<'float32', [704]>
  'features.denseblock4.denselayer7.norm1.running_mean': TypedTensor<'float32', [704]>
  'features.denseblock4.denselayer7.norm1.running_var': TypedTensor<'float32', [704]>
  'features.denseblock4.denselayer7.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer7.conv1.weight': TypedTensor<'float32', [128, 704, 1, 1]>
  'features.denseblock4.denselayer7.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer7.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer7.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer7.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer7.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer7.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer8.norm1.weight': TypedTensor<'float32', [736]>
  'features.denseblock4.denselayer8.norm1.bias': TypedTensor<'float32', [736]>
  'features.denseblock4.denselayer8.norm1.running_mean': TypedTensor<'float32', [736]>
  'features.denseblock4.denselayer8.norm1.running_var': TypedTensor<'float32', [736]>
  'features.denseblock4.denselayer8.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer8.conv1.weight': TypedTensor<'float32', [128, 736, 1, 1]>
  'features.denseblock4.denselayer8.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer8.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer8.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer8.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer8.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer8.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer9.norm1.weight': TypedTensor<'float32', [768]>
  'features.denseblock4.denselayer9.norm1.bias': TypedTensor<'float32', [768]>
  'features.denseblock4.denselayer9.norm1.running_mean': TypedTensor<'float32', [768]>
  'features.denseblock4.denselayer9.norm1.running_var': TypedTensor<'float32', [768]>
  'features.denseblock4.denselayer9.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer9.conv1.weight': TypedTensor<'float32', [128, 768, 1, 1]>
  'features.denseblock4.denselayer9.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer9.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer9.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer9.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer9.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer9.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer10.norm1.weight': TypedTensor<'float32', [800]>
  'features.denseblock4.denselayer10.norm1.bias': TypedTensor<'float32', [800]>
  'features.denseblock4.denselayer10.norm1.running_mean': TypedTensor<'float32', [800]>
  'features.denseblock4.denselayer10.norm1.running_var': TypedTensor<'float32', [800]>
  'features.denseblock4.denselayer10.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer10.conv1.weight': TypedTensor<'float32', [128, 800, 1, 1]>
  'features.denseblock4.denselayer10.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer10.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer10.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer10.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer10.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer10.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer11.norm1.weight': TypedTensor<'float32', [832]>
  'features.denseblock4.denselayer11.norm1.bias': TypedTensor<'float32', [832]>
  'features.denseblock4.denselayer11.norm1.running_mean': TypedTensor<'float32', [832]>
  'features.denseblock4.denselayer11.norm1.running_var': TypedTensor<'float32', [832]>
  'features.denseblock4.denselayer11.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer11.conv1.weight': TypedTensor<'float32', [128, 832, 1, 1]>
  'features.denseblock4.denselayer11.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer11.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer11.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer11.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer11.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer11.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer12.norm1.weight': TypedTensor<'float32', [864]>
  'features.denseblock4.denselayer12.norm1.bias': TypedTensor<'float32', [864]>
  'features.denseblock4.denselayer12.norm1.running_mean': TypedTensor<'float32', [864]>
  'features.denseblock4.denselayer12.norm1.running_var': TypedTensor<'float32', [864]>
  'features.denseblock4.denselayer12.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer12.conv1.weight': TypedTensor<'float32', [128, 864, 1, 1]>
  'features.denseblock4.denselayer12.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer12.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer12.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer12.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer12.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer12.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer13.norm1.weight': TypedTensor<'float32', [896]>
  'features.denseblock4.denselayer13.norm1.bias': TypedTensor<'float32', [896]>
  'features.denseblock4.denselayer13.norm1.running_mean': TypedTensor<'float32', [896]>
  'features.denseblock4.denselayer13.norm1.running_var': TypedTensor<'float32', [896]>
  'features.denseblock4.denselayer13.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer13.conv1.weight': TypedTensor<'float32', [128, 896, 1, 1]>
  'features.denseblock4.denselayer13.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer13.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer13.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer13.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer13.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer13.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer14.norm1.weight': TypedTensor<'float32', [928]>
  'features.denseblock4.denselayer14.norm1.bias': TypedTensor<'float32', [928]>
  'features.denseblock4.denselayer14.norm1.running_mean': TypedTensor<'float32', [928]>
  'features.denseblock4.denselayer14.norm1.running_var': TypedTensor<'float32', [928]>
  'features.denseblock4.denselayer14.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer14.conv1.weight': TypedTensor<'float32', [128, 928, 1, 1]>
  'features.denseblock4.denselayer14.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer14.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer14.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer14.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer14.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer14.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer15.norm1.weight': TypedTensor<'float32', [960]>
  'features.denseblock4.denselayer15.norm1.bias': TypedTensor<'float32', [960]>
  'features.denseblock4.denselayer15.norm1.running_mean': TypedTensor<'float32', [960]>
  'features.denseblock4.denselayer15.norm1.running_var': TypedTensor<'float32', [960]>
  'features.denseblock4.denselayer15.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer15.conv1.weight': TypedTensor<'float32', [128, 960, 1, 1]>
  'features.denseblock4.denselayer15.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer15.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer15.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer15.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer15.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer15.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.denseblock4.denselayer16.norm1.weight': TypedTensor<'float32', [992]>
  'features.denseblock4.denselayer16.norm1.bias': TypedTensor<'float32', [992]>
  'features.denseblock4.denselayer16.norm1.running_mean': TypedTensor<'float32', [992]>
  'features.denseblock4.denselayer16.norm1.running_var': TypedTensor<'float32', [992]>
  'features.denseblock4.denselayer16.norm1.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer16.conv1.weight': TypedTensor<'float32', [128, 992, 1, 1]>
  'features.denseblock4.denselayer16.norm2.weight': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer16.norm2.bias': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer16.norm2.running_mean': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer16.norm2.running_var': TypedTensor<'float32', [128]>
  'features.denseblock4.denselayer16.norm2.num_batches_tracked': TypedTensor<'int64', []>
  'features.denseblock4.denselayer16.conv2.weight': TypedTensor<'float32', [32, 128, 3, 3]>
  'features.norm5.weight': TypedTensor<'float32', [1024]>
  'features.norm5.bias': TypedTensor<'float32', [1024]>
  'features.norm5.running_mean': TypedTensor<'float32', [1024]>
  'features.norm5.running_var': TypedTensor<'float32', [1024]>
  'features.norm5.num_batches_tracked': TypedTensor<'int64', []>
  'classifier.weight': TypedTensor<'float32', [1000, 1024]>
  'classifier.bias': TypedTensor<'float32', [1000]>
}

export interface DenseLayerOptions {
  readonly num_input_features: number
  readonly growth_rate: number
  readonly bn_size: number
  readonly drop_rate: number
}

export interface DenseBlockOptions {
  readonly num_layers: number
  readonly num_input_features: number
  readonly bn_size: number
  readonly growth_rate: number
  readonly drop_rate: number
}

export interface TransitionOptions {
  readonly num_input_features: number
  readonly num_output_features: number
}

export interface DenseNetOptions {
  readonly growth_rate?: number
  readonly block_config?: readonly number[]
  readonly num_init_features?: number
  readonly bn_size?: number
  readonly drop_rate?: number
  readonly num_classes?: number
}

function widths(first: number, block_config: readonly number[], growth_rate: number): (readonly number[])[] {
  const out: (readonly number[])[] = []
  let num_features = first
  for (const num_layers of block_config) {
    out.push([num_features, num_features + num_layers * growth_rate])
    num_features = Math.floor(out.at(-1)![1]! / 2)
  }

  return out
}

export class DenseLayer extends Module {
  readonly norm1: nn.BatchNorm2d
  readonly relu1: nn.ReLU
  readonly conv1: nn.Conv2d
  readonly norm2: nn.BatchNorm2d
  readonly relu2: nn.ReLU
  readonly conv2: nn.Conv2d
  readonly options: { readonly drop_rate: number }

  constructor({ num_input_features, growth_rate, bn_size, drop_rate }: DenseLayerOptions) {
    super()
    this.options = { drop_rate }

    this.norm1 = this.registerModule('norm1', new nn.BatchNorm2d({ num_features: num_input_features }))
    this.relu1 = this.registerModule('relu1', new nn.ReLU({ inplace: true }))
    this.conv1 = this.registerModule(
      'conv1',
      new nn.Conv2d({
        in_channels: num_input_features,
        out_channels: bn_size * growth_rate,
        kernel_size: 1,
        stride: 1,
        bias: false,
      }),
    )
    this.norm2 = this.registerModule('norm2', new nn.BatchNorm2d({ num_features: bn_size * growth_rate }))
    this.relu2 = this.registerModule('relu2', new nn.ReLU({ inplace: true }))
    this.conv2 = this.registerModule(
      'conv2',
      new nn.Conv2d({
        in_channels: bn_size * growth_rate,
        out_channels: growth_rate,
        kernel_size: 3,
        stride: 1,
        padding: 1,
        bias: false,
      }),
    )
  }

  public bn_function(inputs: Tensor[]): Tensor {
    const concated_features = F.cat(inputs, { dim: 1 })
    const bottleneck_output = this.conv1.forward(this.relu1.forward(this.norm1.forward(concated_features)))
    return bottleneck_output
  }

  override forward(input: Tensor[]): Tensor {
    const { drop_rate } = this.options
    const prev_features = input
    const bottleneck_output = this.bn_function(prev_features)
    let new_features = this.conv2.forward(this.relu2.forward(this.norm2.forward(bottleneck_output)))
    if (drop_rate > 0) {
      new_features = F.dropout(new_features, { p: drop_rate, training: this.training })
    }

    return new_features
  }
}

export class DenseBlock extends Module {
  readonly options: { readonly num_layers: number }

  constructor({ num_layers, num_input_features, bn_size, growth_rate, drop_rate }: DenseBlockOptions) {
    super()
    this.options = { num_layers }

    for (const i of py.range(num_layers)) {
      this.registerModule(
        `denselayer${i + 1}`,
        new DenseLayer({
          num_input_features: num_input_features + i * growth_rate,
          growth_rate,
          bn_size,
          drop_rate,
        }),
      )
    }
  }

  override forward(init_features: Tensor): Tensor {
    const { num_layers } = this.options
    const features = [init_features]
    for (let i = 0; i < num_layers; i++) {
      const layer = (this.getSubmodule(`denselayer${i + 1}`) as DenseLayer)
      const new_features = layer.forward(features)
      features.push(new_features)
    }

    return F.cat(features, { dim: 1 })
  }
}

export class Transition extends nn.Sequential {
  constructor({ num_input_features, num_output_features }: TransitionOptions) {
    super(
      new Map<string,
      Module>([
        ['norm', new nn.BatchNorm2d({ num_features: num_input_features })],
        ['relu', new nn.ReLU({ inplace: true })],
        [
          'conv',
          new nn.Conv2d({
            in_channels: num_input_features,
            out_channels: num_output_features,
            kernel_size: 1,
            stride: 1,
            bias: false,
          }),
        ],
        ['pool', new nn.AvgPool2d({ kernel_size: 2, stride: 2 })],
      ]),
    )
  }
}

/**
 * Densely connected network, Huang et al. 2016 (arXiv:1608.06993). Keys as torchvision densenet121; 169 and 201 by block_config.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class DenseNet extends Module<DenseNetState> {
  readonly features: nn.Sequential
  readonly classifier: nn.Linear

  constructor({
      growth_rate = 32,
      block_config = [6, 12, 24, 16],
      num_init_features = 64,
      bn_size = 4,
      drop_rate = 0,
      num_classes = 1000,
    }: DenseNetOptions = {}) {
    super()
    const num_features = widths(num_init_features, block_config, growth_rate)
    const last = block_config.length - 1
    this.features = this.registerModule(
      'features',
      new nn.Sequential(
        new Map<string,
        Module>([
          [
            'conv0',
            new nn.Conv2d({
              in_channels: 3,
              out_channels: num_init_features,
              kernel_size: 7,
              stride: 2,
              padding: 3,
              bias: false,
            }),
          ],
          ['norm0', new nn.BatchNorm2d({ num_features: num_init_features })],
          ['relu0', new nn.ReLU({ inplace: true })],
          ['pool0', new nn.MaxPool2d({ kernel_size: 3, stride: 2, padding: 1 })],
          ...(py.enumerate(block_config) as [number, number][]).flatMap(([i, num_layers]) => [
            [
              `denseblock${i + 1}`,
              new DenseBlock({
                num_layers,
                num_input_features: num_features[i]![0]!,
                bn_size,
                growth_rate,
                drop_rate,
              }),
            ] as const,
            ...(i !== last ? [
              [
                `transition${i + 1}`,
                new Transition({
                  num_input_features: num_features[i]![1]!,
                  num_output_features: Math.floor(num_features[i]![1]! / 2),
                }),
              ] as const,
            ] : []),
          ]),
          ['norm5', new nn.BatchNorm2d({ num_features: num_features.at(-1)![1]! })],
        ]),
      ),
    )
    this.classifier = this.registerModule(
      'classifier',
      new nn.Linear({ in_features: num_features.at(-1)![1]!, out_features: num_classes }),
    )
    this.madeFrom(
      async () => (await import('./densenet.source.js')).source,
      { growth_rate, block_config, num_init_features, bn_size, drop_rate, num_classes },
    )
  }

  override forward(x: Tensor): Tensor {
    const features = this.features.forward(x)
    let out = F.relu(features)
    out = F.adaptiveAvgPool2d(out, [1, 1])
    out = F.flatten(out, { start_dim: 1 })
    out = this.classifier.forward(out)
    return out
  }
}
