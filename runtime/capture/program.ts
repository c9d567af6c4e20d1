/**
 * A traced function made ready: its program, and the memory that it keeps from run to run. A run gives the program its
 * memory and starts it; it makes no graph, and nothing of it is left behind.
 */
import { type Device, DeviceError, type Executable, type Memory, type Program } from '../devices/device.ts'
import { standIn } from '../devices/registry.ts'
import { CaptureError } from '../graph/capture-error.ts'
import { type Check, checkError } from '../graph/checks.ts'
import { withNarrowInputs } from '../graph/copying.ts'
import { Node } from '../graph/node.ts'
import { type Plan as GraphPlan, planApart, planAsIs, planGraph } from '../graph/plan.ts'
import { realise, realiseSync } from '../graph/realise.ts'
import { assertSound, catchUp, isBehind, isSound, ran, readSound } from '../graph/unproven.ts'
import { STORAGE_CLASS } from '../kernels/reference/storage.ts'
import { product } from '../ops/dim.ts'
import { ITEM_SIZE } from '../ops/dtype.ts'
import { OpError } from '../ops/error.ts'
import { Tensor, type TypedArray } from '../tensor/tensor.ts'
import { Holdings } from './holdings.ts'
import { asInt32, type Given, type InputSpec } from './input-spec.ts'
import { KeptWords, keepingChecks } from './kept-checks.ts'
import type { Traced } from './trace-function.ts'
import { Writes } from './writes.ts'

export class CapturedProgram {
  readonly traced: Traced
  readonly holdings: Holdings
  readonly #plan: GraphPlan
  /** What checks the indices before anything is written, where that can be. */
  readonly #before: { readonly plan: GraphPlan; readonly words: readonly Memory[] } | null
  /** What the checks found, where reading takes a wait. */
  readonly #kept: KeptWords | null
  readonly #device: Device
  readonly #writes: Writes
  readonly #inputs: Memory[]
  readonly #outputs: Memory[]
  /** Memory of the host's typed arrays, by input of the program; null before there was one. */
  readonly #own: (Memory | null)[]
  /** Memory of each feed; null of those that the program does not read. */
  readonly #feeds: readonly (Memory | null)[]
  /** Where a check's word is read to. */
  readonly #word = new BigInt64Array(1)
  readonly #wordBytes = bytesOf(this.#word)
  /** Where results go that are copied into the caller's arrays. */
  #results: readonly Memory[] | null = null
  #executable: Executable | null = null
  #checking: Executable | null = null

  /** @param specs of the function's inputs */
  constructor(whole: Traced, specs: readonly InputSpec[]) {
    const given = narrowed(whole, specs)
    const { device, sources, steps } = given
    this.#device = device
    this.holdings = new Holdings(device)
    const { traced, checks } = this.synchronous ? { traced: given, checks: [] } : keepingChecks(given)
    this.traced = traced
    this.#kept = checks.length === 0 ? null : new KeptWords(device, checks, this.holdings)
    const fed = new Set(traced.graph.inputs.filter((_, i) => sources[i]?.kind === 'feed'))
    const writes = traced.writes.length > 0 && this.synchronous
    const apart = writes ? planApart(traced.graph, device, traced.use, fed) : null
    const plan = this.synchronous ? planGraph : planAsIs
    this.#plan = apart?.plan ?? plan(traced.graph, device, traced.use)
    this.#before = apart && {
      plan: apart.before,
      words: apart.before.program.outputs.map(bytes => this.holdings.alloc(bytes)),
    }
    this.#writes = new Writes(traced.writes, this.#plan, device, this.holdings)
    this.#inputs = new Array<Memory>(this.#plan.program.inputs.length)
    this.#outputs = new Array<Memory>(this.#plan.program.outputs.length)
    this.#own = sources.map(() => null)
    const feeds = new Map<unknown, Memory>()
    for (const [i, source] of sources.entries()) {
      if (source.kind === 'constant') this.holdings.keep(source.node)
      if (source.kind !== 'feed') continue
      this.#inputs[i] = this.holdings.alloc(source.feed.bytes.length)
      feeds.set(source.feed, this.#inputs[i])
    }
    this.#feeds = steps.map(step => feeds.get(step) ?? null)
    const { outputs } = this.#plan.program
    for (let i = this.#firstCheck; i < outputs.length; i++)
      this.#outputs[i] = this.holdings.alloc(outputs[i]!)
  }

  /** The first output that is a check's word. */
  get #firstCheck(): number {
    return this.#plan.program.outputs.length - this.#plan.checks.length
  }

  /** True where the device can be read without waiting. */
  get synchronous(): boolean {
    return this.#device.readInto !== undefined
  }

