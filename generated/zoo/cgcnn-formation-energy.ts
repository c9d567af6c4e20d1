// Made by holdfast from specs/zoo/cgcnn-formation-energy.yaml; do not edit: change the spec and build again.
// spec sha256 c45b45955ef38a7ca83b62d8114ab9fbeef61133ac3fb33f55133b3e0ed0bcf0
/* eslint-disable */
import { F, Module, nn, py, type Tensor, type TypedTensor } from 'holdfast/runtime'

/** The state_dict of CrystalGraphConvNet with default options: every key with dtype and shape. */
export type CrystalGraphConvNetState = {
  'embedding.weight': TypedTensor<'float32', [64, 92]>
  'embedding.bias': TypedTensor<'float32', [64]>
  'convs.0.fc_full.weight': TypedTensor<'float32', [128, 169]>
  'convs.0.fc_full.bias': TypedTensor<'float32', [128]>
  'convs.0.bn1.weight': TypedTensor<'float32', [128]>
  'convs.0.bn1.bias': TypedTensor<'float32', [128]>
  'convs.0.bn1.running_mean': TypedTensor<'float32', [128]>
  'convs.0.bn1.running_var': TypedTensor<'float32', [128]>
  'convs.0.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'convs.0.bn2.weight': TypedTensor<'float32', [64]>
  'convs.0.bn2.bias': TypedTensor<'float32', [64]>
  'convs.0.bn2.running_mean': TypedTensor<'float32', [64]>
  'convs.0.bn2.running_var': TypedTensor<'float32', [64]>
  'convs.0.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'convs.1.fc_full.weight': TypedTensor<'float32', [128, 169]>
  'convs.1.fc_full.bias': TypedTensor<'float32', [128]>
  'convs.1.bn1.weight': TypedTensor<'float32', [128]>
  'convs.1.bn1.bias': TypedTensor<'float32', [128]>
  'convs.1.bn1.running_mean': TypedTensor<'float32', [128]>
  'convs.1.bn1.running_var': TypedTensor<'float32', [128]>
  'convs.1.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'convs.1.bn2.weight': TypedTensor<'float32', [64]>
  'convs.1.bn2.bias': TypedTensor<'float32', [64]>
  'convs.1.bn2.running_mean': TypedTensor<'float32', [64]>
  'convs.1.bn2.running_var': TypedTensor<'float32', [64]>
  'convs.1.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'convs.2.fc_full.weight': TypedTensor<'float32', [128, 169]>
  'convs.2.fc_full.bias': TypedTensor<'float32', [128]>
  'convs.2.bn1.weight': TypedTensor<'float32', [128]>
  'convs.2.bn1.bias': TypedTensor<'float32', [128]>
  'convs.2.bn1.running_mean': TypedTensor<'float32', [128]>
  'convs.2.bn1.running_var': TypedTensor<'float32', [128]>
  'convs.2.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'convs.2.bn2.weight': TypedTensor<'float32', [64]>
  'convs.2.bn2.bias': TypedTensor<'float32', [64]>
  'convs.2.bn2.running_mean': TypedTensor<'float32', [64]>
  'convs.2.bn2.running_var': TypedTensor<'float32', [64]>
  'convs.2.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'convs.3.fc_full.weight': TypedTensor<'float32', [128, 169]>
  'convs.3.fc_full.bias': TypedTensor<'float32', [128]>
  'convs.3.bn1.weight': TypedTensor<'float32', [128]>
  'convs.3.bn1.bias': TypedTensor<'float32', [128]>
  'convs.3.bn1.running_mean': TypedTensor<'float32', [128]>
  'convs.3.bn1.running_var': TypedTensor<'float32', [128]>
  'convs.3.bn1.num_batches_tracked': TypedTensor<'int64', []>
  'convs.3.bn2.weight': TypedTensor<'float32', [64]>
  'convs.3.bn2.bias': TypedTensor<'float32', [64]>
  'convs.3.bn2.running_mean': TypedTensor<'float32', [64]>
  'convs.3.bn2.running_var': TypedTensor<'float32', [64]>
  'convs.3.bn2.num_batches_tracked': TypedTensor<'int64', []>
  'conv_to_fc.weight': TypedTensor<'float32', [32, 64]>
  'conv_to_fc.bias': TypedTensor<'float32', [32]>
  'fc_out.weight': TypedTensor<'float32', [1, 32]>
  'fc_out.bias': TypedTensor<'float32', [1]>
}

