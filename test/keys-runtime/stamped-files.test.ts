/** What files say of their model: those of generated classes and of training runs, in every format; and files that lie. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { loadModel } from '../../compiler/link/load-model.ts'
import { digestOf } from '../../compiler/link/model-source.ts'
import { DigitsCNN } from '../../generated/tutorial/digits-cnn.ts'
import { TheModelClass } from '../../generated/tutorial/the-model-class.ts'
import {
  load,
  openPath,
  type PyDict,
  save,
  saveSafetensors,
  tensorOf,
} from '../../runtime/checkpoint/index.ts'
import {
  type Module,
  nn,
  type SaveCheckpointOptions,
  saveCheckpoint,
  type Tensor,
  tensor,
} from '../../runtime/index.ts'
import { type Stamp, stampOf } from '../../runtime/keys/index.ts'
import { type Ended, holdfast } from '../cli/captured-terminal.ts'
import { linear, scratchFolder } from '../cli/scratch.ts'

const scratch = scratchFolder()
const root = path.resolve(import.meta.dirname, '../..')
const text = (spec: string): string => readFileSync(path.join(root, 'specs', spec), 'utf8')

async function saved(name: string, model: Module, options: SaveCheckpointOptions = {}): Promise<string> {
  const file = scratch.path(name)
  await saveCheckpoint(model, file, options)
  return file
}

const stampIn = async (file: string): Promise<Stamp | null> => {
  const checkpoint = await openPath(file)
  await checkpoint.close()
  return stampOf(checkpoint)
}

describe('a model of a generated class', () => {
  test.each([
    ['a.pt', {}],
    ['a.safetensors', {}],
    ['legacy.pt', { format: 'legacy' }],
    ['a.safetensors.index.json', {}],
  ] as const)('comes back from %s alone, with the options that it was made with', async (name, options) => {
    const model = new TheModelClass({ num_classes: 7 })
    const file = await saved(name, model, options)
    const loaded = await loadModel(file)
    const image = tensor(new Float32Array(3 * 32 * 32).fill(0.5), { shape: [1, 3, 32, 32] })
    const { logits } = loaded.model.forward({ image }) as { logits: Tensor }
    expect(await logits.data()).toEqual(await model.eval().forward(image).data())
    expect(loaded.stamp).toMatchObject({ model: 'TheModelClass', source: { params: { num_classes: '7' } } })
    expect(await holdfast('extract', file)).toMatchObject({
      code: 0,
      out: text('tutorial/the-model-class.yaml'),
    })
    expect(await holdfast('verify', file)).toMatchObject({ code: 0, err: '' })
  })

  test('of locked keys carries its generation, contract and lock, and the same bytes each time', async () => {
    const model = new DigitsCNN()
    const a = await saved('twice.pt', model)
    const bytes = readFileSync(a)
    await saved('twice.pt', model)
    expect(readFileSync(a).equals(bytes)).toBe(true)
    expect(await stampIn(a)).toMatchObject({
      generation: 1,
      layout: null,
      contract: { model: 'DigitsCNN' },
      source: { lock: text('tutorial/digits-cnn.keys.lock') },
    })
  })

  test('keeps options of every type', async () => {
    scratch.write('types/specs/tiny.yaml', linear)
    const [specs, out] = [scratch.path('types/specs'), scratch.path('types/generated')]
    const runtime = path.join(root, 'runtime/index.ts')
    expect((await holdfast('build', '--specs', specs, '--out', out, '--runtime', runtime)).code).toBe(0)
    const { Tiny } = (await import(path.join(out, 'tiny.ts'))) as {
      Tiny: new (options: object) => Module
    }
    const options = { width: 3, sizes: [2, 5], act: 'tanh', bias: false, layer: nn.Linear }
    const { model, stamp } = await loadModel(await saved('types.pt', new Tiny(options)))
    expect(stamp.source!.params).toEqual({
      width: '3',
      sizes: '[2, 5]',
      act: '"tanh"',
      bias: 'False',
      layer: 'Linear',
    })
    expect([...model.stateDict()].map(([key, { shape }]) => [key, shape])).toEqual([['fc.weight', [2, 3]]])
    // A class of the caller's own is in no spec: the file says nothing that it could not keep.
    class Own extends nn.Linear {}
    expect(await stampIn(await saved('own.pt', new Tiny({ layer: Own })))).toMatchObject({ source: null })
  })

  test('that has become another model carries no spec', async () => {
    const replaced = new TheModelClass()
    replaced.ownChildren.get('fc3')!.registerParameter('scale', replaced.fc3.weight)
    expect(await stampIn(await saved('replaced.pt', replaced))).toMatchObject({ source: null })
    class Longer extends TheModelClass {
      readonly extra = this.registerModule('extra', new nn.Linear({ in_features: 1, out_features: 1 }))
    }
    expect(await stampIn(await saved('longer.pt', new Longer()))).toMatchObject({ source: null })
    class Named extends TheModelClass {}
    expect(await stampIn(await saved('named.pt', new Named()))).toMatchObject({
      source: { model: 'TheModelClass' },
    })
  })
})

/** One model in three generations of its specs, and in a layout. */
const first = `holdfast: 1
model: Two
inputs:
  x: float32[N, 2]
outputs:
  y: float32[N, 1]
modules:
  a: Linear(2, 2)
  b: Linear(2, 1)
forward: return b(relu(a(x)))
`
const second = first
  .replace(
    '  a: Linear(2, 2)\n',
    '  up: { type: Linear, renamed_from: a, in_features: 2, out_features: 2 }\n  norm: LayerNorm(2)\n',
  )
  .replace('relu(a(x))', 'norm(relu(up(x)))')
  .concat(`migrations:
  - to: 2
    steps:
      - add: { key: norm }
layouts:
  other:
    to: 2
    steps:
      - rename: { from: "w.up", to: up }
      - rename: { from: "w.norm", to: norm }
      - rename: { from: "w.b", to: b }
`)

