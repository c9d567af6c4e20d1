/**
 * Images of files as pixels. The decoder is sharp, which whoever trains on images installs; libjpeg-turbo in it gives the pixels
 * that it gives Pillow, and with it torchvision.
 */
import { data, tensor } from '../../runtime/index.ts'

/** What is used of sharp: https://sharp.pixelplumbing.com */
interface Sharp {
  removeAlpha(): Sharp
  resize(width: number, height: number, options: { fit: 'fill'; kernel: 'linear' }): Sharp
  raw(): Sharp
  toBuffer(options: { resolveWithObject: true }): Promise<{ data: Uint8Array; info: PixelInfo }>
}

interface PixelInfo {
  readonly width: number
  readonly height: number
  readonly channels: number
}

type SharpModule = (bytes: Uint8Array, options: { ignoreIcc: boolean }) => Sharp

/** As a name that is no literal: the package is there only where somebody installed it. */
const PACKAGE: string = 'sharp'

export interface DecodeOptions {
  /** 3 for red, green and blue; 1 for grey. */
  readonly channels: 1 | 3
  /** Height and width that images are resized to; as they are where null. */
  readonly size: readonly [height: number, width: number] | null
}

/** A function that makes uint8 [channels, height, width] of an image file; null where sharp is not installed. */
export async function imageDecoder({ channels, size }: DecodeOptions): Promise<data.DecodeImage | null> {
  const sharp = await import(PACKAGE).then(
    (found: { readonly default: SharpModule }) => found.default,
    () => null,
  )
  if (sharp === null) return null
  return async (bytes, path) => {
    try {
      const image = sharp(bytes, { ignoreIcc: true }).removeAlpha()
      const [height, width] = size ?? [0, 0]
      const sized = size === null ? image : image.resize(width, height, { fit: 'fill', kernel: 'linear' })
      const { data: pixels, info } = await sized.raw().toBuffer({ resolveWithObject: true })
      const planes = planesOf(pixels, info, channels)
      return tensor(planes, { shape: [channels, info.height, info.width], dtype: 'uint8' })
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      throw new data.DataError('data/malformed', `${path} is no image that can be decoded: ${reason}`)
    }
  }
}

/** Interleaved pixels as planes; grey and colours are made of each other as Pillow makes them. */
export function planesOf(
  pixels: Uint8Array,
  { width, height, channels }: PixelInfo,
  wanted: 1 | 3,
): Uint8Array {
  const size = width * height
  const planes = new Uint8Array(wanted * size)
  for (let i = 0; i < size; i++) {
    const at = i * channels
    const red = pixels[at]!
    const [green, blue] = channels < 3 ? [red, red] : [pixels[at + 1]!, pixels[at + 2]!]
    if (wanted === 3) {
      planes[i] = red
      planes[size + i] = green
      planes[2 * size + i] = blue
    } else planes[i] = channels < 3 ? red : (red * 19595 + green * 38470 + blue * 7471 + 0x8000) >> 16
  }
  return planes
}
