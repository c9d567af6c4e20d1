/** A model comes out of a file where code cannot be made from strings: the strictest policy that browsers have. */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import {
  compileModel,
  Diagnostics,
  loadSpec,
  modelSource,
  nodeLoader,
  SpecModule,
} from '../../compiler/index.ts'
import { DigitsCNN } from '../../generated/tutorial/digits-cnn.ts'
import { type Tensor, tensor } from '../../runtime/index.ts'
import { saveCheckpoint } from '../../runtime/nn/index.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { chromiumPath, openPage, resultOf } from '../support/chromium.ts'
import type { ModelReport } from './browser-page.ts'

const root = path.join(import.meta.dirname, '../..')
const scratch = scratchFolder()

/** A model with a definition, saved with its spec. */
async function savedModel(): Promise<{ readonly model: SpecModule; readonly checkpoint: string }> {
  const text = `holdfast: 1
model: Tiny
inputs: { x: "float32[N, 4]" }
modules:
  block: Block(width=4)
definitions:
  Block:
    params: { width: int }
    modules:
      fc: Linear(width, 2)
    forward: |
      return relu(fc(x))
forward: |
  return block(x)
`
  const diagnostics = new Diagnostics()
  const file = loadSpec({ path: 'tiny.yaml', text }, nodeLoader, diagnostics)!
  const model = new SpecModule(compileModel(file, [], diagnostics)!, [], modelSource(file))
  const checkpoint = scratch.path('tiny.safetensors')
  await saveCheckpoint(model, checkpoint)
  return { model, checkpoint }
}

test('loadModel works without eval', async () => {
  const { checkpoint } = await savedModel()
  const script = scratch.path('load.mts')
  writeFileSync(
    script,
    `import { loadModel } from ${JSON.stringify(path.join(root, 'compiler/link/load-model.ts'))}
let refused = false
try { new Function('return 1') } catch { refused = true }
const { model } = await loadModel(${JSON.stringify(checkpoint)})
console.log(JSON.stringify({ refused, keys: [...model.stateDict().keys()] }))
`,
  )
  const args = [
    '--disallow-code-generation-from-strings',
    '--import',
    'tsx',
    '--conditions=holdfast-source',
    script,
  ]
  const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: 'utf8' })
  expect(stderr.replace(/^\(node:.*\n|^\(Use `node.*\n/gm, '')).toBe('')
  expect(JSON.parse(stdout)).toEqual({ refused: true, keys: ['block.fc.weight', 'block.fc.bias'] })
}, 60_000)

test('what it imports has neither Ajv nor anything of Node in it, but for what is loaded on demand', () => {
  const seen = new Set<string>()
  const packages = new Set<string>()
  const visit = (file: string): void => {
    if (seen.has(file)) return
    seen.add(file)
    const code = readFileSync(file, 'utf8')
    for (const [, types, from] of code.matchAll(
      /^(?:import|export)\s+(type\s)?[^'"]*?from\s+['"]([^'"]+)['"]/gm,
    )) {
      if (types !== undefined) continue
      if (!from!.startsWith('.')) packages.add(from!)
      else visit(path.resolve(path.dirname(file), from!))
    }
  }
  const entry = path.join(root, 'compiler/link/load-model.ts')
  expect(existsSync(entry)).toBe(true)
  visit(entry)
  expect(seen.size).toBeGreaterThan(200)
  expect([...packages].sort()).toEqual(['yaml'])
})

test.skipIf(chromiumPath === undefined)(
  'loadModel works in a page whose policy forbids eval, on what generated classes were saved to, there and in Node',
  async () => {
    const { model, checkpoint } = await savedModel()
    const digits = new DigitsCNN()
    await saveCheckpoint(digits, scratch.path('digits.pt'))
    const opened = await openPage(path.join(import.meta.dirname, 'browser-page.ts'), {
      'tiny.safetensors': checkpoint,
      'digits.pt': scratch.path('digits.pt'),
    })
    try {
      const { out } = model.eval().forward({ x: tensor([[1, 2, 3, 4]]) }) as { out: Tensor }
      const image = tensor(new Float32Array(64).fill(3), { shape: [1, 1, 8, 8] })
      const result = await resultOf<ModelReport>(opened)
      if (typeof result === 'string') throw new Error(result)
      const { logits, given, again, ...report } = result
      expect(report).toEqual({
        refused: true,
        keys: ['block.fc.weight', 'block.fc.bias'],
        output: [...((await out.data()) as Float32Array)],
        params: { channels: '4', num_classes: '10', drop: '0.25' },
      })
      // Another engine may round the last bit in another way.
      const expected = [...((await digits.eval().forward(image).data()) as Float32Array)]
      expect(logits).toHaveLength(10)
      for (const [i, logit] of logits.entries()) expect(logit).toBeCloseTo(expected[i]!, 5)
      expect(again).toHaveLength(10)
      expect(again).toEqual(given)
    } finally {
      await opened.close()
    }
  },
  120_000,
)
