/**
 * Which kernel for which shape: the only place that decides, by shape and limits, never by a timing (the choice
 * changes the order of sums, and runs must be repeatable). Figures are from an AMD Zen 5 core, WebAssembly in V8.
 */

import type { Limits, ScalarType } from '../ir.ts'
import { placesAtOnce, runsAlongLines, type SlimTile, slimSharedBytes } from './slim-product.ts'
import type { TileShape } from './tile.ts'
import { type AttentionTile, attentionSharedBytes } from './workgroup-attention.ts'
import { type FactorLayout, invocationsOf, sharedBytesOf, type WorkgroupTile } from './workgroup-product.ts'

/** Bytes that may be expected to stay in a core's second-level cache while something else streams by. */
const RESIDENT_BYTES = 256 * 1024

/** Lanes of a type in one vector. */
export function lanesOf(type: ScalarType, limits: Limits): number {
  return type === 'f64' || type === 'i64' ? limits.vector / 2 : limits.vector
}

/**
 * Tiles by vectors of columns, with their rates in GFLOP/s on a product of 512 (f32). Sums, columns and row elements
 * take 14, 14 and 9 of 16 registers; larger tiles spill (8 x 1 runs at 37, 3 x 4 at 31).
 */
const TILES: readonly { rows: number; vectors: number; rate: number }[] = [
  { rows: 2, vectors: 4, rate: 61 },
  { rows: 4, vectors: 2, rate: 61 },
  { rows: 4, vectors: 1, rate: 43 },
]

/**
 * The tile for products of n columns: the one that wastes least on padding. It does not depend on the number of
 * rows, so weights packed for one batch size serve all.
 */
export function chooseTile(n: number, type: ScalarType, limits: Limits): TileShape {
  const lanes = lanesOf(type, limits)
  const costs = TILES.map(({ vectors, rate }) => (Math.ceil(n / (vectors * lanes)) * vectors) / rate)
  const { rows, vectors } = TILES[costs.indexOf(Math.min(...costs))]!
  return { rows, columns: vectors * lanes }
}

/** Row tiles that one grid iteration goes through: as many as keep their left factor in cache. */
export function tilesPerBlock(m: number, k: number, rows: number, itemSize: number): number {
  const resident = Math.floor(RESIDENT_BYTES / (Math.max(1, k) * rows * itemSize))
  return Math.max(1, Math.min(Math.floor(m / rows), resident))
}

/**
 * How to multiply two factors that change from call to call. Packing pays where enough rows share it; without it
 * columns must be consecutive, or the sums run along k. For a few rows the right factor is read from memory once and
 * that is all the time it takes: as whole rows ('scaled'), or along k ('dot'); tiles of columns reach a third of the rate.
 */
export function matmulMethod(
  m: number,
  n: number,
  consecutive: 'columns' | 'k' | 'neither',
  { invocations }: Limits,
): 'packed' | 'direct' | 'dot' | 'scaled' {
  if (consecutive === 'k') return m < 8 ? 'dot' : 'packed'
  if (consecutive === 'columns') {
    if (m < 4 && n >= 32 && invocations === 1) return 'scaled'
    return m < 32 ? 'direct' : 'packed'
  }
  return m < 2 ? 'dot' : 'packed'
}

/** Sums of a product along its depth that are made together: with rows and columns they take 14 of 16 registers. */
export const DEPTH_TILE = { rows: 2, columns: 4 } as const
/** Products of rows along the depth in a nanosecond, and nanoseconds for an element that is packed from windows. */
const DEPTH_RATE = 24
const WINDOW_TIME = 1

/**
 * True if a product whose factors both lie in rows along its depth, `inner` elements each, is faster along it than with its right
 * factor packed: few rows would share the packing, which takes memory for all windows besides.
 * @param step of the right factor's elements: 1, or 2, where loading takes as long as multiplying
 */
