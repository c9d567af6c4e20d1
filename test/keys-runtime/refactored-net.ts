/** The models of test/oracle/keys/refactor.py, and their contract. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { KeyContract, Step } from '../../runtime/keys/index.ts'
import { BatchNorm1d, Linear, Module } from '../../runtime/nn/index.ts'
import { Cell } from '../../runtime/tensor/cell.ts'
import { F } from '../../runtime/tensor/functional.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'

export const fixtures = path.resolve(import.meta.dirname, '../fixtures/keys')

interface Facts extends Pick<KeyContract, 'generations'> {
  readonly batches: readonly { readonly x: readonly number[]; readonly y: readonly number[] }[]
  readonly losses: readonly number[]
}

export const facts = JSON.parse(readFileSync(path.join(fixtures, 'refactor.json'), 'utf8')) as Facts

const steps: Step[] = [
  { kind: 'rename', from: 'fc', to: 'head' },
  { kind: 'rename', from: 'bn', to: 'pre.bn' },
  { kind: 'split', from: 'qkv.*', to: ['attn.q.*', 'attn.k.*', 'attn.v.*'], dim: 0, sizes: null },
  { kind: 'add', key: 'scale', init: 1 },
]

export const contract: KeyContract = {
  model: 'New',
  preset: null,
  generations: facts.generations,
  migrations: [{ from: 1, to: 2, steps }],
  layouts: [],
}

class Branch extends Module {
  constructor(children: Readonly<Record<string, Module>>) {
    super()
    for (const [name, child] of Object.entries(children)) this.registerModule(name, child)
  }

  forward(): never {
    throw new Error('a branch does not compute')
  }
}

/** After the refactor. */
export class New extends Module {
  readonly scale = this.registerParameter('scale', new Cell(F.ones([4]), { requiresGrad: true }))
  readonly bn = new BatchNorm1d({ num_features: 4 })
  readonly q = new Linear({ in_features: 4, out_features: 4 })
  readonly k = new Linear({ in_features: 4, out_features: 4 })
  readonly v = new Linear({ in_features: 4, out_features: 4 })
  readonly head: Linear

  constructor(classes = 3) {
    super()
    this.registerModule('pre', new Branch({ bn: this.bn }))
    this.registerModule('attn', new Branch({ q: this.q, k: this.k, v: this.v }))
    this.head = this.registerModule('head', new Linear({ in_features: 4, out_features: classes }))
  }

  override get keyContracts(): readonly KeyContract[] {
    return [contract]
  }

  forward(x: Tensor): Tensor {
    const [q, k, v] = [this.q.forward(x), this.k.forward(x), this.v.forward(x)]
    const scores = F.softmax(F.div(F.matmul(q, F.transpose(k, -2, -1)), 2), { dim: -1 })
    const pooled = F.mean(F.add(x, F.matmul(scores, v)), { dim: 1 })
    return this.head.forward(F.mul(this.bn.forward(pooled), this.scale.value))
  }
}
