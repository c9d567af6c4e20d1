/**
 * Convolution by a window of 3 x 3 at stride 1 through Winograd's minimal filtering: tiles of the image and the weights are
 * transformed, multiplied as one matrix product per point of a tile, and the products transformed back. It needs 2.25 or 4 times
 * fewer multiplications than the window has. The error is about that of the direct sum; but an infinity makes NaNs of its whole tile,
 * where the direct sum has it in its windows only.
 *
 * Tiles are columns of the products, counted over the images of a batch.
 */

import { add, floordiv, get, load, min, mod, mul } from '../expr.ts'
import type { Buffer, Expr, Kernel, Limits, Stmt } from '../ir.ts'
import { buffer, letVar, sharedArray } from '../ir.ts'
import { alloc, define, kernel, loop, set, store } from '../stmt.ts'
import { blocked } from './blocked.ts'
import type { ConvInput, ConvOutput, ConvShape } from './conv.ts'
import type { Position } from './correlate.ts'
import { imageSource } from './image-source.ts'
import { forReading, type KernelGroup, unique } from './kernel-group.ts'
import { chooseTile } from './rules.ts'
import { columns } from './tile.ts'
import { imageOf } from './window.ts'
import { alongBoth, MINIMAL, type Minimal } from './winograd-transform.ts'

/** Elements between the planes of two points: planes at a large power of two would fall on the same places of the cache. */
const STAGGER = 16

interface Plan {
  readonly minimal: Minimal
  /** Points of a tile, both axes. */
  readonly planes: number
  /** Tiles along each axis of one image, and columns in all. */
  readonly tiles: readonly [number, number]
  readonly perImage: number
  readonly n: number
  /** Columns of a panel of the product. */
  readonly width: number
  readonly panels: number
  readonly inputPlane: number
  readonly outputPlane: number
}

function planOf(shape: ConvShape, positions: readonly number[], results: 2 | 4, limits: Limits): Plan {
  const minimal = MINIMAL[results]
  const tiles = positions.map(p => Math.ceil(p / results)) as [number, number]
  const perImage = tiles[0] * tiles[1]
  const n = shape.batch * perImage
  const { columns: width } = chooseTile(n, 'f32', limits)
  const panels = Math.ceil(n / width)
  return {
    minimal,
    planes: minimal.points ** 2,
    tiles,
    perImage,
    n,
    width,
    panels,
    inputPlane: panels * shape.inChannels * width + STAGGER,
    outputPlane: shape.outChannels * panels * width + STAGGER,
  }
}

/** Names for values that several expressions share. */
function naming(into: Stmt[]): (value: Expr) => Expr {
  return value => {
    const name = letVar('t', 'f32')
    into.push(define(name, value))
    return name
  }
}

/** The buffer of transformed weights: [points of a tile, out, in]. */
export function winogradWeight(name: string, { inChannels, outChannels }: ConvShape, results: 2 | 4): Buffer {
  return buffer(name, 'float32', MINIMAL[results].points ** 2 * inChannels * outChannels, 'write')
}

/** Transforms weights [out, in, 3, 3] into `packed` (from `winogradWeight`). */
export function transformWeight(
  name: string,
  { inChannels, outChannels }: ConvShape,
  results: 2 | 4,
  weight: Buffer,
  packed: Buffer,
): Kernel {
  const { weight: transform } = MINIMAL[results]
  const body = loop('row', outChannels, 'grid', row => [
    columns(inChannels, c => {
      const pair = add(mul(row, inChannels), c)
      const taps = square(3, (y, x) => load(weight, add(mul(pair, 9), y * 3 + x)))
      const body: Stmt[] = []
      const points = alongBoth(transform, taps, naming(body)).flat()
      const plane = inChannels * outChannels
      return [...body, ...points.map((value, i) => store(packed, add(pair, i * plane), value))]
    }),
  ])
  return kernel(name, [weight, packed], [body])
}

function square<T>(size: number, at: (y: number, x: number) => T): T[][] {
  return Array.from({ length: size }, (_, y) => Array.from({ length: size }, (_, x) => at(y, x)))
}

/**
 * The convolution, of two axes, one group and type f32.
 * @param weight the transformed weights
 * @param write stores a result, by image, channel and position
 */