export function takesAlongDepth(m: number, inner: number, step: number, lanes: number): boolean {
  const used = inner / (Math.ceil(inner / lanes) * lanes)
  return inner >= lanes && (m * step) / (DEPTH_RATE * used) < WINDOW_TIME + m / PRODUCT_RATE
}

/** Blocks of the outermost of the loops over the depth, so that a block's share of the factors stays in cache. */
export function depthBlocks(outer: number, bytes: number): number {
  let blocks = Math.min(outer, Math.max(1, Math.ceil(bytes / RESIDENT_BYTES)))
  while (outer % blocks !== 0) blocks++
  return blocks
}

/** Sums along k that are made side by side at most: vectors of them, of rows and of a column must fit the registers. */
const MOST_DOTS = 8

/**
 * Rows and columns that are summed side by side where sums run along k: they share the factors' loads. But several streams
 * through memory are slower than one: 15 GB/s against 43, as soon as the right factor is too large for a cache.
 */
export function dotTile(m: number, n: number, k: number, itemSize: number): TileShape {
  const rows = Math.min(m, MOST_DOTS)
  const streams = n * k * itemSize > 4 * RESIDENT_BYTES
  return { rows, columns: streams ? 1 : Math.min(4, n, Math.floor(MOST_DOTS / rows)) }
}

/** Columns whose sums stay in the first-level cache while scaled rows are added to them. */
export const SCALED_COLUMNS = 1024
/** Rows that are scaled and added at once, so that sums are loaded and stored less often. */
export const SCALED_ROWS = 8

/** Queries of a block of attention: so many share each key that is loaded. */
const ATTENTION_QUERIES = 16
/** Keys of a block: few where causal masks hide whole blocks, else up to all. */
const CAUSAL_KEYS = 64
const MOST_KEYS = 256

/** The blocks of attention: their scores and sums fit what a grid iteration may hold. */
export function attentionBlocks(
  shape: { queries: number; keys: number; values: number; causal: boolean; type: ScalarType },
  limits: Limits,
): { readonly queries: number; readonly keys: number } {
  const bytes = shape.type === 'f64' ? 8 : 4
  const wanted = shape.causal ? CAUSAL_KEYS : shape.keys <= MOST_KEYS ? shape.keys : MOST_KEYS / 2
  let [queries, keys] = [
    Math.min(ATTENTION_QUERIES, shape.queries),
    Math.max(1, Math.min(wanted, shape.keys)),
  ]
  // Three numbers are kept for each query.
  const held = (): number => queries * (keys + shape.values + 3) * bytes + 64
  while (held() > limits.sharedBytes && queries > 1) queries = Math.ceil(queries / 2)
  while (held() > limits.sharedBytes && keys > 8) keys = Math.ceil(keys / 2)
  return { queries, keys }
}

/** True if a convolution's innermost loop runs over input channels; with few of them, the taps go inside. */
export function channelsInner(channels: number): boolean {
  return channels >= 8
}

/** The first-level cache: bytes after which its places repeat, those of a line, and about how many lines a place has. */
const CACHE = { period: 4096, line: 64, ways: 16 } as const

/** Bytes to leave between channels of so many, so that they are spread over the cache while a product goes through them. */
export function channelGap(bytes: number): number {
  return bytes % (4 * CACHE.line) === 0 ? CACHE.line : 0
}

/**
 * True if an image that could be read in place is better copied, with gaps: its channels displace each other, and are read often
 * enough to pay for the copy.
 * @param times that each element is read
 */
export function paysForCopy(channels: number, bytes: number, times: number): boolean {
  let places = 1
  while ((bytes * places) % CACHE.period !== 0) places *= 2
  return channels > CACHE.ways * places && times >= 16
}

/** Taps that a depthwise convolution writes out one after the other; more of them run as a loop. */
export const UNROLLED_TAPS = 32

/** Products per nanosecond of the blocked kernels, bytes per nanosecond of weights that stream by. */
const PRODUCT_RATE = 30
const STREAM_RATE = 14
/** Nanoseconds for an element of a transform, forth or back. */
const TRANSFORM_TIME = 0.26
/** Sums over fewer channels are so accurate themselves that the error of the larger transform would show. */
const LEAST_CHANNELS = { 2: 16, 4: 64 } as const
/** Transformed images and their products may take so much memory. */
const MOST_TRANSFORMED = 64 * 1024 * 1024

