// Made by holdfast from specs/zoo/tinyshakespeare-transformer.yaml; do not edit: change the spec and build again.
// spec sha256 a51cefe4baca621f1da18cf7fbc797c807473cf3d0e3e3870af80b92103d3b8a
/* eslint-disable */
import { Cell, F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of CharacterGPT with default options: every key with dtype and shape. */
export type CharacterGPTState = {
  'token_embedding_table.weight': TypedTensor<'float32', [65, 64]>
  'position_embedding_table.weight': TypedTensor<'float32', [32, 64]>
  'layers.0.norm1.weight': TypedTensor<'float32', [64]>
  'layers.0.norm1.bias': TypedTensor<'float32', [64]>
  'layers.0.attn.heads.0.tril': TypedTensor<'float32', [32, 32]>
  'layers.0.attn.heads.0.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.0.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.0.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.1.tril': TypedTensor<'float32', [32, 32]>
  'layers.0.attn.heads.1.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.1.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.1.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.2.tril': TypedTensor<'float32', [32, 32]>
  'layers.0.attn.heads.2.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.2.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.2.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.3.tril': TypedTensor<'float32', [32, 32]>
  'layers.0.attn.heads.3.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.3.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.3.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.4.tril': TypedTensor<'float32', [32, 32]>
  'layers.0.attn.heads.4.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.4.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.4.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.5.tril': TypedTensor<'float32', [32, 32]>
  'layers.0.attn.heads.5.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.5.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.5.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.6.tril': TypedTensor<'float32', [32, 32]>
  'layers.0.attn.heads.6.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.6.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.6.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.7.tril': TypedTensor<'float32', [32, 32]>
  'layers.0.attn.heads.7.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.7.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.heads.7.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.0.attn.proj.weight': TypedTensor<'float32', [64, 64]>
  'layers.0.attn.proj.bias': TypedTensor<'float32', [64]>
  'layers.0.norm2.weight': TypedTensor<'float32', [64]>
  'layers.0.norm2.bias': TypedTensor<'float32', [64]>
  'layers.0.mlp.layers.0.weight': TypedTensor<'float32', [256, 64]>
  'layers.0.mlp.layers.0.bias': TypedTensor<'float32', [256]>
  'layers.0.mlp.layers.2.weight': TypedTensor<'float32', [64, 256]>
  'layers.0.mlp.layers.2.bias': TypedTensor<'float32', [64]>
  'layers.1.norm1.weight': TypedTensor<'float32', [64]>
  'layers.1.norm1.bias': TypedTensor<'float32', [64]>
  'layers.1.attn.heads.0.tril': TypedTensor<'float32', [32, 32]>
  'layers.1.attn.heads.0.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.0.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.0.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.1.tril': TypedTensor<'float32', [32, 32]>
  'layers.1.attn.heads.1.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.1.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.1.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.2.tril': TypedTensor<'float32', [32, 32]>
  'layers.1.attn.heads.2.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.2.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.2.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.3.tril': TypedTensor<'float32', [32, 32]>
  'layers.1.attn.heads.3.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.3.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.3.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.4.tril': TypedTensor<'float32', [32, 32]>
  'layers.1.attn.heads.4.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.4.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.4.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.5.tril': TypedTensor<'float32', [32, 32]>
  'layers.1.attn.heads.5.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.5.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.5.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.6.tril': TypedTensor<'float32', [32, 32]>
  'layers.1.attn.heads.6.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.6.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.6.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.7.tril': TypedTensor<'float32', [32, 32]>
  'layers.1.attn.heads.7.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.7.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.heads.7.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.1.attn.proj.weight': TypedTensor<'float32', [64, 64]>
  'layers.1.attn.proj.bias': TypedTensor<'float32', [64]>
  'layers.1.norm2.weight': TypedTensor<'float32', [64]>
  'layers.1.norm2.bias': TypedTensor<'float32', [64]>
  'layers.1.mlp.layers.0.weight': TypedTensor<'float32', [256, 64]>
  'layers.1.mlp.layers.0.bias': TypedTensor<'float32', [256]>
  'layers.1.mlp.layers.2.weight': TypedTensor<'float32', [64, 256]>
  'layers.1.mlp.layers.2.bias': TypedTensor<'float32', [64]>
  'layers.2.norm1.weight': TypedTensor<'float32', [64]>
  'layers.2.norm1.bias': TypedTensor<'float32', [64]>
  'layers.2.attn.heads.0.tril': TypedTensor<'float32', [32, 32]>
  'layers.2.attn.heads.0.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.0.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.0.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.1.tril': TypedTensor<'float32', [32, 32]>
  'layers.2.attn.heads.1.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.1.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.1.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.2.tril': TypedTensor<'float32', [32, 32]>
  'layers.2.attn.heads.2.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.2.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.2.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.3.tril': TypedTensor<'float32', [32, 32]>
  'layers.2.attn.heads.3.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.3.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.3.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.4.tril': TypedTensor<'float32', [32, 32]>
  'layers.2.attn.heads.4.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.4.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.4.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.5.tril': TypedTensor<'float32', [32, 32]>
  'layers.2.attn.heads.5.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.5.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.5.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.6.tril': TypedTensor<'float32', [32, 32]>
  'layers.2.attn.heads.6.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.6.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.6.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.7.tril': TypedTensor<'float32', [32, 32]>
  'layers.2.attn.heads.7.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.7.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.heads.7.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.2.attn.proj.weight': TypedTensor<'float32', [64, 64]>
  'layers.2.attn.proj.bias': TypedTensor<'float32', [64]>
  'layers.2.norm2.weight': TypedTensor<'float32', [64]>
  'layers.2.norm2.bias': TypedTensor<'float32', [64]>
  'layers.2.mlp.layers.0.weight': TypedTensor<'float32', [256, 64]>
  'layers.2.mlp.layers.0.bias': TypedTensor<'float32', [256]>
  'layers.2.mlp.layers.2.weight': TypedTensor<'float32', [64, 256]>
  'layers.2.mlp.layers.2.bias': TypedTensor<'float32', [64]>
  'layers.3.norm1.weight': TypedTensor<'float32', [64]>
  'layers.3.norm1.bias': TypedTensor<'float32', [64]>
  'layers.3.attn.heads.0.tril': TypedTensor<'float32', [32, 32]>
  'layers.3.attn.heads.0.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.0.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.0.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.1.tril': TypedTensor<'float32', [32, 32]>
  'layers.3.attn.heads.1.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.1.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.1.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.2.tril': TypedTensor<'float32', [32, 32]>
  'layers.3.attn.heads.2.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.2.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.2.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.3.tril': TypedTensor<'float32', [32, 32]>
  'layers.3.attn.heads.3.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.3.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.3.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.4.tril': TypedTensor<'float32', [32, 32]>
  'layers.3.attn.heads.4.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.4.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.4.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.5.tril': TypedTensor<'float32', [32, 32]>
  'layers.3.attn.heads.5.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.5.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.5.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.6.tril': TypedTensor<'float32', [32, 32]>
  'layers.3.attn.heads.6.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.6.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.6.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.7.tril': TypedTensor<'float32', [32, 32]>
  'layers.3.attn.heads.7.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.7.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.heads.7.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.3.attn.proj.weight': TypedTensor<'float32', [64, 64]>
  'layers.3.attn.proj.bias': TypedTensor<'float32', [64]>
  'layers.3.norm2.weight': TypedTensor<'float32', [64]>
  'layers.3.norm2.bias': TypedTensor<'float32', [64]>
  'layers.3.mlp.layers.0.weight': TypedTensor<'float32', [256, 64]>
  'layers.3.mlp.layers.0.bias': TypedTensor<'float32', [256]>
  'layers.3.mlp.layers.2.weight': TypedTensor<'float32', [64, 256]>
  'layers.3.mlp.layers.2.bias': TypedTensor<'float32', [64]>
  'layers.4.norm1.weight': TypedTensor<'float32', [64]>
  'layers.4.norm1.bias': TypedTensor<'float32', [64]>
  'layers.4.attn.heads.0.tril': TypedTensor<'float32', [32, 32]>
  'layers.4.attn.heads.0.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.0.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.0.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.1.tril': TypedTensor<'float32', [32, 32]>
  'layers.4.attn.heads.1.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.1.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.1.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.2.tril': TypedTensor<'float32', [32, 32]>
  'layers.4.attn.heads.2.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.2.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.2.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.3.tril': TypedTensor<'float32', [32, 32]>
  'layers.4.attn.heads.3.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.3.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.3.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.4.tril': TypedTensor<'float32', [32, 32]>
  'layers.4.attn.heads.4.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.4.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.4.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.5.tril': TypedTensor<'float32', [32, 32]>
  'layers.4.attn.heads.5.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.5.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.5.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.6.tril': TypedTensor<'float32', [32, 32]>
  'layers.4.attn.heads.6.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.6.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.6.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.7.tril': TypedTensor<'float32', [32, 32]>
  'layers.4.attn.heads.7.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.7.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.heads.7.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.4.attn.proj.weight': TypedTensor<'float32', [64, 64]>
  'layers.4.attn.proj.bias': TypedTensor<'float32', [64]>
  'layers.4.norm2.weight': TypedTensor<'float32', [64]>
  'layers.4.norm2.bias': TypedTensor<'float32', [64]>
  'layers.4.mlp.layers.0.weight': TypedTensor<'float32', [256, 64]>
  'layers.4.mlp.layers.0.bias': TypedTensor<'float32', [256]>
  'layers.4.mlp.layers.2.weight': TypedTensor<'float32', [64, 256]>
  'layers.4.mlp.layers.2.bias': TypedTensor<'float32', [64]>
  'layers.5.norm1.weight': TypedTensor<'float32', [64]>
  'layers.5.norm1.bias': TypedTensor<'float32', [64]>
  'layers.5.attn.heads.0.tril': TypedTensor<'float32', [32, 32]>
  'layers.5.attn.heads.0.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.0.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.0.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.1.tril': TypedTensor<'float32', [32, 32]>
  'layers.5.attn.heads.1.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.1.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.1.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.2.tril': TypedTensor<'float32', [32, 32]>
  'layers.5.attn.heads.2.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.2.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.2.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.3.tril': TypedTensor<'float32', [32, 32]>
  'layers.5.attn.heads.3.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.3.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.3.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.4.tril': TypedTensor<'float32', [32, 32]>
  'layers.5.attn.heads.4.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.4.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.4.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.5.tril': TypedTensor<'float32', [32, 32]>
  'layers.5.attn.heads.5.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.5.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.5.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.6.tril': TypedTensor<'float32', [32, 32]>
  'layers.5.attn.heads.6.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.6.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.6.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.7.tril': TypedTensor<'float32', [32, 32]>
  'layers.5.attn.heads.7.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.7.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.heads.7.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.5.attn.proj.weight': TypedTensor<'float32', [64, 64]>
  'layers.5.attn.proj.bias': TypedTensor<'float32', [64]>
  'layers.5.norm2.weight': TypedTensor<'float32', [64]>
  'layers.5.norm2.bias': TypedTensor<'float32', [64]>
  'layers.5.mlp.layers.0.weight': TypedTensor<'float32', [256, 64]>
  'layers.5.mlp.layers.0.bias': TypedTensor<'float32', [256]>
  'layers.5.mlp.layers.2.weight': TypedTensor<'float32', [64, 256]>
  'layers.5.mlp.layers.2.bias': TypedTensor<'float32', [64]>
  'layers.6.norm1.weight': TypedTensor<'float32', [64]>
  'layers.6.norm1.bias': TypedTensor<'float32', [64]>
  'layers.6.attn.heads.0.tril': TypedTensor<'float32', [32, 32]>
  'layers.6.attn.heads.0.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.0.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.0.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.1.tril': TypedTensor<'float32', [32, 32]>
  'layers.6.attn.heads.1.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.1.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.1.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.2.tril': TypedTensor<'float32', [32, 32]>
  'layers.6.attn.heads.2.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.2.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.2.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.3.tril': TypedTensor<'float32', [32, 32]>
  'layers.6.attn.heads.3.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.3.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.3.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.4.tril': TypedTensor<'float32', [32, 32]>
  'layers.6.attn.heads.4.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.4.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.4.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.5.tril': TypedTensor<'float32', [32, 32]>
  'layers.6.attn.heads.5.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.5.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.5.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.6.tril': TypedTensor<'float32', [32, 32]>
  'layers.6.attn.heads.6.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.6.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.6.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.7.tril': TypedTensor<'float32', [32, 32]>
  'layers.6.attn.heads.7.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.7.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.heads.7.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.6.attn.proj.weight': TypedTensor<'float32', [64, 64]>
  'layers.6.attn.proj.bias': TypedTensor<'float32', [64]>
  'layers.6.norm2.weight': TypedTensor<'float32', [64]>
  'layers.6.norm2.bias': TypedTensor<'float32', [64]>
  'layers.6.mlp.layers.0.weight': TypedTensor<'float32', [256, 64]>
  'layers.6.mlp.layers.0.bias': TypedTensor<'float32', [256]>
  'layers.6.mlp.layers.2.weight': TypedTensor<'float32', [64, 256]>
  'layers.6.mlp.layers.2.bias': TypedTensor<'float32', [64]>
  'layers.7.norm1.weight': TypedTensor<'float32', [64]>
  'layers.7.norm1.bias': TypedTensor<'float32', [64]>
  'layers.7.attn.heads.0.tril': TypedTensor<'float32', [32, 32]>
  'layers.7.attn.heads.0.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.0.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.0.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.1.tril': TypedTensor<'float32', [32, 32]>
  'layers.7.attn.heads.1.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.1.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.1.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.2.tril': TypedTensor<'float32', [32, 32]>
  'layers.7.attn.heads.2.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.2.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.2.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.3.tril': TypedTensor<'float32', [32, 32]>
  'layers.7.attn.heads.3.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.3.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.3.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.4.tril': TypedTensor<'float32', [32, 32]>
  'layers.7.attn.heads.4.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.4.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.4.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.5.tril': TypedTensor<'float32', [32, 32]>
  'layers.7.attn.heads.5.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.5.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.5.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.6.tril': TypedTensor<'float32', [32, 32]>
  'layers.7.attn.heads.6.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.6.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.6.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.7.tril': TypedTensor<'float32', [32, 32]>
  'layers.7.attn.heads.7.query.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.7.key.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.heads.7.value.weight': TypedTensor<'float32', [8, 64]>
  'layers.7.attn.proj.weight': TypedTensor<'float32', [64, 64]>
  'layers.7.attn.proj.bias': TypedTensor<'float32', [64]>
  'layers.7.norm2.weight': TypedTensor<'float32', [64]>
  'layers.7.norm2.bias': TypedTensor<'float32', [64]>
  'layers.7.mlp.layers.0.weight': TypedTensor<'float32', [256, 64]>
  'layers.7.mlp.layers.0.bias': TypedTensor<'float32', [256]>
  'layers.7.mlp.layers.2.weight': TypedTensor<'float32', [64, 256]>
  'layers.7.mlp.layers.2.bias': TypedTensor<'float32', [64]>
  'ln_f.weight': TypedTensor<'float32', [64]>
  'ln_f.bias': TypedTensor<'float32', [64]>
  'lm_head.weight': TypedTensor<'float32', [65, 64]>
  'lm_head.bias': TypedTensor<'float32', [65]>
}

export interface HeadOptions {
  readonly d: number
  readonly size: number
  readonly context: number
}

export interface MultiHeadOptions {
  readonly d: number
  readonly count: number
  readonly context: number
}

export interface MLPOptions {
  readonly d: number
  readonly p: number
}

export interface BlockOptions {
  readonly d: number
  readonly heads: number
  readonly context: number
  readonly p: number
}

export interface CharacterGPTOptions {
  readonly vocab?: number
  readonly context?: number
  readonly d?: number
  readonly heads?: number
  readonly depth?: number
  readonly dropout?: number
}

export class Head extends Module {
  readonly tril: Cell
  readonly query: nn.Linear
  readonly key: nn.Linear
  readonly value: nn.Linear
  readonly options: { readonly d: number }

  constructor({ d, size, context }: HeadOptions) {
    super()
    this.options = { d }

    this.tril = this.registerBuffer('tril', new Cell(F.tril(F.ones([context, context]))))
    this.query = this.registerModule('query', new nn.Linear({ in_features: d, out_features: size, bias: false }))
    this.key = this.registerModule('key', new nn.Linear({ in_features: d, out_features: size, bias: false }))
    this.value = this.registerModule('value', new nn.Linear({ in_features: d, out_features: size, bias: false }))
  }

  override forward(x: Tensor): Tensor {
    const { d } = this.options
    const t = x.shape[1]!
    let scores = this.query.forward(x).matmul(this.key.forward(x).transpose(-2, -1)).mul(d ** -0.5)
    scores = scores.maskedFill(
      this.tril.value.getitem([py.sliceOf(null, t), py.sliceOf(null, t)]).eq(0),
      Number.NEGATIVE_INFINITY,
    )
    return F.softmax(scores, { dim: -1 }).matmul(this.value.forward(x))
  }
}

export class MultiHead extends Module {
  readonly heads: nn.ModuleList<Head>
  readonly proj: nn.Linear

  constructor({ d, count, context }: MultiHeadOptions) {
    super()
    this.heads = this.registerModule(
      'heads',
      new nn.ModuleList([...py.range(count).map(() => new Head({ d, size: Math.floor(d / count), context }))]),
    )
    this.proj = this.registerModule('proj', new nn.Linear({ in_features: d, out_features: d }))
  }

  override forward(x: Tensor): Tensor {
    return this.proj.forward(F.cat([...this.heads].map(head => head.forward(x)), { dim: -1 }))
  }
}

export class MLP extends Module {
  readonly layers: nn.Sequential

  constructor({ d, p }: MLPOptions) {
    super()
    this.layers = this.registerModule(
      'layers',
      new nn.Sequential(
        new nn.Linear({ in_features: d, out_features: 4 * d }),
        new nn.ReLU(),
        new nn.Linear({ in_features: 4 * d, out_features: d }),
        new nn.Dropout({ p }),
      ),
    )
  }

  override forward(x: Tensor): Tensor {
    return this.layers.forward(x)
  }
}

export class Block extends Module {
  readonly norm1: nn.LayerNorm
  readonly attn: MultiHead
  readonly norm2: nn.LayerNorm
  readonly mlp: MLP

  constructor({ d, heads, context, p }: BlockOptions) {
    super()
    this.norm1 = this.registerModule('norm1', new nn.LayerNorm({ normalized_shape: d }))
    this.attn = this.registerModule('attn', new MultiHead({ d, count: heads, context }))
    this.norm2 = this.registerModule('norm2', new nn.LayerNorm({ normalized_shape: d }))
    this.mlp = this.registerModule('mlp', new MLP({ d, p }))
  }

  override forward(x: Tensor): Tensor {
    x = x.add(this.attn.forward(this.norm1.forward(x)))
    return x.add(this.mlp.forward(this.norm2.forward(x)))
  }
}

/**
 * Character language model, a small GPT with a module per head. Keys as malawada/tinyshakespeare-gpt.
 *
 * Inputs of forward:
 * - tokens int64[N, T]
 */
export class CharacterGPT extends Module<CharacterGPTState> {
  readonly token_embedding_table: nn.Embedding
  readonly position_embedding_table: nn.Embedding
  readonly layers: nn.ModuleList<Block>
  readonly ln_f: nn.LayerNorm
  readonly lm_head: nn.Linear

  constructor({ vocab = 65, context = 32, d = 64, heads = 8, depth = 8, dropout = 0 }: CharacterGPTOptions = {}) {
    super()
    this.token_embedding_table = this.registerModule(
      'token_embedding_table',
      new nn.Embedding({ num_embeddings: vocab, embedding_dim: d }),
    )
    this.position_embedding_table = this.registerModule(
      'position_embedding_table',
      new nn.Embedding({ num_embeddings: context, embedding_dim: d }),
    )
    this.layers = this.registerModule(
      'layers',
      new nn.ModuleList([...py.range(depth).map(() => new Block({ d, heads, context, p: dropout }))]),
    )
    this.ln_f = this.registerModule('ln_f', new nn.LayerNorm({ normalized_shape: d }))
    this.lm_head = this.registerModule('lm_head', new nn.Linear({ in_features: d, out_features: vocab }))
    this.madeFrom(
      async () => (await import('./tinyshakespeare-transformer.source.js')).source,
      { vocab, context, d, heads, depth, dropout },
    )
  }

  override forward(tokens: Tensor): Tensor {
    let x = this.token_embedding_table.forward(tokens).add(this.position_embedding_table.forward(F.arange(
      tokens.shape[1]!,
      { device: tokens.device },
    )))
    for (const layer of [...this.layers]) {
      x = layer.forward(x)
    }

    return this.lm_head.forward(this.ln_f.forward(x))
  }
}
