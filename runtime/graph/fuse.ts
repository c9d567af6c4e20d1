/**
 * Decides which values get memory of their own; everything between them melts into the kernels that compute those.
 *
 * A group is one materialised value (its root) with what is fused into it: views and elementwise operations down to values in
 * memory, and at most one fold (a reduction, matmul or convolution), whose result reaches the root through elementwise
 * operations and views that show each element once: its epilogue. Or several reductions, if they are of the same rows
 * (`rows.ts`).
 *
 * Values are visited from the outputs down. On the way each collects the contexts in which it would be computed: a context is
 * a kernel together with the chain of views through which it looks. A second context means computing elements twice.
 */
import type { Limits } from '../kernels/ir.ts'
import { hasWorkgroups, storeCost } from '../kernels/templates/rules.ts'
import { ruleOf } from './lower/element-reader.ts'
import { type Part, partOf, sameMemory } from './part.ts'
import { isReduction, type Reduction, type Rows, rowsOf } from './rows.ts'
import type { Graph, Value } from './value.ts'
import { elementCount } from './value.ts'

export interface Group {
  /** The value that the group's kernel stores. */
  readonly root: Value
  /** The fold that the kernel is built around: the root itself, or what the root is an epilogue of. */
  readonly fold: Value | null
  /** Instead of one fold, reductions of the same rows, operands first. */
  readonly reductions: readonly Reduction[]
  /** Values in memory that the group reads, and blocks of such values, in a canonical order. */
  readonly reads: readonly Value[]
}

export interface Schedule {
  /** Each before those that read its root. */
  readonly groups: readonly Group[]
  /** Where what the groups read lies. */
  readonly partOf: (read: Value) => Part
}

/** Each of their first operands is read many times over. */
const PRODUCTS: ReadonlySet<string> = new Set(['matmul', 'attention', 'conv', 'conv_transpose'])
const CONVOLUTIONS: ReadonlySet<string> = new Set(['conv', 'conv_transpose'])

interface Context {
  readonly root: Value
  readonly key: string
  /** From here to the root, each element is shown exactly once. */
  readonly bijective: boolean
  /** From here to the root, elements are shown more than once. */
  readonly repeated: boolean
}

/** True of a concatenation whose operands are stored one by one, each by a kernel of its own. */
const isPutTogether = ({ operation, inputs }: Value): boolean => operation?.op === 'cat' && inputs.length > 4

/** Most distinct values in memory that are read where a value is computed in place. */
export const MOST_READS = 12
/** Most work per element that is fused, so that kernels stay small enough to compile at once. */
const MOST_WORK = 600

/**
 * Divides a graph into groups.
 * @param limits of the device: where parts of memory may begin, and what storing costs
 * @param mostReads distinct values in memory that a value computed in place may read; kernels bind a few times as many
 */
export function fuse(graph: Graph, limits: Limits, mostReads = MOST_READS): Schedule {
  const first = new Fusion(graph, limits, mostReads, new Set())
  // What was stored for its own sake bounds what is computed above it, which measuring could not know: along a chain of residuals
  // each of which is used twice, everything would seem to be computed from the beginning.
  const bounds = first.bounds()
  const fusion = bounds.size === 0 ? first : new Fusion(graph, limits, mostReads, bounds)
  return fusion.schedule()
}

class Fusion {
  readonly #graph: Graph
  readonly #alignment: number
  readonly #mostReads: number
  readonly #storeCost: number
  readonly #hasWorkgroups: boolean
  readonly #outputs: ReadonlySet<Value>
  /** How many operands each value is. */
  readonly #users = new Map<Value, number>()
  readonly #stored = new Set<Value>()
  /** Those of them that only measuring asked for. */
  readonly #tooMuch = new Set<Value>()
  #forced = false
  readonly #contexts = new Map<Value, Map<string, Context>>()
  readonly #foldOf = new Map<Value, Value>()
  /** Roots with reductions of the same rows. */
  readonly #rowsOf = new Map<Value, { readonly reductions: readonly Reduction[]; readonly rows: Rows }>()
  /** Work per element where a value is computed in place. */
  readonly #work = new Map<Value, number>()
  readonly #reads = new Map<Value, ReadonlySet<Value>>()
  /** Values whose computation in place needs a fold or kernel below them. */
  readonly #aboveFold = new Set<Value>()