  /** True while everything that the trace was made for is as it was. */
  get holds(): boolean {
    if (standIn(this.#device) !== this.#device) return false
    for (const guard of this.traced.guards) if (!guard()) return false
    return true
  }

  /** True if a run can start at once: the program is compiled, what it reads is computed, and the device keeps up. */
  isReady(given: readonly Given[]): boolean {
    if (this.#executable === null) return false
    for (const source of this.traced.sources)
      if (source.kind === 'place' && !source.place.tensor!.node.isThere) return false
    for (const x of given) if (x instanceof Tensor && !x.node.isThere) return false
    return !isBehind(this.#device) && this.#mayWrite(given)
  }

  /** False where cells would be written from what may turn out to be wrong. */
  #mayWrite(given: readonly Given[]): boolean {
    return this.traced.writes.length === 0 || isSound(this.#device, () => this.#read(given))
  }

  async prepare(given: readonly Given[]): Promise<void> {
    await realise(this.#read(given))
    if (!this.#mayWrite(given)) await readSound(this.#device, [])
    else if (isBehind(this.#device)) await catchUp(this.#device)
    const { holdings } = this
    const compile = async (program: Program) => holdings.own(await this.#device.compile(program))
    if (this.#before !== null) this.#checking ??= await compile(this.#before.plan.program)
    this.#executable ??= await compile(this.#plan.program)
    this.#bindConstants()
  }

  /** Throws DeviceError (`device/synchronous`) where the device or the platform cannot. */
  prepareSync(given: readonly Given[]): void {
    const { name, compileSync, readInto } = this.#device
    if (compileSync === undefined || readInto === undefined) {
      throw new DeviceError(
        'device/synchronous',
        name,
        `${name} cannot run plans synchronously`,
        'await plan.run() instead',
      )
    }
    realiseSync(this.#read(given))
    const compile = (program: Program) => this.holdings.own(this.#device.compileSync!(program))
    if (this.#before !== null) this.#checking ??= compile(this.#before.plan.program)
    this.#executable ??= compile(this.#plan.program)
    this.#bindConstants()
  }

  /** Nodes that the program reads. */
  #read(given: readonly Given[]): readonly Node[] {
    const nodes = this.traced.sources.flatMap(source => {
      if (source.kind === 'place') return [source.place.tensor!.node]
      return source.kind === 'constant' ? [source.node] : []
    })
    return [...nodes, ...given.flatMap(x => (x instanceof Tensor ? [x.node] : []))]
  }

  /** Throws OpError for cells whose tensors were disposed of. */
  #bindConstants(): void {
    for (const source of this.traced.sources) {
      const tensor = source.kind === 'place' ? source.place.tensor : null
      if (tensor?.disposed)
        throw new OpError('argument/value', `run: ${tensor} of a cell was disposed of`, { op: 'run' })
    }
    for (const [i, source] of this.traced.sources.entries())
      if (source.kind === 'constant') this.#inputs[i] = source.node.memory!
  }

  /** Runs, and gives the result. Throws OpError for indices out of range. */
  runSync(given: readonly Given[]): unknown {
    const results = this.#start(given, null)
    this.#checkWords(this.#plan.checks, this.#outputs, this.#firstCheck, results)
    return this.#rebuilt(results)
  }

  /** Runs, and fills the caller's arrays. Throws as `runSync`. */
  fillSync(given: readonly Given[], out: readonly TypedArray[]): undefined {
    const results = this.#start(given, this.#ownResults(out))
    this.#checkWords(this.#plan.checks, this.#outputs, this.#firstCheck, null)
    for (let i = 0; i < out.length; i++) this.#device.readInto!(results[i]!, bytesOf(out[i]!))
  }

  /**
   * As `runSync`, where reading the device takes a wait: nothing is read, and what is wrong with indices is thrown when something
   * is. Throws OpError for indices of earlier runs.
   */
  runLater(given: readonly Given[]): unknown {
    assertSound(this.#device)
    const results = this.#start(given, null)
    const made: Node[] = []
    const result = this.#rebuilt(results, made)
    this.#note(given, made)
    return result
  }

  /** As `fillSync`, where reading the device takes a wait. */
  async fillLater(given: readonly Given[], out: readonly TypedArray[]): Promise<undefined> {
    assertSound(this.#device)
    const results = this.#start(given, this.#ownResults(out))
    this.#note(given, [])
    // Asked for before anything is awaited: a later run writes to the same memory.
    const found = await readSound(this.#device, results)
    for (let i = 0; i < out.length; i++) bytesOf(out[i]!).set(found[i]!)
  }

  /** Says from what a run computed the nodes of its results, and those of the cells that its checks do not guard. */
  #note(given: readonly Given[], made: Node[]): void {
    this.#kept?.turn()
    for (const { place, value, rewrite } of this.traced.writes)
      if (value !== null && rewrite === null) made.push(place.tensor!.node)
    ran(this.#device, this.#kept, this.#read(given), made)
  }

  /** Does what a run does before elements are read. Gives the memory of the results. */
  #start(given: readonly Given[], into: readonly Memory[] | null): readonly Memory[] {
    this.#bindInputs(given)
    if (this.#before !== null) {
      this.#checking!.run(this.#inputs, this.#before.words)
      this.#checkWords(this.#before.plan.checks, this.#before.words, 0, null)
    }
    if (this.#kept !== null) this.#bindWords(this.#kept)
    this.#feed()
    const count = this.traced.results.length
    const made: Memory[] = []
    const alloc = (bytes: number): Memory => {
      const memory = this.#device.alloc(bytes)
      made.push(memory)
      return memory
    }
    try {
      for (let i = 0; i < count; i++) {
        this.#outputs[i] = into === null ? alloc(this.#plan.program.outputs[i]!) : into[i]!
      }
      this.#writes.choose(this.#outputs, alloc)
      this.#executable!.run(this.#inputs, this.#outputs)
    } catch (error) {
      for (const memory of made) this.#device.free(memory)
      throw error
    }
    this.#writes.put(this.#outputs)
    return into ?? this.#outputs.slice(0, count)
  }

  #bindInputs(given: readonly Given[]): void {
    const { sources } = this.traced
    for (let i = 0; i < sources.length; i++) {
      const source = sources[i]!
      if (source.kind === 'place') this.#inputs[i] = source.place.tensor!.node.memory!
      if (source.kind !== 'input') continue
      const x = given[source.index]!
      this.#inputs[i] = x instanceof Tensor ? x.node.memory! : this.#written(i, x)
    }
  }

  /** Words are the last inputs and outputs. */
  #bindWords({ before, after }: KeptWords): void {
    for (const [i, memory] of before.entries()) this.#inputs[this.#inputs.length - before.length + i] = memory
    for (const [i, memory] of after.entries()) this.#outputs[this.#outputs.length - after.length + i] = memory
  }

  /** The host's elements in memory of the plan's own. */
  #written(i: number, array: TypedArray): Memory {
    const { dtype } = this.traced.graph.inputs[i]!
    this.#own[i] ??= this.holdings.alloc(array.length * ITEM_SIZE[dtype])
    const elements = dtype === 'int32' && array instanceof BigInt64Array ? asInt32(array) : array
    this.#device.write(this.#own[i]!, dtype === 'bool' ? truths(elements) : bytesOf(elements))
    return this.#own[i]!
  }

  /** What the host does in each run, in the order of the trace. */
  #feed(): void {
    const { steps } = this.traced
    for (let i = 0; i < steps.length; i++) {
      const step = steps[i]!
      if (typeof step === 'function') step()
      else {
        step.fill()
        const memory = this.#feeds[i]
        if (memory != null) this.#device.write(memory, step.bytes)
      }
    }
  }

  #ownResults(out: readonly TypedArray[]): readonly Memory[] {
    const { results } = this.traced
    const bad = (message: string) =>
      new CaptureError(
        'capture/output',
        message,
        'the arrays are those of the tensors returned, in their order',
      )
    if (out.length !== results.length)
      throw bad(`${out.length} arrays were given for ${results.length} results`)
    for (const [i, { shape, dtype }] of results.entries()) {
      const array = out[i]!
      if (!(array instanceof STORAGE_CLASS[dtype]) || array.length !== product(shape)) {
        const given = `a ${(array as object).constructor?.name} of ${array.length} elements`
        throw bad(`result ${i} is ${dtype}[${shape.join(', ')}], for which ${given} was given`)
      }
    }
    this.#results ??= results.map((_, i) => this.holdings.alloc(this.#plan.program.outputs[i]!))
    return this.#results
  }

  /** @param nodes take those of the results */
  #rebuilt(results: readonly Memory[], nodes: Node[] = []): unknown {
    let at = 0
    return this.traced.rebuild(() => {
      const { shape, dtype } = this.traced.results[at]!
      const node = new Node(shape, dtype, this.#device, { memory: results[at++]! })
      nodes.push(node)
      return new Tensor(node)
    })
  }

  /** Throws what the checks found, whose words begin at `first`. */
  #checkWords(
    checks: readonly Check[],
    words: readonly Memory[],
    first: number,
    results: readonly Memory[] | null,
  ): void {
    for (let i = 0; i < checks.length; i++) {
      this.#device.readInto!(words[first + i]!, this.#wordBytes)
      const error = checkError(checks[i]!, this.#word[0]!, this.#device.name)
      if (error === null) continue
      for (const memory of results ?? []) this.#device.free(memory)
      throw error
    }
  }
}

/** What was traced, with the host's numbers in 32 bits where they are given so. */
function narrowed(traced: Traced, specs: readonly InputSpec[]): Traced {
  const { graph, sources } = traced
  const narrow = graph.inputs.filter((_, i) => {
    const source = sources[i]!
    return source.kind === 'input' && specs[source.index]!.width === 'narrow'
  })
  return narrow.length === 0 ? traced : { ...traced, graph: withNarrowInputs(graph, new Set(narrow)) }
}

const bytesOf = (array: TypedArray): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

/** Bools are 0 and 1 in memory. */
const truths = (array: TypedArray): Uint8Array => (array as Uint8Array).map(v => (v === 0 ? 0 : 1))
