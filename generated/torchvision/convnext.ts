// Made by holdfast from specs/torchvision/convnext.yaml; do not edit: change the spec and build again.
// spec sha256 32b8cc4f34c4b0fc0282822903589247cc32df85e18aac4dc6fdc0c703b79500
/* eslint-disable */
import { Cell, F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of ConvNeXt with default options: every key with dtype and shape. */
export type ConvNeXtState = {
  'features.0.0.weight': TypedTensor<'float32', [96, 3, 4, 4]>
  'features.0.0.bias': TypedTensor<'float32', [96]>
  'features.0.1.weight': TypedTensor<'float32', [96]>
  'features.0.1.bias': TypedTensor<'float32', [96]>
  'features.1.0.layer_scale': TypedTensor<'float32', [96, 1, 1]>
  'features.1.0.block.0.weight': TypedTensor<'float32', [96, 1, 7, 7]>
  'features.1.0.block.0.bias': TypedTensor<'float32', [96]>
  'features.1.0.block.2.weight': TypedTensor<'float32', [96]>
  'features.1.0.block.2.bias': TypedTensor<'float32', [96]>
  'features.1.0.block.3.weight': TypedTensor<'float32', [384, 96]>
  'features.1.0.block.3.bias': TypedTensor<'float32', [384]>
  'features.1.0.block.5.weight': TypedTensor<'float32', [96, 384]>
  'features.1.0.block.5.bias': TypedTensor<'float32', [96]>
  'features.1.1.layer_scale': TypedTensor<'float32', [96, 1, 1]>
  'features.1.1.block.0.weight': TypedTensor<'float32', [96, 1, 7, 7]>
  'features.1.1.block.0.bias': TypedTensor<'float32', [96]>
  'features.1.1.block.2.weight': TypedTensor<'float32', [96]>
  'features.1.1.block.2.bias': TypedTensor<'float32', [96]>
  'features.1.1.block.3.weight': TypedTensor<'float32', [384, 96]>
  'features.1.1.block.3.bias': TypedTensor<'float32', [384]>
  'features.1.1.block.5.weight': TypedTensor<'float32', [96, 384]>
  'features.1.1.block.5.bias': TypedTensor<'float32', [96]>
  'features.1.2.layer_scale': TypedTensor<'float32', [96, 1, 1]>
  'features.1.2.block.0.weight': TypedTensor<'float32', [96, 1, 7, 7]>
  'features.1.2.block.0.bias': TypedTensor<'float32', [96]>
  'features.1.2.block.2.weight': TypedTensor<'float32', [96]>
  'features.1.2.block.2.bias': TypedTensor<'float32', [96]>
  'features.1.2.block.3.weight': TypedTensor<'float32', [384, 96]>
  'features.1.2.block.3.bias': TypedTensor<'float32', [384]>
  'features.1.2.block.5.weight': TypedTensor<'float32', [96, 384]>
  'features.1.2.block.5.bias': TypedTensor<'float32', [96]>
  'features.2.0.weight': TypedTensor<'float32', [96]>
  'features.2.0.bias': TypedTensor<'float32', [96]>
  'features.2.1.weight': TypedTensor<'float32', [192, 96, 2, 2]>
  'features.2.1.bias': TypedTensor<'float32', [192]>
  'features.3.0.layer_scale': TypedTensor<'float32', [192, 1, 1]>
  'features.3.0.block.0.weight': TypedTensor<'float32', [192, 1, 7, 7]>
  'features.3.0.block.0.bias': TypedTensor<'float32', [192]>
  'features.3.0.block.2.weight': TypedTensor<'float32', [192]>
  'features.3.0.block.2.bias': TypedTensor<'float32', [192]>
  'features.3.0.block.3.weight': TypedTensor<'float32', [768, 192]>
  'features.3.0.block.3.bias': TypedTensor<'float32', [768]>
  'features.3.0.block.5.weight': TypedTensor<'float32', [192, 768]>
  'features.3.0.block.5.bias': TypedTensor<'float32', [192]>
  'features.3.1.layer_scale': TypedTensor<'float32', [192, 1, 1]>
  'features.3.1.block.0.weight': TypedTensor<'float32', [192, 1, 7, 7]>
  'features.3.1.block.0.bias': TypedTensor<'float32', [192]>
  'features.3.1.block.2.weight': TypedTensor<'float32', [192]>
  'features.3.1.block.2.bias': TypedTensor<'float32', [192]>
  'features.3.1.block.3.weight': TypedTensor<'float32', [768, 192]>
  'features.3.1.block.3.bias': TypedTensor<'float32', [768]>
  'features.3.1.block.5.weight': TypedTensor<'float32', [192, 768]>
  'features.3.1.block.5.bias': TypedTensor<'float32', [192]>
  'features.3.2.layer_scale': TypedTensor<'float32', [192, 1, 1]>
  'features.3.2.block.0.weight': TypedTensor<'float32', [192, 1, 7, 7]>
  'features.3.2.block.0.bias': TypedTensor<'float32', [192]>
  'features.3.2.block.2.weight': TypedTensor<'float32', [192]>
  'features.3.2.block.2.bias': TypedTensor<'float32', [192]>
  'features.3.2.block.3.weight': TypedTensor<'float32', [768, 192]>
  'features.3.2.block.3.bias': TypedTensor<'float32', [768]>
  'features.3.2.block.5.weight': TypedTensor<'float32', [192, 768]>
  'features.3.2.block.5.bias': TypedTensor<'float32', [192]>
  'features.4.0.weight': TypedTensor<'float32', [192]>
  'features.4.0.bias': TypedTensor<'float32', [192]>
  'features.4.1.weight': TypedTensor<'float32', [384, 192, 2, 2]>
  'features.4.1.bias': TypedTensor<'float32', [384]>
  'features.5.0.layer_scale': TypedTensor<'float32', [384, 1, 1]>
  'features.5.0.block.0.weight': TypedTensor<'float32', [384, 1, 7, 7]>
  'features.5.0.block.0.bias': TypedTensor<'float32', [384]>
  'features.5.0.block.2.weight': TypedTensor<'float32', [384]>
  'features.5.0.block.2.bias': TypedTensor<'float32', [384]>
  'features.5.0.block.3.weight': TypedTensor<'float32', [1536, 384]>
  'features.5.0.block.3.bias': TypedTensor<'float32', [1536]>
  'features.5.0.block.5.weight': TypedTensor<'float32', [384, 1536]>
  'features.5.0.block.5.bias': TypedTensor<'float32', [384]>
  'features.5.1.layer_scale': TypedTensor<'float32', [384, 1, 1]>
  'features.5.1.block.0.weight': TypedTensor<'float32', [384, 1, 7, 7]>
  'features.5.1.block.0.bias': TypedTensor<'float32', [384]>
  'features.5.1.block.2.weight': TypedTensor<'float32', [384]>
  'features.5.1.block.2.bias': TypedTensor<'float32', [384]>
  'features.5.1.block.3.weight': TypedTensor<'float32', [1536, 384]>
  'features.5.1.block.3.bias': TypedTensor<'float32', [1536]>
  'features.5.1.block.5.weight': TypedTensor<'float32', [384, 1536]>
  'features.5.1.block.5.bias': TypedTensor<'float32', [384]>
  'features.5.2.layer_scale': TypedTensor<'float32', [384, 1, 1]>
  'features.5.2.block.0.weight': TypedTensor<'float32', [384, 1, 7, 7]>
  'features.5.2.block.0.bias': TypedTensor<'float32', [384]>
  'features.5.2.block.2.weight': TypedTensor<'float32', [384]>
  'features.5.2.block.2.bias': TypedTensor<'float32', [384]>
  'features.5.2.block.3.weight': TypedTensor<'float32', [1536, 384]>
  'features.5.2.block.3.bias': TypedTensor<'float32', [1536]>
  'features.5.2.block.5.weight': TypedTensor<'float32', [384, 1536]>
  'features.5.2.block.5.bias': TypedTensor<'float32', [384]>
  'features.5.3.layer_scale': TypedTensor<'float32', [384, 1, 1]>
  'features.5.3.block.0.weight': TypedTensor<'float32', [384, 1, 7, 7]>
  'features.5.3.block.0.bias': TypedTensor<'float32', [384]>
  'features.5.3.block.2.weight': TypedTensor<'float32', [384]>
  'features.5.3.block.2.bias': TypedTensor<'float32', [384]>
  'features.5.3.block.3.weight': TypedTensor<'float32', [1536, 384]>
  'features.5.3.block.3.bias': TypedTensor<'float32', [1536]>
  'features.5.3.block.5.weight': TypedTensor<'float32', [384, 1536]>
  'features.5.3.block.5.bias': TypedTensor<'float32', [384]>
  'features.5.4.layer_scale': TypedTensor<'float32', [384, 1, 1]>
  'features.5.4.block.0.weight': TypedTensor<'float32', [384, 1, 7, 7]>
  'features.5.4.block.0.bias': TypedTensor<'float32', [384]>
  'features.5.4.block.2.weight': TypedTensor<'float32', [384]>
  'features.5.4.block.2.bias': TypedTensor<'float32', [384]>
  'features.5.4.block.3.weight': TypedTensor<'float32', [1536, 384]>
  'features.5.4.block.3.bias': TypedTensor<'float32', [1536]>
  'features.5.4.block.5.weight': TypedTensor<'float32', [384, 1536]>
  'features.5.4.block.5.bias': TypedTensor<'float32', [384]>
  'features.5.5.layer_scale': TypedTensor<'float32', [384, 1, 1]>
  'features.5.5.block.0.weight': TypedTensor<'float32', [384, 1, 7, 7]>
  'features.5.5.block.0.bias': TypedTensor<'float32', [384]>
  'features.5.5.block.2.weight': TypedTensor<'float32', [384]>
  'features.5.5.block.2.bias': TypedTensor<'float32', [384]>
  'features.5.5.block.3.weight': TypedTensor<'float32', [1536, 384]>
  'features.5.5.block.3.bias': TypedTensor<'float32', [1536]>
  'features.5.5.block.5.weight': TypedTensor<'float32', [384, 1536]>
  'features.5.5.block.5.bias': TypedTensor<'float32', [384]>
  'features.5.6.layer_scale': TypedTensor<'float32', [384, 1, 1]>
  'features.5.6.block.0.weight': TypedTensor<'float32', [384, 1, 7, 7]>
  'features.5.6.block.0.bias': TypedTensor<'float32', [384]>
  'features.5.6.block.2.weight': TypedTensor<'float32', [384]>
  'features.5.6.block.2.bias': TypedTensor<'float32', [384]>
  'features.5.6.block.3.weight': TypedTensor<'float32', [1536, 384]>
  'features.5.6.block.3.bias': TypedTensor<'float32', [1536]>
  'features.5.6.block.5.weight': TypedTensor<'float32', [384, 1536]>
  'features.5.6.block.5.bias': TypedTensor<'float32', [384]>
  'features.5.7.layer_scale': TypedTensor<'float32', [384, 1, 1]>
  'features.5.7.block.0.weight': TypedTensor<'float32', [384, 1, 7, 7]>
  'features.5.7.block.0.bias': TypedTensor<'float32', [384]>
  'features.5.7.block.2.weight': TypedTensor<'float32', [384]>
  'features.5.7.block.2.bias': TypedTensor<'float32', [384]>
  'features.5.7.block.3.weight': TypedTensor<'float32', [1536, 384]>
  'features.5.7.block.3.bias': TypedTensor<'float32', [1536]>
  'features.5.7.block.5.weight': TypedTensor<'float32', [384, 1536]>
  'features.5.7.block.5.bias': TypedTensor<'float32', [384]>
  'features.5.8.layer_scale': TypedTensor<'float32', [384, 1, 1]>
  'features.5.8.block.0.weight': TypedTensor<'float32', [384, 1, 7, 7]>
  'features.5.8.block.0.bias': TypedTensor<'float32', [384]>
  'features.5.8.block.2.weight': TypedTensor<'float32', [384]>
  'features.5.8.block.2.bias': TypedTensor<'float32', [384]>
  'features.5.8.block.3.weight': TypedTensor<'float32', [1536, 384]>
  'features.5.8.block.3.bias': TypedTensor<'float32', [1536]>
  'features.5.8.block.5.weight': TypedTensor<'float32', [384, 1536]>
  'features.5.8.block.5.bias': TypedTensor<'float32', [384]>
  'features.6.0.weight': TypedTensor<'float32', [384]>
  'features.6.0.bias': TypedTensor<'float32', [384]>
  'features.6.1.weight': TypedTensor<'float32', [768, 384, 2, 2]>
  'features.6.1.bias': TypedTensor<'float32', [768]>
  'features.7.0.layer_scale': TypedTensor<'float32', [768, 1, 1]>
  'features.7.0.block.0.weight': TypedTensor<'float32', [768, 1, 7, 7]>
  'features.7.0.block.0.bias': TypedTensor<'float32', [768]>
  'features.7.0.block.2.weight': TypedTensor<'float32', [768]>
  'features.7.0.block.2.bias': TypedTensor<'float32', [768]>
  'features.7.0.block.3.weight': TypedTensor<'float32', [3072, 768]>
  'features.7.0.block.3.bias': TypedTensor<'float32', [3072]>
  'features.7.0.block.5.weight': TypedTensor<'float32', [768, 3072]>
  'features.7.0.block.5.bias': TypedTensor<'float32', [768]>
  'features.7.1.layer_scale': TypedTensor<'float32', [768, 1, 1]>
  'features.7.1.block.0.weight': TypedTensor<'float32', [768, 1, 7, 7]>
  'features.7.1.block.0.bias': TypedTensor<'float32', [768]>
  'features.7.1.block.2.weight': TypedTensor<'float32', [768]>
  'features.7.1.block.2.bias': TypedTensor<'float32', [768]>
  'features.7.1.block.3.weight': TypedTensor<'float32', [3072, 768]>
  'features.7.1.block.3.bias': TypedTensor<'float32', [3072]>
  'features.7.1.block.5.weight': TypedTensor<'float32', [768, 3072]>
  'features.7.1.block.5.bias': TypedTensor<'float32', [768]>
  'features.7.2.layer_scale': TypedTensor<'float32', [768, 1, 1]>
  'features.7.2.block.0.weight': TypedTensor<'float32', [768, 1, 7, 7]>
  'features.7.2.block.0.bias': TypedTensor<'float32', [768]>
  'features.7.2.block.2.weight': TypedTensor<'float32', [768]>
  'features.7.2.block.2.bias': TypedTensor<'float32', [768]>
  'features.7.2.block.3.weight': TypedTensor<'float32', [3072, 768]>
  'features.7.2.block.3.bias': TypedTensor<'float32', [3072]>
  'features.7.2.block.5.weight': TypedTensor<'float32', [768, 3072]>
  'features.7.2.block.5.bias': TypedTensor<'float32', [768]>
  'classifier.0.weight': TypedTensor<'float32', [768]>
  'classifier.0.bias': TypedTensor<'float32', [768]>
  'classifier.2.weight': TypedTensor<'float32', [1000, 768]>
  'classifier.2.bias': TypedTensor<'float32', [1000]>
}

export interface LayerNorm2dOptions {
  readonly channels: number
  readonly eps?: number
}

export interface PermuteOptions {
  readonly dims: readonly number[]
}

export interface CNBlockOptions {
  readonly dim: number
  readonly layer_scale: number
  readonly stochastic_depth_prob: number
}

export interface ConvNeXtOptions {
  readonly widths?: readonly number[]
  readonly depths?: readonly number[]
  readonly stochastic_depth_prob?: number
  readonly layer_scale?: number
  readonly num_classes?: number
}

export class LayerNorm2d extends Module {
  readonly weight: Cell
  readonly bias: Cell
  readonly options: { readonly eps: number; readonly normalized_shape: readonly number[] }

  constructor({ channels, eps = 0.000001 }: LayerNorm2dOptions) {
    super()
    const normalized_shape = [channels]
    this.options = { eps, normalized_shape }

    this.weight = this.registerParameter('weight', new Cell(F.ones([channels]), { requiresGrad: true }))
    this.bias = this.registerParameter('bias', new Cell(F.zeros([channels]), { requiresGrad: true }))
  }

  override forward(x: Tensor): Tensor {
    const { eps, normalized_shape } = this.options
    x = x.permute([0, 2, 3, 1])
    x = F.layerNorm(x, normalized_shape, { weight: this.weight.value, bias: this.bias.value, eps })
    x = x.permute([0, 3, 1, 2])
    return x
  }
}

export class Permute extends Module {
  readonly options: { readonly dims: readonly number[] }

  constructor({ dims }: PermuteOptions) {
    super()
    this.options = { dims }
  }

  override forward(x: Tensor): Tensor {
    const { dims } = this.options
    return F.permute(x, dims)
  }
}

export class CNBlock extends Module {
  readonly layer_scale: Cell
  readonly block: nn.Sequential
  readonly stochastic_depth: nn.StochasticDepth
  readonly options: { readonly layer_scale: number }

  constructor({ dim, layer_scale, stochastic_depth_prob }: CNBlockOptions) {
    super()
    this.options = { layer_scale }

    this.layer_scale = this.registerParameter(
      'layer_scale',
      new Cell(F.ones([dim, 1, 1]).mul(layer_scale), { requiresGrad: true }),
    )
    this.block = this.registerModule(
      'block',
      new nn.Sequential(
        new nn.Conv2d({
          in_channels: dim,
          out_channels: dim,
          kernel_size: 7,
          padding: 3,
          groups: dim,
          bias: true,
        }),
        new Permute({ dims: [0, 2, 3, 1] }),
        new nn.LayerNorm({ normalized_shape: dim, eps: 0.000001 }),
        new nn.Linear({ in_features: dim, out_features: 4 * dim, bias: true }),
        new nn.GELU(),
        new nn.Linear({ in_features: 4 * dim, out_features: dim, bias: true }),
        new Permute({ dims: [0, 3, 1, 2] }),
      ),
    )
    this.stochastic_depth = this.registerModule(
      'stochastic_depth',
      new nn.StochasticDepth({ p: stochastic_depth_prob, mode: 'row' }),
    )
  }

  override forward(input: Tensor): Tensor {
    let result = this.layer_scale.value.mul(this.block.forward(input))
    result = this.stochastic_depth.forward(result)
    result = result.add(input)
    return result
  }
}

/**
 * ConvNeXt, Liu et al. 2022 (arXiv:2201.03545). Keys as torchvision convnext_tiny; small, base and large by widths and depths.
 *
 * Inputs of forward:
 * - x float32[N, 3, H, W]
 */
export class ConvNeXt extends Module<ConvNeXtState> {
  readonly features: nn.Sequential
  readonly avgpool: nn.AdaptiveAvgPool2d
  readonly classifier: nn.Sequential

  constructor({
      widths = [96, 192, 384, 768],
      depths = [3, 3, 9, 3],
      stochastic_depth_prob = 0.1,
      layer_scale = 0.000001,
      num_classes = 1000,
    }: ConvNeXtOptions = {}) {
    super()
    this.features = this.registerModule(
      'features',
      new nn.Sequential(
        new nn.Sequential(
          new nn.Conv2d({
            in_channels: 3,
            out_channels: widths[0]!,
            kernel_size: 4,
            stride: 4,
            padding: 0,
            bias: true,
          }),
          new LayerNorm2d({ channels: widths[0]! }),
        ),
        ...(py.enumerate(depths) as [number, number][]).flatMap(([s, depth]) => [
          new nn.Sequential(...py.range(depth).map(i => new CNBlock({
            dim: widths[s]!,
            layer_scale,
            stochastic_depth_prob: stochastic_depth_prob * (py.sum(depths.slice(0, s)) + i) / (py.sum(depths) - 1),
          }))),
          ...(s < depths.length - 1 ? [new nn.Sequential(
            new LayerNorm2d({ channels: widths[s]! }),
            new nn.Conv2d({
              in_channels: widths[s]!,
              out_channels: widths.at(s + 1)!,
              kernel_size: 2,
              stride: 2,
            }),
          )] : []),
        ]),
      ),
    )
    this.avgpool = this.registerModule('avgpool', new nn.AdaptiveAvgPool2d({ output_size: 1 }))
    this.classifier = this.registerModule(
      'classifier',
      new nn.Sequential(
        new LayerNorm2d({ channels: widths.at(-1)! }),
        new nn.Flatten({ start_dim: 1 }),
        new nn.Linear({ in_features: widths.at(-1)!, out_features: num_classes }),
      ),
    )
    this.madeFrom(
      async () => (await import('./convnext.source.js')).source,
      { widths, depths, stochastic_depth_prob, layer_scale, num_classes },
    )
  }

  override forward(x: Tensor): Tensor {
    x = this.features.forward(x)
    x = this.avgpool.forward(x)
    x = this.classifier.forward(x)
    return x
  }
}
