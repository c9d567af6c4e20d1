/** A folder of images as the samples of a configuration: decoded when a batch asks for them. */
import { hostArray } from '../../runtime/data/host-array.ts'
import { type DType, data, type Tensor, tensor } from '../../runtime/index.ts'
import { printShape } from '../../runtime/ops/dim.ts'
import * as messages from '../diagnostics/catalogue/train.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import { imageDecoder } from './image-decoder.ts'
import type { Column, Samples } from './training-data.ts'

/** What the tensors of a sample are called. */
const NAMES: readonly string[] = ['image', 'label']

/** Images of a folder with their classes, in the dtypes of the columns. */
class FolderSamples implements data.BatchedDataset<Tensor[]> {
  readonly folder: data.ImageFolder
  readonly #columns: readonly Column[]

  constructor(folder: data.ImageFolder, columns: readonly Column[]) {
    this.folder = folder
    this.#columns = columns
  }

  get length(): number {
    return this.folder.length
  }

  async at(index: number): Promise<Tensor[]> {
    const [image, label] = await this.folder.at(index)
    return this.#columns.map(({ from, dtype }) =>
      (from.value.texts[0] === 'image' ? image : tensor(label)).to(dtype),
    )
  }

  /** Each image is freed when its pixels are in the batch. */
  async arrays(indices: readonly number[]): Promise<readonly data.HostArray[]> {
    const labels = new BigInt64Array(indices.length)
    let pixels = new Uint8Array(0)
    let first: readonly number[] = []
    for (const [i, index] of indices.entries()) {
      const [image, label] = await this.folder.at(index)
      const { shape } = image
      const values = (await image.data()) as Uint8Array
      image.dispose()
      if (i === 0) {
        first = shape
        pixels = new Uint8Array(indices.length * values.length)
      }
      if (`${shape}` !== `${first}`)
        throw new data.DataError(
          'data/sample',
          `${this.folder.samples[index]![0]} has ${shape[1]} x ${shape[2]} pixels, another image ${first[1]} x ${first[2]}`,
          { hint: 'data.image_size: [HEIGHT, WIDTH] resizes them all' },
        )
      pixels.set(values, i * values.length)
      labels[i] = label
    }
    const parts = { image: tensor(pixels, { shape: [indices.length, ...first] }), label: tensor(labels) }
    const found: data.HostArray[] = []
    for (const { from, dtype } of this.#columns)
      found.push(await convertedArray(from.value.texts[0] === 'image' ? parts.image : parts.label, dtype))
    parts.image.dispose()
    parts.label.dispose()
    return found
  }
}

async function convertedArray(values: Tensor, dtype: DType): Promise<data.HostArray> {
  const converted = values.to(dtype)
  const array = await hostArray(converted)
  if (converted !== values) converted.dispose()
  return array
}

/** The samples of a folder; null after diagnostics. The first image is decoded to see whether it fits. */
export async function readImages(
  { path, place }: { readonly path: string; readonly place: Place },
  columns: readonly Column[],
  size: readonly [number, number] | null,
  diagnostics: Diagnostics,
): Promise<Samples | null> {
  const unknown = columns.filter(({ from: { value } }) => value.isList || !NAMES.includes(value.texts[0]!))
  for (const { from } of unknown) {
    const name = from.value.texts.join(', ')
    diagnostics.add(messages.tensorMissing(from.place, path, name, NAMES, didYouMean(name, NAMES)))
  }
  if (unknown.length > 0) return null
  const wanted = columns.find(({ from }) => from.value.texts[0] === 'image')?.sizes ?? null
  const decode = await imageDecoder({ channels: wanted?.[0] === 1 ? 1 : 3, size })
  if (decode === null) {
    diagnostics.add(messages.noDecoder(place))
    return null
  }
  try {
    const samples = new FolderSamples(await data.ImageFolder.open(path, decode), columns)
    const [image] = await samples.folder.at(0)
    const found = image.shape
    image.dispose()
    const fits =
      wanted === null ||
      (wanted.length === 3 && wanted.every((s, i) => typeof s !== 'number' || s === found[i]))
    if (fits) return samples
    diagnostics.add(
      messages.imageShape(place, samples.folder.samples[0]![0], printShape(found), printShape(wanted)),
    )
  } catch (error) {
    if (!(error instanceof data.DataError)) throw error
    diagnostics.add(messages.fileMissing(place, path, error.message))
  }
  return null
}

/** Reports folders whose classes are others, since a class is its place among them. */
export function compareClasses(a: Samples, b: Samples | null, place: Place, diagnostics: Diagnostics): void {
  if (!(a instanceof FolderSamples && b instanceof FolderSamples)) return
  const [ours, theirs] = [a.folder.classes, b.folder.classes]
  if (`${ours}` !== `${theirs}`) diagnostics.add(messages.otherClasses(place, ours, theirs))
}
