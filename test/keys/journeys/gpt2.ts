/** A GPT-2 written by transformers: transposed, fused and tied, with the two groups of its trainer's AdamW. */
import path from 'node:path'
import { load, type PyDict } from '../../../runtime/checkpoint/index.ts'
import { AdamW } from '../../../runtime/optim/index.ts'
import { F } from '../../../runtime/tensor/functional.ts'
import type { Tensor } from '../../../runtime/tensor/tensor.ts'
import { fixtures, type Journey, label } from '../journey.ts'

interface Names {
  readonly tok: string
  readonly norm: string
  readonly isSplit: boolean
  readonly isReordered: boolean
  readonly hasValue: boolean
}

function spec({ tok, norm, isSplit, isReordered, hasValue }: Names): string {
  const qkv = isSplit ? ['q: Linear(8, 8)', 'k: Linear(8, 8)', 'v: Linear(8, 8)'] : ['c_attn: Linear(8, 24)']
  const given = isSplit ? 'self.q(x), self.k(x), self.v(x)' : 'c_attn(x).chunk(3, -1)'
  const block = ['ln_1: LayerNorm(8)', 'attn: Attention()', 'ln_2: LayerNorm(8)', 'mlp: MLP()']
  const [ln1, attn, ln2, mlp] = block
  const ordered = isReordered ? [ln1, ln2, mlp, attn] : block
  const last =
    norm === 'ln_f' ? '  ln_f: LayerNorm(8)' : '  top: { type: Module, modules: { norm: "LayerNorm(8)" } }'
  return `inputs:
  tokens: int64[N, T]
outputs:
  logits: float32[N, T, 11]
${hasValue ? '  value: float32[N, T, 1]\n' : ''}modules:
  ${tok}: Embedding(11, 8)
  wpe: Embedding(6, 8)
${hasValue ? '  value: Linear(8, 1)\n' : ''}  h:
    type: ModuleList
    modules:
      - { for: _ in range(2), type: Block }
${last}
  lm_head: Linear(8, 11, bias=False)
ties:
  - [${tok}.weight, lm_head.weight]
forward: |
  x = ${tok}(tokens) + wpe(arange(tokens.shape[1]))
  for block in h:
    x = block(x)
  x = ${norm}(x)
  return lm_head(x)${hasValue ? ', value(x)' : ''}
definitions:
  Attention:
    modules:
${qkv.map(line => `      ${line}`).join('\n')}
      c_proj: Linear(8, 8)
    forward: |
      n, t, d = x.shape
      q, k, v = ${given}
      heads = [y.view(n, t, 2, 4).transpose(1, 2) for y in [q, k, v]]
      y = F.scaled_dot_product_attention(heads[0], heads[1], heads[2], is_causal=True)
      return c_proj(y.transpose(1, 2).reshape(n, t, d))
  MLP:
    modules:
      c_fc: Linear(8, 32)
      c_proj: Linear(32, 8)
    forward: return c_proj(F.gelu(c_fc(x), approximate="tanh"))
  Block:
    modules:
${ordered.map(line => `      ${line}`).join('\n')}
    forward: |
      x = x + attn(ln_1(x))
      return x + mlp(ln_2(x))
`
}

const first: Names = { tok: 'wte', norm: 'ln_f', isSplit: false, isReordered: false, hasValue: false }
const renamed: Names = { ...first, tok: 'tok' }
const moved: Names = { ...renamed, norm: 'top.norm' }
const split: Names = { ...moved, isSplit: true }
const reordered: Names = { ...split, isReordered: true }
const inserted: Names = { ...reordered, hasValue: true }

export const gpt2: Journey = {
  name: 'gpt2',
  model: 'GPT2',
  stages: [
    { refactor: 'as plain layers', refused: [], spec: spec(first), steps: '' },
    {
      refactor: 'a module is renamed',
      refused: ['key-renamed'],
      spec: spec(renamed),
      steps: '- rename: { from: wte, to: tok }',
    },
    {
      refactor: 'a module moves into another',
      refused: ['key-renamed'],
      spec: spec(moved),
      steps: '- rename: { from: ln_f, to: top.norm }',
    },
    {
      refactor: 'a fused projection is split',
      refused: ['key-removed'],
      spec: spec(split),
      steps: '- split: { from: "h.*.attn.c_attn.*", to: ["h.*.attn.q.*", "h.*.attn.k.*", "h.*.attn.v.*"] }',
    },
    { refactor: 'modules are reordered', refused: ['parameter-order'], spec: spec(reordered), steps: '' },
    {
      refactor: 'a layer is inserted',
      refused: ['key-added'],
      spec: spec(inserted),
      steps: '- add: { key: value }',
    },
  ],
  layouts: `layouts:
  transformers:
    to: 1
    order: []
    steps:
      - rename: { from: transformer.wte, to: wte }
      - rename: { from: transformer.wpe, to: wpe }
      - rename: { from: transformer.h, to: h }
      - rename: { from: transformer.ln_f, to: ln_f }
      - transpose: { key: h.*.attn.*.weight, dims: [0, 1] }
      - transpose: { key: h.*.mlp.*.weight, dims: [0, 1] }
`,
  published: async () => {
    const checkpoint = await load(path.join(fixtures, 'gpt2-trained.pt'))
    return { checkpoint, optimizer: (checkpoint.value as PyDict).get('optimizer') }
  },
  back: { layout: 'transformers' },
  groups: model => {
    const named = model.namedParameters()
    return [true, false].map(is => named.filter(([, cell]) => cell.held.shape.length > 1 === is))
  },
  optimizer: ([decayed, others]) =>
    new AdamW([
      { params: [...decayed!], weight_decay: 0.1 },
      { params: [...others!], weight_decay: 0 },
    ]),
  options: { groupOfAdded: key => (key.endsWith('.bias') ? 1 : 0) },
  loss: (model, step) => {
    const tokens = label([3, 6], step, 11)
    const logits = model.forward({ tokens }).logits as Tensor
    return F.crossEntropy(logits.narrow(1, 0, 5).reshape(-1, 11), tokens.narrow(1, 1, 5).reshape(-1))
  },
}