/**
 * How a convolution of 3 x 3 at stride 1 is computed: by Winograd's transforms with tiles of 2 or 4 results along an axis, or
 * directly (null). Estimates, in nanoseconds: tiles at the border and vectors are filled up, and where few tiles share them, reading
 * the weights takes longer than multiplying; a tile of 4 has 4 times as many of them as the window, one of 2 not twice.
 * @param positions results along each axis
 */
export function winogradTile(
  batch: number,
  inChannels: number,
  outChannels: number,
  positions: readonly number[],
  { vector, invocations, sharedBytes }: Limits,
): 2 | 4 | null {
  // The kernels are loops over vectors, and a channel's results are kept together.
  const channelBytes = 4 * positions.reduce((area, p) => area * (p + 4), 1)
  if (invocations > 1 || channelBytes > sharedBytes) return null
  const pairs = inChannels * outChannels
  const results = batch * positions.reduce((a, b) => a * b, 1)
  let [best, least]: [2 | 4 | null, number] = [null, (9 * pairs * results) / PRODUCT_RATE]
  for (const size of [2, 4] as const) {
    if (inChannels < LEAST_CHANNELS[size] || outChannels < 16) continue
    const points = (size + 2) ** 2
    const tiles = batch * positions.reduce((count, p) => count * Math.ceil(p / size), 1)
    const columns = Math.ceil(tiles / vector) * vector
    const multiplying = Math.max(columns, 2 * vector) / PRODUCT_RATE
    const product = points * pairs * Math.max(multiplying, 4 / STREAM_RATE)
    const elements = points * columns * (inChannels + outChannels)
    const time = product + elements * TRANSFORM_TIME
    if (time < least && elements * 4 <= MOST_TRANSFORMED) [best, least] = [size, time]
  }
  return best
}

/**
 * Tiles of large products by workgroups, largest first: 256 invocations of 8 x 4 sums, or of 4 x 4. The more sums an invocation has,
 * the fewer elements of shared memory it reads for each.
 */
const LARGE_TILES: readonly WorkgroupTile[] = [
  { rows: 128, columns: 64, depth: 16, blockRows: 8, blockColumns: 4, anyDepth: false },
  { rows: 64, columns: 64, depth: 16, blockRows: 4, blockColumns: 4, anyDepth: false },
]
/** Sums of fewer terms take as long as bringing the factors in and storing the results: what large tiles share is little. */
const LARGE_DEPTH = 64
/** The tile of all other products: one, so that the many small products of a network are few shaders. 128 invocations of 2 x 4 sums. */
const SMALL_TILE: WorkgroupTile = {
  rows: 32,
  columns: 32,
  depth: 16,
  blockRows: 2,
  blockColumns: 4,
  anyDepth: true,
}
/** Workgroups that keep a graphics adapter busy: with fewer, smaller blocks are better. */
const ENOUGH_WORKGROUPS = 64

/** True on targets whose kernels run as many invocations side by side. */
export function hasWorkgroups(limits: Limits): boolean {
  return limits.invocations > 1
}

/**
 * The tile of a product by workgroups: a large one if it is not mostly padding and leaves enough workgroups; null for products that
 * are a few rows or columns, or sums of a few terms, where tiles are not shared.
 */
export function workgroupTile(
  batches: number,
  m: number,
  n: number,
  depth: number,
  limits: Limits,
): WorkgroupTile | null {
  if (Math.min(m, n) < 8 || depth < 8) return null
  const large = LARGE_TILES.filter(
    t =>
      depth >= LARGE_DEPTH &&
      t.rows < 2 * m &&
      t.columns < 2 * n &&
      batches * Math.ceil(m / t.rows) * Math.ceil(n / t.columns) >= ENOUGH_WORKGROUPS,
  )
  const fits = (t: WorkgroupTile) =>
    invocationsOf(t) <= limits.invocations && sharedBytesOf(t) <= limits.sharedBytes
  return [...large, SMALL_TILE].find(fits) ?? null
}

