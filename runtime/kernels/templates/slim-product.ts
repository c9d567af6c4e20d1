/**
 * A product of matrices where one factor has few lines (rows of the left one, columns of the right one): a vector times a matrix, the
 * gradient of a small weight. Each element of the other factor serves a few sums only, so there is nothing to share by tiles, and
 * there are too few results to keep a graphics adapter busy with one invocation for each. So invocations divide the depth among
 * them: each sums some of its places for a block of lines, and a tree over shared memory adds what they have.
 */
import { add, constI32, floordiv, get, literal, lt, min, mod, mul } from '../expr.ts'
import type { Expr, LocalArray, Stmt } from '../ir.ts'
import { letVar, register, sharedArray } from '../ir.ts'
import { alloc, barrier, define, loop, set, when } from '../stmt.ts'
import type { FactorLayout, WorkgroupProduct } from './workgroup-product.ts'

/** How the invocations of a workgroup share lines of the large factor, and the depth. */
export interface SlimTile {
  /** Invocations along the lines, and lines of each. */
  readonly lanes: number
  readonly block: number
  /** Invocations along the depth: a power of two. */
  readonly slices: number
}

/** A slim product as seen from its factors: `few` lines of one, `lines` of the other. */
interface Sides {
  readonly few: number
  readonly lines: number
  readonly layout: FactorLayout
  small(batch: Expr, line: Expr, k: Expr): Expr
  large(batch: Expr, line: Expr, k: Expr): Expr
  finish(sum: Expr, batch: Expr, few: Expr, line: Expr): readonly Stmt[]
}

const QUAD = 4
/** Sums for which rows are written out one after the other; with more of them, kernels would grow long. */
const MOST_WRITTEN_OUT = 8

/** Lines of the two factors of a product, fewer first, and how the larger factor lies. */
export function slimSides(
  p: Pick<WorkgroupProduct, 'm' | 'n' | 'leftLayout' | 'rightLayout'>,
): Pick<Sides, 'few' | 'lines' | 'layout'> {
  return p.m <= p.n
    ? { few: p.m, lines: p.n, layout: p.rightLayout }
    : { few: p.n, lines: p.m, layout: p.leftLayout }
}

function sidesOf(p: WorkgroupProduct): Sides {
  const left = (batch: Expr, line: Expr, k: Expr): Expr => p.left(batch, line, k)
  const right = (batch: Expr, line: Expr, k: Expr): Expr => p.right(batch, k, line)
  const sizes = slimSides(p)
  return p.m <= p.n
    ? { ...sizes, small: left, large: right, finish: p.finish }
    : { ...sizes, small: right, large: left, finish: (sum, b, few, line) => p.finish(sum, b, line, few) }
}

/** Neighbouring invocations have neighbouring lines; else neighbouring places of the depth. */
export function runsAlongLines(layout: FactorLayout): boolean {
  return layout.endsWith('lines')
}

/** Places of the depth that an invocation takes at once: those that are loaded together, or rows of which each is read in stretches. */
export function placesAtOnce(layout: FactorLayout, depth: number): number {
  const together = layout === 'quads along depth' || runsAlongLines(layout)
  return together && depth % QUAD === 0 ? QUAD : 1
}

/** Bytes of a tile's shared array, of 32-bit elements. */
export function slimSharedBytes({ lanes, block, slices }: SlimTile, few: number): number {
  return slices === 1 ? 0 : lanes * block * slices * few * 4
}

/** The loops of the product. */
export function slimProduct(p: WorkgroupProduct, tile: SlimTile): Stmt {
  const groups = Math.ceil(slimSides(p).lines / (tile.lanes * tile.block))
  return loop('group', p.batches * groups, 'grid', g =>
    new SlimGroup(p, tile, floordiv(g, groups), mod(g, groups)).body(),
  )
}

/** Statements for each number, written out. */
const each = (count: number, make: (i: Expr) => readonly Stmt[]): Stmt => loop('i', count, 'unroll', make)

/** One workgroup: its lines, all of the depth. */
class SlimGroup {
  readonly #p: WorkgroupProduct
  readonly #sides: Sides
  readonly #tile: SlimTile
  readonly #batch: Expr
  readonly #group: Expr
  /** Places of the depth that are taken at once. */
  readonly #unit: number
  readonly #alongLines: boolean
  /** Four neighbouring lines are loaded and stored together. */
  readonly #quads: boolean
  /** Of each slice, its sums of the workgroup's lines. */
  readonly #parts: LocalArray
  readonly #sums: LocalArray

  constructor(p: WorkgroupProduct, tile: SlimTile, batch: Expr, group: Expr) {
    const { lanes, block, slices } = tile
    const sides = sidesOf(p)
    this.#p = p
    this.#sides = sides
    this.#tile = tile
    this.#batch = batch
    this.#group = group
    this.#unit = placesAtOnce(sides.layout, p.depth)
    this.#alongLines = runsAlongLines(sides.layout)
    this.#quads = sides.layout === 'quads along lines' && block === QUAD
    this.#parts = sharedArray('parts', p.type, lanes * block * slices * sides.few)
    this.#sums = register('sums', p.type, sides.few * block)
  }

