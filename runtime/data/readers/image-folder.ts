/**
 * Folders of images, one for each class: torchvision.datasets.ImageFolder.
 * https://docs.pytorch.org/vision/0.28/generated/torchvision.datasets.ImageFolder.html
 * Images are decoded by whoever reads them: `sharp` in Node, `createImageBitmap` in browsers.
 */
import type { Tensor } from '../../tensor/tensor.ts'
import { DataError } from '../data-error.ts'
import { type Dataset, type SampleContext, sampleAt } from '../dataset.ts'

/** An image file: its path below the folder, with slashes, and its bytes. */
export interface ImageFile {
  readonly path: string
  bytes(): Promise<Uint8Array>
}

/** Makes a tensor of an image's bytes, such as float32 [3, height, width]. */
export type DecodeImage = (
  bytes: Uint8Array,
  path: string,
  context?: SampleContext,
) => Promise<Tensor> | Tensor

/** torchvision's. */
const EXTENSIONS = ['.jpg', '.jpeg', '.png', '.ppm', '.bmp', '.pgm', '.tif', '.tiff', '.webp']

export class ImageFolder implements Dataset<readonly [image: Tensor, label: bigint]> {
  /** Names of the folders, in the order of Python's `sorted`: the class of the first is 0. */
  readonly classes: readonly string[]
  /** Paths and classes, in torchvision's order. */
  readonly samples: readonly (readonly [path: string, label: number])[]
  readonly #files: ReadonlyMap<string, ImageFile>
  readonly #decode: DecodeImage

  /** Files of any source. Those that are no images by their names are left out. Throws DataError for a class without any. */
  constructor(files: Iterable<ImageFile>, decode: DecodeImage) {
    const found = [...files].filter(f => f.path.includes('/'))
    this.#decode = decode
    this.classes = [...new Set(found.map(f => f.path.split('/')[0]!))].sort(byCodePoint)
    const images = found.filter(f => EXTENSIONS.some(e => f.path.toLowerCase().endsWith(e)))
    this.#files = new Map(images.map(f => [f.path, f]))
    this.samples = this.classes.flatMap((name, label) => {
      const paths = images.map(f => f.path).filter(p => p.startsWith(`${name}/`))
      if (paths.length === 0)
        throw new DataError('data/sample', `the class '${name}' has no images`, {
          hint: EXTENSIONS.join(' '),
        })
      return paths.sort(byFolder).map(path => [path, label] as const)
    })
    if (this.samples.length === 0) throw new DataError('data/sample', 'there is no folder with images')
  }

  /** The folders below a folder. Node only. Throws DataError as the constructor, and the system's errors. */
  static async open(folder: string, decode: DecodeImage): Promise<ImageFolder> {
    const { readdir, readFile } = await import('node:fs/promises')
    const { join } = await import('node:path')
    const files: ImageFile[] = []
    const visit = async (below: string): Promise<void> => {
      for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
        const path = below === '' ? entry.name : `${below}/${entry.name}`
        if (entry.isDirectory()) await visit(path)
        else files.push({ path, bytes: () => readFile(join(folder, path)) })
      }
    }
    await visit('')
    return new ImageFolder(files, decode)
  }

  get length(): number {
    return this.samples.length
  }

  async at(index: number, context?: SampleContext): Promise<readonly [Tensor, bigint]> {
    const [path, label] = await sampleAt(this.samples, index)
    const bytes = await this.#files.get(path)!.bytes()
    return [await this.#decode(bytes, path, context), BigInt(label)]
  }
}

/** Python's order of texts; JavaScript's own differs beyond the basic plane. */
function byCodePoint(a: string, b: string): number {
  const [x, y] = [[...a], [...b]]
  for (let i = 0; i < Math.min(x.length, y.length); i++) {
    const difference = x[i]!.codePointAt(0)! - y[i]!.codePointAt(0)!
    if (difference !== 0) return difference
  }
  return x.length - y.length
}

/** torchvision goes through folders by their paths, and in each through files by their names. */
function byFolder(a: string, b: string): number {
  const split = (path: string): readonly [string, string] => {
    const slash = path.lastIndexOf('/')
    return [path.slice(0, slash), path.slice(slash + 1)]
  }
  const [[folderA, nameA], [folderB, nameB]] = [split(a), split(b)]
  return byCodePoint(folderA, folderB) || byCodePoint(nameA, nameB)
}
