/** NumPy's files: https://numpy.org/doc/2.3/reference/generated/numpy.lib.format.html */
import { swapped } from '../../checkpoint/byte-order.ts'
import { bytesSource } from '../../checkpoint/byte-source.ts'
import { CheckpointError } from '../../checkpoint/checkpoint-error.ts'
import { bytesOf, type FileDType, isComplex } from '../../checkpoint/file-dtype.ts'
import { numpyDType } from '../../checkpoint/numpy-dtype.ts'
import { openZip } from '../../checkpoint/zip/read-zip.ts'
import { isDType } from '../../ops/dtype.ts'
import { defaultDevice } from '../../tensor/default-device.ts'
import type { Tensor } from '../../tensor/tensor.ts'
import { DataError } from '../data-error.ts'
import { type HostArray, tensorOfHost } from '../host-array.ts'
import { rowMajor, widened } from './element-bytes.ts'
import { type DataInput, fileBytes, type ReadOptions } from './file-bytes.ts'

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]
const MAX_HEADER = 1 << 16

const bad = (message: string, offset: number): DataError =>
  new DataError('data/malformed', `this is no .npy file: ${message}`, { offset })

/**
 * The array of a `.npy` file. uint16 becomes int32, uint32 and uint64 int64, since no tensor has them.
 * @throws DataError for what is none, and for complex numbers, texts, structures and pickled objects
 */
export async function readNpy(input: DataInput, options: ReadOptions = {}): Promise<Tensor> {
  return tensorOfHost(npyArray(await fileBytes(input, options)), defaultDevice())
}

/** The arrays of a `.npz` file by name, compressed or not. Throws DataError as `readNpy`. */
export async function readNpz(input: DataInput, options: ReadOptions = {}): Promise<Record<string, Tensor>> {
  const bytes = await fileBytes(input, options)
  const arrays: [string, HostArray][] = []
  try {
    const archive = await openZip(bytesSource(bytes))
    const size = [...archive.entries.values()].reduce((sum, entry) => sum + entry.size, 0)
    const { limit = 2 ** 31 } = options
    if (size > limit) throw new DataError('data/limit', `the arrays have ${size} bytes, more than ${limit}`)
    for (const name of archive.entries.keys())
      arrays.push([name.replace(/\.npy$/, ''), npyArray(await archive.readAll(name))])
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error
    throw new DataError('data/malformed', `this is no .npz file: ${error.message}`)
  }
  const device = defaultDevice()
  return Object.fromEntries(arrays.map(([name, array]) => [name, tensorOfHost(array, device)]))
}

function npyArray(bytes: Uint8Array): HostArray {
  for (const [i, byte] of MAGIC.entries()) if (bytes[i] !== byte) throw bad('it does not begin as one', i)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const major = bytes[6] ?? 0
  const start = major === 1 ? 10 : 12
  if (bytes.length < start) throw bad('it ends within its header', bytes.length)
  if (major < 1 || major > 3) throw bad(`its version is ${major}`, 6)
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true)
  if (length > MAX_HEADER || start + length > bytes.length)
    throw bad(`its header is said to have ${length} bytes`, 8)
  const header = new TextDecoder().decode(bytes.subarray(start, start + length))
  const { descr, fortran, shape } = headerOf(header, start)
  const elements = bytes.subarray(start + length)
  const dtype = elementType(descr)
  const width = bytesOf(dtype)
  const size = shape.reduce((a, b) => a * b, width)
  if (elements.length !== size) {
    const text = `[${shape.join(', ')}] of ${descr} takes ${size} bytes, there are ${elements.length}`
    throw bad(text, start + length)
  }
  const little = descr[0] === '>' ? swapped(elements, width) : elements
  const ordered = fortran && shape.length > 1 ? rowMajor(little, shape, width) : little
  return isDType(dtype)
    ? { dtype, shape, bytes: ordered }
    : { shape, ...widened(ordered, width as 2 | 4 | 8) }
}

/** Python's literal of a dict, as NumPy writes it: the three keys in any order. */
function headerOf(
  text: string,
  offset: number,
): { descr: string; fortran: boolean; shape: readonly number[] } {
  const entries = /^\{(.*)\}\s*$/s.exec(text.trim())?.[1] ?? ''
  const descr = /'descr':\s*'([^']*)'/.exec(entries)?.[1]
  const fortran = /'fortran_order':\s*(True|False)/.exec(entries)?.[1]
  const sizes = /'shape':\s*\(([\d,\s]*)\)/.exec(entries)?.[1]
  if (/'descr':\s*\[/.test(entries))
    throw new DataError('data/unsupported', 'arrays of structures are not read')
  if (descr === undefined || fortran === undefined || sizes === undefined)
    throw bad(`its header is ${JSON.stringify(text.slice(0, 80))}`, offset)
  const shape = sizes.split(',').flatMap(s => (s.trim() === '' ? [] : [Number(s)]))
  if (!shape.every(Number.isSafeInteger)) throw bad(`its shape is (${sizes})`, offset)
  return { descr, fortran: fortran === 'True', shape }
}

function elementType(descr: string): FileDType {
  const dtype = numpyDType(descr)
  if (dtype !== undefined && !isComplex(dtype)) return dtype
  const hint = descr.endsWith('O') ? 'it holds pickled objects' : 'save it as numbers that are not complex'
  throw new DataError('data/unsupported', `arrays of ${JSON.stringify(descr)} are not read`, { hint })
}
