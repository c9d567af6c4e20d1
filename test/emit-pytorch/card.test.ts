import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { exportCard } from '../../compiler/emit/card/index.ts'
import { modelAt, modelFrom } from './model-at.ts'

const root = path.resolve(import.meta.dirname, '../..')
const card = (file: string): string => exportCard(modelAt(path.join(root, file)))

describe('a model card', () => {
  it('of a small model is this page', () => {
    const golden = readFileSync(path.join(root, 'test/fixtures/emit/simple-model.md'), 'utf8')
    expect(card('specs/tutorial/simple-model.yaml')).toBe(golden)
  })

  it('counts parameters, bytes and keys', () => {
    // As sum(p.numel() for p in MyNet().parameters()) and the sizes of its state_dict in PyTorch.
    const text = card('specs/tutorial/my-net.yaml')
    expect(text).toContain(
      '- 260 parameters in 4 tensors\n- 1,208 bytes in a checkpoint, 7 keys\n- 3 buffers\n',
    )
  })

  it('shows frozen, tied and unsaved tensors', () => {
    const text = card('test/emit-pytorch/specs/structure.yaml')
    expect(text).toMatch(/of them frozen/)
    expect(text).toContain('- 2 keys beside the first of a tensor that has several')
    expect(text).toContain('- 3 buffers, 1 of them not saved')
    expect(text).toContain('| `twin.weight` | `[8, 8]` | `float32` | parameter | no |')
  })

  it('shows params with values and bounds, and what sizes must be', () => {
    expect(card('test/emit-pytorch/specs/structure.yaml')).toContain(
      '| `width` | `int` | `8` | at least `1` | Channels everywhere. |',
    )
    expect(card('specs/zoo/espnet-enc-p2q3.yaml')).toContain('- `H` is a multiple of `8`.')
  })

  it('is the same every time', () => {
    expect(card('specs/zoo/vae-mnist.yaml')).toBe(card('specs/zoo/vae-mnist.yaml'))
  })

  it('shows text of a spec as text', () => {
    const doc =
      '# Head\n\n<script>x</script> | a *b* _c_ `d` [e](f) ![g](h) &amp; \\ \u202e\n\n- item\n\n1. one'
    const text = exportCard(
      modelFrom(`holdfast: 1
model: M
doc: ${JSON.stringify(doc)}
params:
  p: { type: str, default: ${JSON.stringify(JSON.stringify('a | `b`\n\n# c'))}, doc: ${JSON.stringify(doc)} }
inputs: { x: "float32[N, 4]" }
outputs: { y: "float32[N, 4]" }
forward: return relu(x)
`),
    )
    const lines = text.split('\n')
    expect(lines.filter(line => line.startsWith('#')).map(line => line.replace(/^#+ /, ''))).toEqual([
      'M',
      'Inputs',
      'Outputs',
      'Params',
      'Tensors',
      'Use',
      'Keys and PyTorch',
    ])
    expect(text).not.toMatch(/(?<!\\)<script/)
    expect(text).toContain('\\# Head')
    expect(text).toContain('\\- item')
    expect(text).toContain('1\\. one')
    expect(text).not.toContain('\u202e')
    const row = lines.find(line => line.startsWith('| `p`'))!
    // Bars that part cells are those without a backslash.
    expect(row.match(/(?<!\\)\|/g)).toHaveLength(6)
  })
})