const f32 = (values: readonly number[], shape: readonly number[]) =>
  tensorOf(Float32Array.from(values), shape)

/** y = relu(x) summed. */
const weights = [
  ['a.weight', f32([1, 0, 0, 1], [2, 2])],
  ['a.bias', f32([0, 0], [2])],
  ['b.weight', f32([1, -1], [1, 2])],
  ['b.bias', f32([5], [1])],
] as const

async function twoSpecs(folder: string): Promise<{ spec: string; old: string; x: string; out: string }> {
  const spec = scratch.write(`${folder}/two.yaml`, first)
  expect((await holdfast('lock', spec)).code).toBe(0)
  const stampless = scratch.path(`${folder}/plain.pt`)
  await save(new Map(weights), stampless)
  const old = scratch.path(`${folder}/old.pt`)
  expect((await holdfast('migrate', stampless, '--spec', spec, '--output', old)).code).toBe(0)
  scratch.write(`${folder}/two.yaml`, second)
  expect(await holdfast('lock', spec)).toMatchObject({ code: 0, err: '' })
  const x = scratch.path(`${folder}/x.safetensors`)
  writeFileSync(x, await saveSafetensors([['x', f32([3, 1], [1, 2])]]))
  return { spec, old, x, out: scratch.path(`${folder}/out.safetensors`) }
}

const outputIn = async (file: string): Promise<number> => {
  const y = ((await load(file)).value as PyDict).get('y') as ReturnType<typeof f32>
  return new Float32Array((await y.storage.read(0, 4)).slice().buffer)[0]!
}