export interface ConvLayerOptions {
  readonly d: number
  readonly bond: number
}

export interface CrystalGraphConvNetOptions {
  readonly atom_features?: number
  readonly bond_features?: number
  readonly neighbours?: number
  readonly d?: number
  readonly hidden?: number
  readonly layers?: number
  readonly crystals?: readonly number[]
}

export class ConvLayer extends Module {
  readonly fc_full: nn.Linear
  readonly bn1: nn.BatchNorm1d
  readonly bn2: nn.BatchNorm1d
  readonly options: { readonly d: number }

  constructor({ d, bond }: ConvLayerOptions) {
    super()
    this.options = { d }

    this.fc_full = this.registerModule(
      'fc_full',
      new nn.Linear({ in_features: 2 * d + bond, out_features: 2 * d }),
    )
    this.bn1 = this.registerModule('bn1', new nn.BatchNorm1d({ num_features: 2 * d }))
    this.bn2 = this.registerModule('bn2', new nn.BatchNorm1d({ num_features: d }))
  }

  override forward(x: Tensor, bonds: Tensor, index: Tensor): Tensor {
    const { d } = this.options
    const [n, m] = index.shape as [number, number]
    const own = x.unsqueeze(1).expand([n, m, d])
    let z = this.fc_full.forward(F.cat([own, x.getitem([index]), bonds], { dim: 2 }))
    z = this.bn1.forward(z.view([-1, 2 * d])).view([n, m, 2 * d])
    const [gate, core] = z.chunk(2, { dim: 2 }) as [Tensor, Tensor]
    const message = F.sigmoid(gate).mul(F.softplus(core)).sum({ dim: 1 })
    return F.softplus(x.add(this.bn2.forward(message)))
  }
}

/**
 * Crystal graph network for formation energies, Xie and Grossman 2018 (arXiv:1710.10324). Keys as txie-93/cgcnn. The output is the normalised energy, raw.
 *
 * Inputs of forward:
 * - atom_fea float32[atoms, atom_features]
 * - nbr_fea float32[atoms, neighbours, bond_features]
 * - nbr_fea_idx int64[atoms, neighbours]
 */
export class CrystalGraphConvNet extends Module<CrystalGraphConvNetState> {
  readonly embedding: nn.Linear
  readonly convs: nn.ModuleList<ConvLayer>
  readonly conv_to_fc: nn.Linear
  readonly fc_out: nn.Linear
  readonly options: { readonly crystals: readonly number[] }

  constructor({
      atom_features = 92,
      bond_features = 41,
      neighbours = 12,
      d = 64,
      hidden = 32,
      layers = 4,
      crystals = [4, 5],
    }: CrystalGraphConvNetOptions = {}) {
    super()
    const atoms = py.sum(crystals)
    const count = crystals.length
    this.options = { crystals }

    this.embedding = this.registerModule(
      'embedding',
      new nn.Linear({ in_features: atom_features, out_features: d }),
    )
    this.convs = this.registerModule(
      'convs',
      new nn.ModuleList([...py.range(layers).map(() => new ConvLayer({ d, bond: bond_features }))]),
    )
    this.conv_to_fc = this.registerModule('conv_to_fc', new nn.Linear({ in_features: d, out_features: hidden }))
    this.fc_out = this.registerModule('fc_out', new nn.Linear({ in_features: hidden, out_features: 1 }))
    this.madeFrom(
      async () => (await import('./cgcnn-formation-energy.source.js')).source,
      { atom_features, bond_features, neighbours, d, hidden, layers, crystals },
    )
  }

  override forward(atom_fea: Tensor, nbr_fea: Tensor, nbr_fea_idx: Tensor): Tensor {
    const { crystals } = this.options
    let x = this.embedding.forward(atom_fea)
    for (const conv of [...this.convs]) {
      x = conv.forward(x, nbr_fea, nbr_fea_idx)
    }

    x = F.stack(x.split(crystals).map(crystal => crystal.mean({ dim: 0 })))
    x = F.softplus(this.conv_to_fc.forward(F.softplus(x)))
    return this.fc_out.forward(x)
  }
}