  /** @param bounds values that are known to be stored */
  constructor(graph: Graph, limits: Limits, mostReads: number, bounds: ReadonlySet<Value>) {
    this.#graph = graph
    this.#alignment = limits.offsetAlignment
    this.#storeCost = storeCost(limits)
    this.#hasWorkgroups = hasWorkgroups(limits)
    this.#mostReads = mostReads
    this.#outputs = new Set(graph.outputs)
    for (const value of graph.values) {
      for (const x of value.inputs) this.#users.set(x, (this.#users.get(x) ?? 0) + 1)
      this.#measure(value)
      if (bounds.has(value)) this.#store(value)
    }
    for (const value of [...graph.values].reverse()) this.#decide(value)
  }

  /** Where too much would have been computed in place: values that products end in, and that are stored for other reasons. */
  bounds(): ReadonlySet<Value> {
    if (!this.#forced) return new Set()
    const found = [...this.#foldOf].filter(([root, { operation }]) => {
      return PRODUCTS.has(operation!.op) && !this.#tooMuch.has(root)
    })
    return new Set(found.map(([root]) => root))
  }

  schedule(): Schedule {
    const groups = this.#graph.values
      .filter(v => this.#stored.has(v) && v.operation !== null)
      .map(root => {
        const reductions = this.#rowsOf.get(root)?.reductions ?? []
        const fold = reductions.length > 0 ? null : this.#foldIn(root)
        return { root, fold, reductions, reads: this.#readsOf(root) }
      })
    return { groups, partOf: read => this.#partOf(read)! }
  }

  /** The fold that a root's kernel is built around, so far. */
  #foldIn(root: Value): Value | null {
    return ruleOf(root).kind === 'fold' ? root : (this.#foldOf.get(root) ?? null)
  }

  #isInMemory(value: Value): boolean {
    return value.operation === null || this.#stored.has(value)
  }

  #partOf(value: Value): Part | null {
    return partOf(value, v => this.#isInMemory(v), this.#alignment)
  }

  /** True of values whose elements are computed wherever they are needed, unless stored. */
  #inPlace(value: Value): boolean {
    if (value.operation === null) return false
    const { kind } = ruleOf(value)
    return kind === 'map' || kind === 'view'
  }

  /** What computing a value in place takes; operands are stored where it would be too much. */
  #measure(value: Value): void {
    if (!this.#inPlace(value) || isPutTogether(value)) {
      this.#work.set(value, 0)
      this.#reads.set(value, new Set([value]))
      if (value.operation !== null) this.#aboveFold.add(value)
      return
    }
    const rule = ruleOf(value)
    const own = rule.kind === 'map' || rule.kind === 'view' ? rule.cost : 0
    const inputs = [...new Set(value.inputs)]
    const total = () => inputs.reduce((sum, x) => sum + this.#work.get(x)!, own)
    const reads = () => new Set(inputs.flatMap(x => [...this.#reads.get(x)!]))
    for (const x of [...inputs].sort((a, b) => this.#work.get(b)! - this.#work.get(a)!)) {
      if (total() <= MOST_WORK) break
      this.#storeTooMuch(x)
    }
    for (const x of [...inputs].sort((a, b) => this.#reads.get(b)!.size - this.#reads.get(a)!.size)) {
      if (reads().size <= this.#mostReads) break
      this.#storeTooMuch(x)
    }
    this.#work.set(value, total())
    // A slice may turn out to be a part of memory with an address of its own.
    this.#reads.set(value, value.operation!.op === 'slice' ? new Set([value]) : reads())
    if (inputs.some(x => this.#aboveFold.has(x) && !this.#stored.has(x))) this.#aboveFold.add(value)
  }

  #storeTooMuch(value: Value): void {
    if (value.operation !== null && !this.#stored.has(value)) {
      this.#tooMuch.add(value)
      this.#forced = true
    }
    this.#store(value)
  }

  #store(value: Value): void {
    if (value.operation !== null) this.#stored.add(value)
    this.#work.set(value, 0)
    this.#reads.set(value, new Set([value]))
  }

  #decide(value: Value): void {
    if (value.operation === null) return
    const contexts = [...(this.#contexts.get(value)?.values() ?? [])]
    if (!this.#stored.has(value) && this.#mustStore(value, contexts)) this.#store(value)
    else if (this.#tooMuch.has(value) && this.#inPlace(value) && this.#mustStore(value, contexts))
      this.#tooMuch.delete(value)
    const root = this.#stored.has(value)
    const own: Context = { root: value, key: `${value.id}`, bijective: true, repeated: false }
    for (const context of root ? [own] : contexts) this.#descend(value, context)
  }

  #mustStore(value: Value, contexts: readonly Context[]): boolean {
    if (this.#outputs.has(value)) return true
    const rule = ruleOf(value)
    if (rule.kind === 'kernel') return true
    if (rule.kind === 'fold') return !this.#asEpilogue(value, contexts) && !this.#inRows(value, contexts)
    if (isPutTogether(value)) return true
    const [only] = contexts
    if (contexts.length === 1 && !only!.bijective && this.#endsProduct(value)) return true
    return this.#isDear(value, contexts) && !this.#isOfRow(value, contexts)
  }

  /** True of elementwise work on a product that nobody else needs: its kernel does it, before what comes after can. */
  #endsProduct(value: Value): boolean {
    const rule = ruleOf(value)
    return (
      rule.kind === 'map' &&
      value.inputs.some(x => {
        if (x.operation === null || this.#users.get(x) !== 1) return false
        return PRODUCTS.has(x.operation.op) || this.#endsProduct(x)
      })
    )
  }

  /** True of what is computed so often in these contexts that storing it is cheaper. */
  #isDear(value: Value, contexts: readonly Context[]): boolean {
    const work = this.#work.get(value)!
    // What is repeated is stored, not the repetitions.
    if (value.operation!.op === 'expand') return false
    if (ruleOf(value).kind === 'view') return contexts.length * work > 4 * this.#storeCost
    const above = this.#aboveFold.has(value)
    if (contexts.some(c => c.repeated) && (above || work > this.#storeCost)) return true
    return contexts.length > 1 && (above || (contexts.length - 1) * work > this.#storeCost)
  }

  /** Fuses what follows a fold into its kernel, if nothing else needs the fold's result. */
  #asEpilogue(value: Value, contexts: readonly Context[]): boolean {
    const [context] = contexts
    if (context === undefined || contexts.length > 1 || !context.bijective) return false
    if (this.#foldIn(context.root) !== null || this.#rowsOf.has(context.root)) return false
    this.#foldOf.set(context.root, value)
    return true
  }

  /** Computes a reduction in the kernel of the one root that needs it, if it is of the root's rows. */
  #inRows(value: Value, contexts: readonly Context[]): boolean {
    const root = contexts[0]?.root
    if (root === undefined || !isReduction(value) || contexts.some(c => c.root !== root)) return false
    const fold = this.#foldIn(root)
    if (fold !== null && !isReduction(fold)) return false
    const others = this.#rowsOf.get(root)?.reductions ?? (fold === null ? [] : [fold])
    // Users were visited before their operands.
    const reductions = [value, ...others]
    const rows = rowsOf(root, reductions, v => this.#isInMemory(v))
    if (rows !== null) this.#rowsOf.set(root, { reductions, rows })
    return rows !== null
  }

  /** True of what is computed at one place of each row only, though several passes over the row may do so. */
  #isOfRow(value: Value, contexts: readonly Context[]): boolean {
    const root = contexts[0]?.root
    if (root === undefined || contexts.some(c => c.root !== root)) return false
    const rows = this.#rowsOf.get(root)?.rows ?? this.#rowsBelow(value, root)
    return rows?.isOfRow(value) ?? false
  }

  /** The rows that a root would have with the reductions below a value in its kernel. */
  #rowsBelow(value: Value, root: Value): Rows | null {
    const fold = this.#foldIn(root)
    if (fold !== null && !isReduction(fold)) return null
    const found = new Set<Reduction>(fold === null ? [] : [fold])
    const seen = new Set<Value>()
    const visit = (v: Value): void => {
      if (seen.has(v) || this.#isInMemory(v)) return
      seen.add(v)
      if (isReduction(v)) found.add(v)
      else if (this.#inPlace(v)) for (const x of v.inputs) visit(x)
    }
    visit(value)
    return found.size === 0 ? null : rowsOf(root, [...found], v => this.#isInMemory(v))
  }

  /** Gives the operands of a value their contexts. */
  #descend(value: Value, context: Context): void {
    const rule = ruleOf(value)
    for (const [i, operand] of value.inputs.entries()) {
      // What is put together one by one is copied from where it lies, whatever shape it has there.
      const x = isPutTogether(value) ? sameMemory(operand) : operand
      let next: Context
      if (rule.kind === 'map') next = context
      else if (rule.kind === 'view') {
        const repeats = elementCount(value.shape) > elementCount(x.shape)
        next = {
          root: context.root,
          key: `${context.key}/${value.id}.${i}`,
          bijective: context.bijective && rule.forward !== undefined,
          repeated: context.repeated || repeats,
        }
      } else {
        const { op } = value.operation!
        const isMask = op === 'attention' && i === 3
        const repeated = (PRODUCTS.has(op) && !isMask) || op === 'argsort' || op === 'solve_triangular'
        next = { root: context.root, key: `${context.root.id}=${value.id}.${i}`, bijective: false, repeated }
        // Convolutions read their weights as they lie in memory.
        if (i === 1 && CONVOLUTIONS.has(op)) this.#store(x)
        else if (i === 0 && CONVOLUTIONS.has(op) && this.#isAcross(x)) this.#store(x)
        else if (repeated) this.#storeWork(x)
      }
      this.#note(x, next)
    }
  }

  /** Stores what stands under the views of a product's operand, if it is computed: the product would compute it again and again. */
  #storeWork(operand: Value): void {
    for (let value = operand; this.#inPlace(value); value = value.inputs[0]!) {
      const rule = ruleOf(value)
      const simple = rule.kind === 'view' && rule.cost === 0 && value.inputs.length === 1
      if (simple) continue
      if (value.inputs.length > 0) this.#store(value)
      return
    }
  }

  /** True of an image whose rows lie across memory: vectors cannot read it where it lies. */
  #isAcross(image: Value): boolean {
    if (this.#hasWorkgroups) return false
    for (let value = image; this.#inPlace(value); value = value.inputs[0]!) {
      const operation = value.operation!
      if (operation.op !== 'permute' && operation.op !== 'reshape') return false
      const last = value.shape.length - 1
      if (operation.op === 'permute' && operation.attrs.dims[last] !== last) return value.shape[last]! > 1
    }
    return false
  }

  #note(value: Value, context: Context): void {
    let known = this.#contexts.get(value)
    if (known === undefined) {
      known = new Map()
      this.#contexts.set(value, known)
    }
    const before = known.get(context.key)
    // Two ways to the same place: what holds of either is held of both.
    known.set(context.key, {
      ...context,
      bijective: context.bijective && (before?.bijective ?? true),
      repeated: context.repeated || (before?.repeated ?? false),
    })
  }

  #readsOf(root: Value): readonly Value[] {
    const found = new Set<Value>()
    const seen = new Set<Value>()
    const visit = (value: Value): void => {
      if (seen.has(value)) return
      seen.add(value)
      if (value !== root && this.#partOf(value) !== null) found.add(value)
      else for (const x of value.inputs) visit(x)
    }
    visit(root)
    return [...found]
  }
}