/**
 * Blocks of attention by workgroups, largest first: an invocation has 4 x 2 or 4 x 4 scores, and fewer where there are few
 * queries (of one, where a token is decoded, all invocations are along the keys).
 */
const ATTENTION_TILES: readonly Pick<AttentionTile, 'queries' | 'keys' | 'down' | 'across'>[] = [
  { queries: 32, keys: 32, down: 8, across: 16 },
  { queries: 32, keys: 32, down: 8, across: 8 },
  { queries: 16, keys: 32, down: 8, across: 8 },
  { queries: 8, keys: 32, down: 8, across: 8 },
  { queries: 4, keys: 64, down: 4, across: 16 },
  { queries: 1, keys: 64, down: 1, across: 64 },
]
/** Elements of a value that an invocation sums for each of its queries, at most: they are registers. */
const ATTENTION_COLUMNS = 8
/** Elements that a workgroup brings into shared memory at once, about. */
const ATTENTION_STAGE = 1024

/**
 * The blocks of attention by workgroups: the largest that are not mostly padding and leave enough workgroups; null where the
 * adapter has no room for any.
 */
export function attentionTile(
  { batch, queries, width, values }: { batch: number; queries: number; width: number; values: number },
  limits: Limits,
): AttentionTile | null {
  const fitting = ATTENTION_TILES.map((blocks): AttentionTile => {
    const { keys, across } = blocks
    const columns = across * Math.min(ATTENTION_COLUMNS, Math.max(1, Math.ceil(values / across)))
    const staged = 2 ** Math.floor(Math.log2(ATTENTION_STAGE / columns))
    return {
      ...blocks,
      depth: Math.max(1, Math.min(16, width)),
      staged: Math.min(keys, staged),
      values: columns,
    }
  }).filter(({ queries: rows, down, across }, i) => {
    const larger = ATTENTION_TILES[i - 1]
    const narrow = across * down > 64 && (across / 2) * ATTENTION_COLUMNS >= values
    const padded = (rows > 1 && rows >= 2 * queries) || narrow
    const thin = larger !== undefined && larger.queries <= 8 && queries > 2 * rows
    return !padded && !thin
  })
  const roomy = fitting.filter(
    t => t.down * t.across <= limits.invocations && attentionSharedBytes(t) <= limits.sharedBytes,
  )
  const workgroups = (t: AttentionTile) =>
    batch * Math.ceil(queries / t.queries) * Math.ceil(values / t.values)
  return roomy.find(t => workgroups(t) >= ENOUGH_WORKGROUPS) ?? roomy.at(-1) ?? null
}

/** Vector loops of so many iterations are worth a workgroup; shorter ones where few iterations of the grid run beside them. */
const LONG_VECTOR = 512
const SHORT_VECTOR = 32
const FEW_ITERATIONS = 4096

/**
 * Invocations that run one grid iteration together, for kernels that are written for vectors; 1 where each iteration has an
 * invocation of its own.
 * @param iterations of the grid
 * @param vector iterations of the longest vector loop inside
 * @param shares the grid iteration has memory for itself, so that it is a workgroup anyway
 */
export function cooperating(iterations: number, vector: number, shares: boolean, limits: Limits): number {
  if (!hasWorkgroups(limits) || vector < SHORT_VECTOR) return 1
  if (vector < LONG_VECTOR && iterations >= FEW_ITERATIONS && !shares) return 1
  const wide = vector >= (iterations < ENOUGH_WORKGROUPS ? LONG_VECTOR : 4096)
  return Math.min(wide ? 256 : 64, limits.invocations)
}

/**
 * What storing and loading an element costs, in additions: cheaper work is done again instead. Where a kernel is a launch of its
 * own, arithmetic is cheap beside it.
 */