describe('commands', () => {
  test('run reads earlier generations and layouts, stamped or not, and says so', async () => {
    const { spec, old, x, out } = await twoSpecs('run')
    const run = (weights: string, ...more: readonly string[]): Promise<Ended> =>
      holdfast('run', spec, '--weights', weights, '--inputs', x, '--outputs', out, ...more)
    for (const file of [old, scratch.path('run/plain.pt')]) {
      const { code, err } = await run(file)
      expect(err).toContain(
        `${file}: generation 1, brought to generation 2; new since, as they are initialised: norm.weight, norm.bias`,
      )
      expect(code).toBe(0)
      // A norm of new weights: (3, 1) becomes (1, -1), up to its epsilon.
      expect(await outputIn(out)).toBeCloseTo(7, 4)
    }
    const layout = scratch.path('run/layout.safetensors')
    expect((await holdfast('migrate', scratch.path('run/old.pt'), '--spec', spec)).code).toBe(0)
    await holdfast('convert', scratch.path('run/old.pt'), layout)
    expect(await holdfast('migrate', layout, '--to-layout', 'other')).toMatchObject({ code: 0, err: '' })
    expect(await stampIn(layout)).toMatchObject({
      generation: null,
      layout: 'other',
      source: { model: 'Two' },
    })
    expect((await run(layout)).err).toContain("layout 'other', brought to generation 2")
    expect(await outputIn(out)).toBeCloseTo(7, 4)
    expect((await loadModel(layout)).report.place).toEqual({ layout: 'other' })
    // And back, by the contract that it carries.
    expect((await holdfast('migrate', layout)).code).toBe(0)
    expect((await holdfast('diff', layout, scratch.path('run/old.pt'))).out).toMatch(/^equal: /)
  })

  test('take a checkpoint that carries its spec in place of one', async () => {
    const { spec, old, x, out } = await twoSpecs('alone')
    await holdfast('migrate', old, '--spec', spec)
    const { code, err } = await holdfast('run', old, '--inputs', x, '--outputs', out)
    expect({ code, err }).toEqual({
      code: 0,
      err: `${old}: took the state_dict (6 tensors)\n${out}: y float32[1, 1]\n`,
    })
    expect(await outputIn(out)).toBeCloseTo(7, 4)
    expect((await holdfast('keys', old)).out).toBe((await holdfast('keys', spec)).out)
    expect((await holdfast('graph', old)).out).toBe((await holdfast('graph', spec)).out)
    expect((await holdfast('export', old, '--to', 'pytorch')).code).toBe(0)
    expect(await holdfast('keys', scratch.path('alone/plain.pt'))).toMatchObject({
      code: 1,
      err: expect.stringContaining('error[spec/none]'),
    })
    expect(await holdfast('keys', old, '--preset', 'p')).toMatchObject({ code: 2 })
    expect(await holdfast('keys', old, '--param', 'nope=1')).toMatchObject({
      code: 1,
      err: expect.stringContaining("no param 'nope'"),
    })
  })

  test('convert keeps what a file says, brings it to a spec, and leaves out what no more holds', async () => {
    const { spec, old } = await twoSpecs('convert')
    const at = (name: string): string => scratch.path(`convert/${name}`)
    const convert = (input: string, output: string, ...more: readonly string[]): Promise<Ended> =>
      holdfast('convert', input, output, ...more)
    for (const name of ['copy.pt', 'legacy.pt', 'copy.safetensors', 'copy.safetensors.index.json']) {
      expect(await convert(old, at(name), ...(name === 'legacy.pt' ? ['--to', 'legacy'] : []))).toMatchObject(
        {
          code: 0,
          err: '',
        },
      )
      expect(await holdfast('verify', at(name))).toMatchObject({
        code: 0,
        out: `${at(name)}: Two, generation 1, 4 tensors, with its spec: as it was saved\n`,
      })
    }
    expect(await convert(at('plain.pt'), at('current.safetensors'), '--spec', spec)).toMatchObject({
      code: 0,
    })
    expect((await holdfast('verify', at('current.safetensors'))).out).toContain(
      'Two, generation 2, 6 tensors, with its spec',
    )
    const renamed = await convert(old, at('renamed.safetensors'), '--rename', 'a.=z.')
    expect(renamed).toMatchObject({ code: 0, err: expect.stringContaining('is left out') })
    expect(await stampIn(at('renamed.safetensors'))).toBe(null)
  })

  test('an empty file fits a model without tensors, and no other', async () => {
    const { spec, x, out } = await twoSpecs('empty')
    const empty = scratch.path('empty/empty.pt')
    await save(new Map(), empty)
    const none = scratch.write(
      'empty/none.yaml',
      'holdfast: 1\nmodel: None_\ninputs:\n  x: float32[N, 2]\noutputs:\n  y: float32[N, 2]\nforward: return x * 2\n',
    )
    const run = (model: string) => holdfast('run', model, '--weights', empty, '--inputs', x, '--outputs', out)
    expect(await run(none)).toMatchObject({ code: 0 })
    expect(await run(spec)).toMatchObject({ code: 1, err: expect.stringContaining('error[weights/none]') })
  })
})

