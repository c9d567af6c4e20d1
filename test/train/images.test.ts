/** Folders of images as samples (test/oracle/train/images.py): the pixels are Pillow's, and runs over them resume exactly. */
import { cpSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { imageDecoder, planesOf } from '../../compiler/cli/image-decoder.ts'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'

const fixtures = path.resolve(import.meta.dirname, '../fixtures/train')
const pixels: Readonly<Record<string, { RGB: readonly number[]; L: readonly number[] }>> = JSON.parse(
  readFileSync(path.join(fixtures, 'images.json'), 'utf8'),
)
const scratch = scratchFolder()

const isThere = (await imageDecoder({ channels: 3, size: null })) !== null
if (!isThere) console.log('skipped: images are decoded by the package sharp, which is not installed')
const withDecoder = it.runIf(isThere)

withDecoder.each(Object.keys(pixels))("%s has Pillow's pixels, in colours and in grey", async name => {
  for (const [channels, mode] of [
    [3, 'RGB'],
    [1, 'L'],
  ] as const) {
    const decode = (await imageDecoder({ channels, size: null }))!
    const image = await decode(readFileSync(path.join(fixtures, 'images', name)), name)
    expect(`${image}`).toBe(`Tensor(uint8[${channels}, 12, 10], cpu)`)
    expect([...((await image.data()) as Uint8Array)]).toEqual(pixels[name]![mode])
  }
})

it('grey becomes colours, and colours grey by the weights of Rec. 601', () => {
  const info = { width: 2, height: 1 }
  expect([...planesOf(Uint8Array.of(7, 9), { ...info, channels: 1 }, 3)]).toEqual([7, 9, 7, 9, 7, 9])
  expect([...planesOf(Uint8Array.of(255, 0, 0, 10, 20, 30), { ...info, channels: 3 }, 1)]).toEqual([76, 18])
})

const spec = (size: string): string => `holdfast: 1
model: Tiny
inputs: { image: "float32[N, 3, ${size}]" }
modules: { conv: "Conv2d(3, 4, 3)", fc: "Linear(4, 2)" }
forward: return fc(mean(relu(conv(image / 255)), dim=[2, 3]))
`

const config = (folder: string, more = '', size = '12, 10'): string =>
  scratch.write(
    `train-${size.replace(', ', '-')}.yaml`,
    `spec: ${scratch.write(`tiny-${size.replace(', ', '-')}.yaml`, spec(size))}
data: { train: ${folder}, evaluate: ${folder}, target: label, batch_size: 2 ${more} }
loss: cross_entropy
optimizer: { type: SGD, lr: 0.1 }
epochs: 3
metrics: [accuracy]
`,
  )

withDecoder('a run over a folder of images goes on to the same bits', async () => {
  const { code, out } = await holdfast('verify-resume', config(path.join(fixtures, 'images')), '--steps', '9')
  expect([code, out]).toEqual([0, expect.stringContaining('every bit is equal')])
})

withDecoder('images are resized where a size is given', async () => {
  const file = config(path.join(fixtures, 'images'), ', image_size: [8, 16]', '8, 16')
  const { code, out } = await holdfast('train', file, '--run', scratch.path('resized'))
  expect([code, out]).toEqual([0, expect.stringContaining('3 of 3 epochs, 12 steps')])
})

withDecoder('what is wrong with a folder has its place', async () => {
  const refused = async (file: string): Promise<string> => (await holdfast('train', '--check', file)).err
  const images = path.join(fixtures, 'images')
  expect(await refused(config(images, '', '9, 9'))).toMatch(/error\[train\/shape\] \S+yaml:2:16\n/)
  expect(await refused(config(images, '', '9, 9'))).toContain(
    'cat/colours.jpg becomes [3, 12, 10], and the input takes [3, 9, 9]',
  )
  expect(await refused(config(images, ', inputs: { image: picture }'))).toContain("has no tensor 'picture'")
  const other = scratch.path('other')
  cpSync(images, other, { recursive: true })
  renameSync(path.join(other, 'dog'), path.join(other, 'bird'))
  const both = readFileSync(config(images), 'utf8').replace(`evaluate: ${images}`, `evaluate: ${other}`)
  expect(await refused(scratch.write('both.yaml', both))).toContain('other classes: cat, dog and bird, cat')
  writeFileSync(path.join(other, 'bird/alpha.png'), 'no image')
  expect(await refused(config(other))).toContain('bird/alpha.png is no image that can be decoded')
  expect(await refused(config(path.join(images, 'cat')))).toContain('there is no folder with images')
})