export function winograd(
  name: string,
  shape: ConvShape,
  positions: readonly number[],
  results: 2 | 4,
  input: ConvInput,
  weight: Buffer,
  output: ConvOutput,
  write: (sum: Expr, image: Expr, row: Expr, position: Position) => Stmt,
  limits: Limits,
): KernelGroup {
  const { inChannels, outChannels } = shape
  const plan = planOf(shape, positions, results, limits)
  const { planes, inputPlane, outputPlane, width, panels } = plan
  const transformed = buffer(`${name}.tiles`, 'float32', planes * inputPlane, 'write')
  // Vectors of the last tiles may read on behind them.
  const products = buffer(`${name}.products`, 'float32', planes * outputPlane + limits.vector, 'write')
  const image = transformInput(name, shape, plan, input, transformed, limits)
  const tiles = forReading(transformed)
  const product = blocked(
    {
      type: 'f32',
      batches: planes,
      m: outChannels,
      n: plan.n,
      depth: [inChannels],
      left: (plane, row, [c]) => load(weight, add(mul(add(mul(plane, outChannels), row), inChannels), c!)),
      right: (plane, [c], { panel, inPanel }) => {
        const at = add(mul(add(mul(panel, inChannels), c!), width), inPanel)
        return load(tiles, add(mul(plane, inputPlane), at))
      },
      padded: true,
      ragged: true,
      finish: ({ sum, batch: plane, row, rows, column }) => [
        loop('row', rows, 'unroll', r => [
          columns(width, c => {
            const at = add(mul(add(row, r), panels * width), add(column, c))
            return [store(products, add(mul(plane, outputPlane), at), sum(r, c))]
          }),
        ]),
      ],
    },
    limits,
  )
  return {
    kernels: [
      ...image.kernels,
      kernel(`${name}.products`, [weight, tiles, products], [product]),
      transformOutput(name, shape, plan, positions, forReading(products), output, write, limits),
    ],
    scratch: [...image.scratch, transformed, products],
  }
}

/** Kernels that bring the image's tiles into panels of the product: [points, panels, in, columns]. */
function transformInput(
  name: string,
  shape: ConvShape,
  plan: Plan,
  input: ConvInput,
  transformed: Buffer,
  limits: Limits,
): KernelGroup {
  const { inChannels } = shape
  const { minimal, tiles, perImage, width, panels } = plan
  const { results, points } = minimal
  // An image that whole tiles cover.
  const axes = shape.axes.map((axis, i) => ({
    ...axis,
    after: tiles[i]! * results + 2 - axis.input - axis.before,
  }))
  const image = imageOf(axes)
  const source = imageSource(name, { ...shape, axes }, image, input, { channels: 1, times: 1 }, limits)
  const [rowPitch] = image.pitch as [number, number]
  const body = loop('panel', panels * inChannels, 'grid', g => {
    const [panel, channel] = [floordiv(g, inChannels), mod(g, inChannels)]
    return [
      columns(width, c => {
        // Columns beyond the last tile repeat it: nobody reads what becomes of them.
        const tile = min(add(mul(panel, width), c), plan.n - 1)
        const [of, at] = [floordiv(tile, perImage), mod(tile, perImage)]
        const [y, x] = [floordiv(at, tiles[1]), mod(at, tiles[1])]
        const corner = add(mul(y, results * rowPitch), mul(x, results))
        const from = add(mul(of, inChannels), channel)
        const body: Stmt[] = []
        const name = naming(body)
        const elements = square(points, (dy, dx) => name(source.value(from, add(corner, dy * rowPitch + dx))))
        const values = alongBoth(minimal.input, elements, name).flat()
        const to = add(mul(add(mul(panel, inChannels), channel), width), c)
        return [...body, ...values.map((v, i) => store(transformed, add(to, i * plan.inputPlane), v))]
      }),
    ]
  })
  return {
    kernels: [
      ...source.kernels,
      kernel(`${name}.transform`, unique([...source.buffers, transformed]), [body]),
    ],
    scratch: source.scratch,
  }
}

/**
 * The kernel that makes results from products. A channel's results go through shared memory, because a tile's lie in several rows,
 * and the epilogue runs along rows.
 */
function transformOutput(
  name: string,
  { batch, outChannels }: ConvShape,
  { minimal, tiles, perImage, panels, width, outputPlane }: Plan,
  positions: readonly number[],
  products: Buffer,
  output: ConvOutput,
  write: (sum: Expr, image: Expr, row: Expr, position: Position) => Stmt,
  limits: Limits,
): Kernel {
  const { results, points } = minimal
  const whole = Math.ceil(perImage / limits.vector) * limits.vector
  const pitch = tiles[1] * results
  const [height, length] = positions as [number, number]
  const body = loop('channel', batch * outChannels, 'grid', g => {
    const [image, row] = [floordiv(g, outChannels), mod(g, outChannels)]
    const rows = sharedArray('rows', 'f32', Math.ceil(whole / tiles[1]) * results * pitch)
    return [
      alloc(rows),
      loop('tile', whole, 'vector', t => {
        const at = add(mul(row, panels * width), add(mul(image, perImage), t))
        const body: Stmt[] = []
        const name = naming(body)
        const sums = square(points, (y, x) => name(load(products, add(at, (y * points + x) * outputPlane))))
        const values = alongBoth(minimal.output, sums, name)
        const [y, x] = [floordiv(t, tiles[1]), mod(t, tiles[1])]
        const corner = add(mul(y, results * pitch), mul(x, results))
        const stores = values.flatMap((line, dy) =>
          line.map((value, dx) => set(rows, value, add(corner, dy * pitch + dx))),
        )
        return [...body, ...stores]
      }),
      loop('y', height, 'seq', y => [
        columns(length, x => {
          const position = { flat: add(mul(y, length), x), axes: [y, x] }
          return [write(get(rows, add(mul(y, pitch), x)), image, row, position)]
        }),
      ]),
    ]
  })
  return kernel(name, unique([products, ...(output.reads ?? []), output.buffer]), [body])
}