describe('a file that lies', () => {
  type Edit = (stamp: { source: { files: { text: string }[]; digest: string } } & { more?: unknown }) => void
  const withText =
    (edit: (spec: string) => string, isHonest = true): Edit =>
    stamp => {
      stamp.source.files[0]!.text = edit(stamp.source.files[0]!.text)
      if (isHonest) stamp.source.digest = digestOf(stamp.source.files as never)
    }
  const withField =
    (name: string, value: unknown): Edit =>
    stamp => {
      stamp[name as 'more'] = value
    }
  const lies: readonly (readonly [string, Edit, string])[] = [
    ['whose spec is not the one that it was saved with', withText(t => `${t}# more\n`, false), 'keys/digest'],
    ['whose spec is no YAML', withText(() => 'model: [\n'), 'spec/embedded'],
    ['whose spec is empty', withText(() => ''), 'spec/embedded'],
    ['whose spec is of another model', withText(() => linear), 'state/mismatch'],
    ['whose spec nests without end', withText(() => `x: ${'['.repeat(200_000)}`), 'spec/embedded'],
    [
      'whose spec repeats without end',
      withText(t =>
        t.replace(
          'Linear(2, 1)',
          '{ type: ModuleList, modules: [{ for: i in range(10**9), type: Linear, in_features: 1, out_features: 1 }] }',
        ),
      ),
      'spec/embedded',
    ],
    ['whose generation there is not', withField('generation', 99), 'keys/no-generation'],
    ['whose layout there is not', withField('layout', 'nowhere'), 'keys/no-generation'],
    ['that is no stamp', withField('holdfast', 7), 'keys/no-source'],
  ]
  const cases = lies.flatMap(lie =>
    (['zip', 'safetensors', 'legacy'] as const).map(format => [lie[0], format, lie] as const),
  )

  test.each(cases)('%s is refused, in %s', async (_, format, [, edit, code]) => {
    const folder = `lies-${format}-${code.replace('/', '-')}-${Math.abs(_.length)}`
    const { old, x, out } = await twoSpecs(folder)
    const opened = await load(old)
    const stamp = JSON.parse(opened.attachment!)
    edit(stamp)
    const file = scratch.path(`${folder}/lie.${format === 'safetensors' ? 'safetensors' : 'pt'}`)
    await save(opened.value, file, { format, attachment: JSON.stringify(stamp) })
    const ended = await holdfast('run', file, '--inputs', x, '--outputs', out)
    expect(ended.err).toContain(`error[${code}]`)
    expect(ended.err).not.toMatch(/internal error|^\s+at /m)
    expect(ended.code).toBe(1)
    expect(existsSync(out)).toBe(false)
    await expect(loadModel(file)).rejects.toMatchObject({ code })
    const extracted = await holdfast('extract', file)
    const isRefused = code === 'keys/digest' || code === 'keys/no-source'
    expect([extracted.code, extracted.err.includes(`error[${code}]`)]).toEqual([isRefused ? 1 : 0, isRefused])
  })
})
