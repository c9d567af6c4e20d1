import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { saveSafetensors, tensorOf } from '../../runtime/checkpoint/index.ts'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { config, digits, root } from './digits-config.ts'

const scratch = scratchFolder()
let files = 0

async function checked(text: string): Promise<{ code: number; err: string; out: string }> {
  return holdfast('train', '--check', scratch.write(`config-${files++}.yaml`, text))
}

it('a configuration in order is said to be', async () => {
  const { code, err, out } = await checked(config)
  expect([code, err]).toEqual([0, ''])
  expect(out).toMatch(/config-\d+\.yaml is in order\n$/)
})

describe('A mistake in a configuration has its place and a hint', () => {
  const cases: readonly (readonly [string, (text: string) => string, string, string])[] = [
    [
      'a field that is misspelled',
      t => t.replace('epochs:', 'epoch:'),
      'schema/unknown-field',
      "did you mean 'epochs'?",
    ],
    ['a field that is missing', t => t.replace(/^loss.*\n/m, ''), 'schema/missing-field', "add 'loss: ...'"],
    [
      'an option that the optimizer does not have',
      t => t.replace('lr: 0.01', 'lr: 0.01, weight_dcay: 0'),
      'schema/unknown-field',
      "did you mean 'weight_decay'?",
    ],
    [
      'an option of the wrong kind',
      t => t.replace('batch_size: 30', 'batch_size: many'),
      'schema/wrong-kind',
      "'batch_size' must be an integer, not many",
    ],
    [
      'a number out of range',
      t => t.replace('epochs: 3', 'epochs: 0'),
      'schema/range',
      "'epochs' must be 1 or more",
    ],
    [
      'an optimizer that there is not',
      t => t.replace('AdamW', 'AdmW'),
      'schema/enum',
      "did you mean 'AdamW'?",
    ],
    ['options that the optimizer refuses', t => t.replace('lr: 0.01', 'lr: -1'), 'train/options', 'AdamW'],
    [
      'options that the scheduler refuses',
      t => t.replace('total_steps: 36, ', ''),
      'train/options',
      'OneCycleLR',
    ],
    [
      'a metric that there is not',
      t => t.replace('metric: accuracy', 'metric: acuracy'),
      'train/metric',
      'it has loss, eval_loss, accuracy',
    ],
    [
      'a metric without data for it',
      t => t.replace(/^ {2}evaluate.*\n/m, ''),
      'train/evaluate',
      'give data a file under evaluate',
    ],
    [
      'a data file that is not there',
      t => t.replace('evaluate: ', 'evaluate: no-'),
      'train/file',
      'paths are relative to the configuration',
    ],
    [
      'a tensor that the file does not have',
      t => t.replace('target: label', 'target: labels'),
      'train/tensor',
      "did you mean 'label'?",
    ],
    [
      'an input that the model does not have',
      t => t.replace('target: label', 'target: label\n  inputs: { picture: image }'),
      'train/input',
      'inputs are image',
    ],
    [
      'an output that the model does not have',
      t => `${t}output: logit\n`,
      'schema/enum',
      "did you mean 'logits'?",
    ],
    ['a spec that is not there', t => t.replace('digits-cnn', 'digits'), 'train/file', 'paths are relative'],
    [
      'a param that the spec does not have',
      t => t.replace('channels: 4', 'channel: 4'),
      'param/unknown',
      "'channels'",
    ],
    ['a param that the spec refuses', t => t.replace('channels: 4', 'channels: four'), 'error[', 'four'],
    ['broken YAML', t => t.replace('metrics: [accuracy', 'metrics: [accuracy}'), 'yaml/', '^'],
    ['a list in place of a configuration', () => '- a\n', 'schema/wrong-kind', 'must be a mapping'],
  ]
  for (const [name, change, code, words] of cases) {
    it(name, async () => {
      const text = change(config)
      expect(text).not.toBe(config)
      const found = await checked(text)
      expect(found.code).toBe(1)
      expect(found.err).toContain(code)
      expect(found.err).toContain(words)
      expect(found.err).toMatch(/config-\d+\.yaml:\d+:\d+/)
      expect(found.err).not.toMatch(/\n {4}at /)
    })
  }

  it('several are all reported, as JSON too', async () => {
    const file = scratch.write(
      'several.yaml',
      config.replace('epochs: 3', 'epochs: x').replace('seed: 3', 'sed: 3'),
    )
    const { code, out, err } = await holdfast('train', '--check', '--json', file)
    expect([code, err]).toEqual([1, ''])
    const found = JSON.parse(out)
    expect(found).toMatchObject({ file, ok: false })
    expect(found.diagnostics.map((d: { code: string; line: number }) => `${d.line} ${d.code}`)).toEqual([
      '3 schema/unknown-field',
      '12 schema/wrong-kind',
    ])
  })

  it('tensors without rows, or with other numbers of them, are none to train on', async () => {
    const withLabels = async (labels: number, images: number): Promise<string> => {
      const file = scratch.path(`rows-${labels}-${images}.safetensors`)
      const tensors = new Map([
        ['image', tensorOf(new Float32Array(images * 64), [images, 1, 8, 8])],
        ['label', tensorOf(new BigInt64Array(labels), [labels])],
      ])
      writeFileSync(file, await saveSafetensors(tensors))
      return (await checked(config.replace(/train: .*/, `train: ${file}`))).err
    }
    expect(await withLabels(5, 5)).toBe('')
    const differ = await withLabels(4, 5)
    expect(differ).toMatch(/^error\[train\/rows\] \S+config-\d+\.yaml:5:10\n/)
    expect(differ).toContain("'image' has 5 rows and 'label' has 4")
    expect(await withLabels(0, 0)).toContain("'image' of ")
  })

  it('a configuration that is not there is one', async () => {
    const { code, err } = await holdfast('train', scratch.path('none.yaml'))
    expect([code, err.split('\n')[0]]).toEqual([
      1,
      `error[train/unreadable] ${scratch.path('none.yaml')}: there is no such file`,
    ])
  })
})

it('the configuration of the examples is in order', async () => {
  const { code, err } = await holdfast('train', '--check', `${digits}/train.yaml`)
  expect([code, err]).toEqual([0, ''])
  expect(root).not.toBe('')
})
