/** The same samples in files of every form train to the same bits. */
import { readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { fittedRow } from '../../compiler/cli/training-data.ts'
import { MemorySink } from '../../runtime/checkpoint/byte-sink.ts'
import { openPath, saveSafetensors, stateDictsOf, tensorOf } from '../../runtime/checkpoint/index.ts'
import { materialize } from '../../runtime/checkpoint/materialize.ts'
import { ZipWriter } from '../../runtime/checkpoint/zip/write-zip.ts'
import { holdfast } from '../cli/captured-terminal.ts'
import { scratchFolder } from '../cli/scratch.ts'
import { digits, root } from './digits-config.ts'

const scratch = scratchFolder()
const ROWS = 60

/** The first images, as floats of whole numbers from 0 to 16, and their labels. */
async function firstDigits(): Promise<{ images: Float32Array; labels: BigInt64Array }> {
  const file = await openPath(`${digits}/heldout.safetensors`)
  const { tensors } = stateDictsOf(file)[0]!
  const [images, labels] = await Promise.all(['image', 'label'].map(n => materialize(tensors.get(n)!)))
  await file.close()
  return {
    images: new Float32Array(images!.slice().buffer).slice(0, ROWS * 64),
    labels: new BigInt64Array(labels!.slice().buffer).slice(0, ROWS),
  }
}

function npy(descr: string, shape: readonly number[], bytes: ArrayBufferView): Uint8Array {
  const header = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`.padEnd(
    117,
  )
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 118, 0])
  return Buffer.concat([start, Buffer.from(`${header}\n`), bytesOf(bytes)])
}

function idx(shape: readonly number[], values: ArrayLike<number>): Uint8Array {
  const sizes = Buffer.alloc(4 * shape.length)
  for (const [i, size] of shape.entries()) sizes.writeUInt32BE(size, 4 * i)
  return Buffer.concat([Buffer.from([0, 0, 8, shape.length]), sizes, Uint8Array.from(values)])
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array =>
  new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)

function write(name: string, bytes: Uint8Array): string {
  const file = scratch.path(name)
  writeFileSync(file, bytes)
  return file
}

const configOf = (data: string, more = ''): string => `spec: ${root}/specs/tutorial/digits-cnn.yaml
params: { channels: 2 }
data:
${data.replace(/^/gm, '  ')}
  batch_size: 16
loss: cross_entropy
optimizer: { type: SGD, lr: 0.05 }
epochs: 2
${more}`

let runs = 0

/** Losses of every epoch. */
async function losses(data: string): Promise<readonly number[]> {
  const file = scratch.write(`train-${runs}.yaml`, configOf(data))
  const { code, out, err } = await holdfast('train', '--json', '--run', scratch.path(`run-${runs++}`), file)
  expect([code, err]).toEqual([0, ''])
  return out
    .trim()
    .split('\n')
    .map(line => (JSON.parse(line) as { loss: number }).loss)
}

async function mistake(data: string): Promise<string> {
  const file = scratch.write(`wrong-${runs++}.yaml`, configOf(data))
  const { code, err } = await holdfast('train', '--check', file)
  expect(code).toBe(1)
  expect(err).toMatch(/wrong-\d+\.yaml:\d+:\d+/)
  return err
}

describe('Samples', async () => {
  const { images, labels } = await firstDigits()
  const tensors = new Map([
    ['image', tensorOf(images, [ROWS, 1, 8, 8])],
    ['label', tensorOf(labels, [ROWS])],
  ])
  const safetensors = write('digits.safetensors', await saveSafetensors(tensors))
  let expected: readonly number[]
  beforeAll(async () => {
    expected = await losses(`train: ${safetensors}\ntarget: label`)
  })

  const columns = Array.from({ length: 64 }, (_, i) => `p${i}`)
  const table = (delimiter: string): string =>
    [
      [...columns, 'digit'],
      ...Array.from(labels, (label, i) => [...images.subarray(64 * i, 64 * i + 64), label]),
    ]
      .map(row => `${row.join(delimiter)}\n`)
      .join('')
  const ofTable = `inputs: { image: [${columns}] }\ntarget: digit`
  const imagesNpy = write('images.npy', npy('<f4', [ROWS, 1, 8, 8], images))
  const labelsNpy = write('labels.npy', npy('<i8', [ROWS], labels))
  const imagesIdx = idx([ROWS, 8, 8], images)
  const labelsIdx = write('labels-idx1-ubyte', idx([ROWS], Array.from(labels, Number)))

  it.each([
    ['IDX files, as MNIST', { image: write('images-idx3-ubyte', imagesIdx), label: labelsIdx }],
    ['compressed ones', { image: write('images-idx3-ubyte.gz', gzipSync(imagesIdx)), label: labelsIdx }],
    ['npy files', { image: imagesNpy, label: labelsNpy }],
    ['a safetensors file for one and an npy file for the other', { image: safetensors, label: labelsNpy }],
    ['flat rows', { image: write('flat.npy', npy('<f4', [ROWS, 64], images)), label: labelsNpy }],
  ])('from %s', async (_, files) => {
    const { image, label } = files
    expect(await losses(`train: { image: ${image}, label: ${label} }\ntarget: label`)).toEqual(expected)
  })

  it.each([
    ['CSV', 'digits.csv', ','],
    ['TSV', 'digits.tsv', '\t'],
  ])('from the columns of a table: %s', async (_, name, delimiter) => {
    const file = scratch.write(name, table(delimiter))
    expect(await losses(`train: ${file}\n${ofTable}`)).toEqual(expected)
  })

  it('from an npz archive', async () => {
    const sink = new MemorySink()
    const zip = new ZipWriter(sink, 64)
    await zip.add('image.npy', readFileSync(imagesNpy))
    await zip.add('label.npy', readFileSync(labelsNpy))
    await zip.finish()
    const file = write('digits.npz', sink.bytes())
    expect(await losses(`train: ${file}\ntarget: label`)).toEqual(expected)
  })

  it('other samples come to other losses (control)', async () => {
    const other = write(
      'other.npy',
      npy(
        '<i8',
        [ROWS],
        labels.map(l => (l + 1n) % 10n),
      ),
    )
    expect(await losses(`train: { image: ${imagesNpy}, label: ${other} }\ntarget: label`)).not.toEqual(
      expected,
    )
  })

  it('that do not fit are told of with their place', async () => {
    const files = (image: string, label = labelsNpy): string =>
      `train: { image: ${image}, label: ${label} }\ntarget: label`
    const tall = write('tall.npy', npy('<f4', [ROWS, 1, 16, 4], images))
    expect(await mistake(files(tall))).toContain("a row of 'image' in ")
    expect(await mistake(files(tall))).toContain('is [1, 16, 4], and the input takes [1, 8, 8]')
    expect(await mistake(`train: ${imagesNpy}\ntarget: label`)).toContain(
      'holds one array, which has no name',
    )
    expect(await mistake(`train: { image: ${imagesNpy} }\ntarget: label`)).toContain(
      "there is no file for 'label'",
    )
    expect(await mistake(`train: { images: ${imagesNpy}, label: ${labelsNpy} }\ntarget: label`)).toContain(
      "there is no file for 'image'",
    )
    expect(await mistake(files(imagesNpy, imagesNpy.replace('.npy', '.nopy')))).toContain(
      'there is no such file',
    )
    expect(
      await mistake(files(write('cut.npy', npy('<f4', [ROWS, 1, 8, 8], images).subarray(0, 900)))),
    ).toContain('train/file')
    expect(
      await mistake(`train: ${safetensors}\ninputs: { image: [image, label] }\ntarget: label`),
    ).toContain('only columns of a table are listed')
    const csv = scratch.write('words.csv', table(',').replace('\n0', '\nnone'))
    expect(await mistake(`train: ${csv}\n${ofTable}`)).toContain(
      '"none" in the column \'p0\' is no number (line 2)',
    )
    expect(await mistake(`train: ${csv}\n${ofTable.replace('p1,', 'p,')}`)).toContain("has no tensor 'p'")
  })
})

it('a row is folded or gets sizes of 1, and nothing else', () => {
  const fits: readonly (readonly [number[], number[], number[] | null])[] = [
    [
      [28, 28],
      [1, 28, 28],
      [1, 28, 28],
    ],
    [[784], [1, 28, 28], [1, 28, 28]],
    [[], [1], [1]],
    [[1], [], []],
    [
      [3, 1],
      [3, 1],
      [3, 1],
    ],
    [[28, 28, 3], [3, 28, 28], null],
    [[28, 28], [28], null],
    [[28], [28, 28], null],
    [[4, 7], [2, 14], null],
  ]
  for (const [row, sizes, expected] of fits)
    expect(fittedRow(row, sizes), `${row} to ${sizes}`).toEqual(expected)
})