export function storeCost(limits: Limits): number {
  return hasWorkgroups(limits) ? 24 : 6
}

/** Products are slim with so many lines of one factor, or fewer; sums of fewer terms than this have nothing to divide. */
const FEW_LINES = 8
const LEAST_SLIM_DEPTH = 32
/** Invocations that keep a graphics adapter busy, and the most that a workgroup of such a product has. */
const ENOUGH_INVOCATIONS = 16384
const SLIM_INVOCATIONS = 256
/** Elements that invocations side by side read from one stretch of memory, at least. */
const LEAST_STRETCH = 16
/** Sums of an invocation, at most, where it may have several lines or one. */
const SLIM_SUMS = 8

/**
 * How workgroups share a product of `few` lines with `lines`; null for products that are not slim, or not deep. There are few different
 * answers, so that products of different shapes may be one shader.
 * @param layout of the factor of more lines
 */
export function slimTile(
  batches: number,
  few: number,
  lines: number,
  depth: number,
  layout: FactorLayout,
  limits: Limits,
): SlimTile | null {
  if (few > FEW_LINES || depth < LEAST_SLIM_DEPTH) return null
  const most = Math.min(SLIM_INVOCATIONS, limits.invocations)
  const places = depth / placesAtOnce(layout, depth)
  const fitted = (tile: SlimTile): SlimTile => {
    if (slimSharedBytes(tile, few) <= limits.sharedBytes) return tile
    // Stretches of memory stay as long as they are.
    return fitted(
      runsAlongLines(layout) ? { ...tile, slices: tile.slices / 2 } : { ...tile, lanes: tile.lanes / 2 },
    )
  }
  if (runsAlongLines(layout)) {
    const block = layout === 'quads along lines' ? 4 : 1
    const along = batches * Math.ceil(lines / block)
    const mostSlices = Math.min(places, (most * block) / LEAST_STRETCH)
    const slices = [1, 4, 16, 64].findLast(
      (n, i) => n <= mostSlices && (i === 0 || (along * n) / 4 < ENOUGH_INVOCATIONS),
    )!
    return fitted({ lanes: Math.min(64, most / slices), block, slices })
  }
  const groups = (lanes: number): number => batches * Math.ceil(lines / lanes)
  const slices = groups(most / 32) >= ENOUGH_WORKGROUPS ? 32 : 128
  const lanes = Math.max(1, most / slices)
  const block = few * 4 <= SLIM_SUMS && groups(lanes * 4) >= ENOUGH_WORKGROUPS ? 4 : 1
  return fitted({ lanes, block, slices: Math.min(slices, most, 2 ** Math.floor(Math.log2(places))) })
}

/** Sums of so many terms are divided among workgroups, and added by another launch, where there are few results; or of so many anyway. */
const LEAST_PART = 1024
const LONG_PART = 4096
const FEW_WORKGROUPS = ENOUGH_WORKGROUPS / 4

/** Parts of equal length into which the sums of a product are divided, each for workgroups of its own; 1 where they are not. */
export function depthParts(batches: number, m: number, n: number, depth: number): number {
  const tiles = (size: number): number => batches * Math.ceil(m / size) * Math.ceil(n / size)
  const [few, small, large] = [Math.min(m, n), tiles(16), tiles(64)]
  // A vector is short beside its matrix: a launch more would take as long as it spares.
  if (few === 1) return 1
  // Of slim products, the invocations of a workgroup divide the depth anyway.
  const isSlim = few <= FEW_LINES
  const most =
    !isSlim && small <= FEW_WORKGROUPS
      ? Math.min(depth / LEAST_PART, ENOUGH_WORKGROUPS / small)
      : Math.min(depth / LONG_PART, ENOUGH_WORKGROUPS / (isSlim ? tiles(8) : large))
  // What lies together by fours stays together.
  const unit = depth % 4 === 0 ? 4 : 1
  for (let parts = Math.floor(most); parts > 1; parts--) if (depth % (parts * unit) === 0) return parts
  return 1
}