  body(): readonly Stmt[] {
    const { lanes, slices } = this.#tile
    const { few } = this.#sides
    const own = (own: Expr): readonly Stmt[] => {
      const [lane, slice] = this.#alongLines
        ? [mod(own, lanes), floordiv(own, lanes)]
        : [floordiv(own, slices), mod(own, slices)]
      const added = [alloc(this.#sums, literal(this.#p.type, 0)), ...this.#multiplyAll(lane, slice)]
      if (slices === 1)
        return [...added, each(few, s => this.#finish(lane, s, c => get(this.#sums, this.#sumAt(s, c))))]
      return [
        ...added,
        ...this.#combine(lane, slice),
        when(lt(slice, 1), [
          loop('s', few, 'seq', s =>
            this.#finish(lane, s, c => get(this.#parts, this.#partAt(lane, slice, s, c))),
          ),
        ]),
      ]
    }
    return [...(slices === 1 ? [] : [alloc(this.#parts)]), loop('own', lanes * slices, 'local', own)]
  }

  #eachSum(make: (s: Expr, c: Expr) => readonly Stmt[]): Stmt {
    return each(this.#sides.few, s => [each(this.#tile.block, c => make(s, c))])
  }

  #sumAt(s: Expr, c: Expr): Expr {
    return add(mul(s, this.#tile.block), c)
  }

  /** The place of one of an invocation's lines among those of the workgroup. */
  #within(lane: Expr, c: Expr): Expr {
    return this.#quads ? add(mul(lane, QUAD), c) : add(mul(c, this.#tile.lanes), lane)
  }

  /** Its number, which may be beyond the last one. */
  #line(lane: Expr, c: Expr): Expr {
    return add(mul(this.#group, this.#tile.lanes * this.#tile.block), this.#within(lane, c))
  }

  /** The line, or one that is there. */
  #known(lane: Expr, c: Expr): Expr {
    const { lines } = this.#sides
    if (!this.#quads) return min(this.#line(lane, c), lines - 1)
    return add(mul(min(add(mul(this.#group, this.#tile.lanes), lane), lines / QUAD - 1), QUAD), c)
  }

  #partAt(lane: Expr, slice: Expr, s: Expr, c: Expr): Expr {
    const { lanes, block } = this.#tile
    return add(mul(add(mul(slice, this.#sides.few), s), lanes * block), this.#within(lane, c))
  }

  /** Sums over the places of an invocation's slice, which are dealt out by turns. */
  #multiplyAll(lane: Expr, slice: Expr): readonly Stmt[] {
    const { type, depth } = this.#p
    const { block, slices } = this.#tile
    const { few } = this.#sides
    // Of rows that are read in stretches, one after the other is enough; what lies together along the depth is used together.
    const together = this.#alongLines ? 1 : this.#unit
    const [a, b] = [register('a', type, few * together), register('b', type, block * together)]
    const places = depth / this.#unit
    const step = (place: Expr): Stmt =>
      loop('v', this.#unit / together, few * block > MOST_WRITTEN_OUT ? 'seq' : 'unroll', v =>
        this.#multiply(lane, add(mul(place, this.#unit), mul(v, together)), together, a, b),
      )
    return [
      alloc(a),
      alloc(b),
      loop('step', Math.ceil(places / slices), 'seq', i => {
        const place = add(mul(i, slices), slice)
        if (places % slices === 0) return [step(place)]
        return [when(lt(place, places), [step(min(place, places - 1))])]
      }),
    ]
  }

  /** Adds the products of some places from `first` on. */
  #multiply(lane: Expr, first: Expr, count: number, a: LocalArray, b: LocalArray): readonly Stmt[] {
    const { few, small, large } = this.#sides
    const at = (i: Expr, u: Expr): Expr => add(mul(i, count), u)
    return [
      each(this.#tile.block, c => [
        each(count, u => [set(b, large(this.#batch, this.#known(lane, c), add(first, u)), at(c, u))]),
      ]),
      each(few, s => [each(count, u => [set(a, small(this.#batch, s, add(first, u)), at(s, u))])]),
      each(count, u => [
        this.#eachSum((s, c) => {
          const [sum, product] = [get(this.#sums, this.#sumAt(s, c)), mul(get(a, at(s, u)), get(b, at(c, u)))]
          return [set(this.#sums, add(sum, product), this.#sumAt(s, c))]
        }),
      ]),
    ]
  }

  /** Adds the sums of all slices to those of the first one. */
  #combine(lane: Expr, slice: Expr): readonly Stmt[] {
    const { lanes, block, slices } = this.#tile
    const { few } = this.#sides
    const at = (s: Expr, c: Expr): Expr => this.#partAt(lane, slice, s, c)
    const pair = register('pair', this.#p.type, block)
    // The slices that are left, halved by turns; named, so that its range is known.
    const [left, half] = [register('left', 'i32'), letVar('half', 'i32', 0, slices / 2)]
    const distance = mul(half, few * lanes * block)
    const halve = loop('s', few, 'seq', s => [
      alloc(pair),
      each(block, c => [
        set(pair, add(get(this.#parts, at(s, c)), get(this.#parts, add(at(s, c), distance))), c),
      ]),
      each(block, c => [set(this.#parts, get(pair, c), at(s, c))]),
    ])
    const halves = loop('level', Math.log2(slices), 'seq', () => [
      define(half, get(left)),
      when(lt(slice, half), [halve]),
      set(left, floordiv(half, 2)),
      barrier,
    ])
    const stored = this.#eachSum((s, c) => [set(this.#parts, get(this.#sums, this.#sumAt(s, c)), at(s, c))])
    return [stored, alloc(left, constI32(slices / 2)), barrier, halves]
  }

  /** What becomes of the sums of one line of the small factor: of four together, where they are there together. */
  #finish(lane: Expr, s: Expr, sum: (c: Expr) => Expr): readonly Stmt[] {
    const isThere = (c: Expr): Expr => lt(this.#line(lane, c), this.#sides.lines)
    const one = (c: Expr): readonly Stmt[] => this.#sides.finish(sum(c), this.#batch, s, this.#known(lane, c))
    return this.#quads
      ? [when(isThere(constI32(0)), [each(QUAD, one)])]
      : [each(this.#tile.block, c => [when(isThere(c), one(c))])]
  }
}
