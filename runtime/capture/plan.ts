/**
 * What `compile` gives: a function captured for the inputs that it was run with. It is traced when something new comes, such
 * as another shape, another mode of a module or another option of an optimizer; every other run replays.
 */
import { standIn } from '../devices/registry.ts'
import { CaptureError } from '../graph/capture-error.ts'
import { OpError } from '../ops/error.ts'
import type { Cell } from '../tensor/cell.ts'
import { currentRecording } from '../tensor/recording.ts'
import { Tensor, type TypedArray } from '../tensor/tensor.ts'
import type { Holdings } from './holdings.ts'
import { fits, type Given, type InputSpec, misfit, specsFor, specsOf } from './input-spec.ts'
import { CapturedProgram } from './program.ts'
import { traceFunction } from './trace-function.ts'

/** One captured form of the function. */
interface Variant {
  readonly specs: readonly InputSpec[]
  readonly program: CapturedProgram
}

/** Beyond, the form that was not used for longest is dropped. */
const MOST_VARIANTS = 32

/** Releases what the plans hold that were collected without being disposed of. */
const collected = new FinalizationRegistry<ReadonlySet<Holdings>>(all => {
  for (const holdings of all) holdings.release()
})

/** `R` is what the function returns: a tensor, or lists and records of tensors. */
export class Plan<R> {
  readonly #fn: (...inputs: Tensor[]) => R
  /** Null where any shapes may come. */
  #fixed: readonly InputSpec[] | null
  /** Those used last at the front. */
  #variants: Variant[] = []
  readonly #holdings = new Set<Holdings>()
  /** What runs wait for while a program is compiled, so that they keep their order. */
  #preparing: Promise<void> | null = null
  #disposed = false

  /** `compile` makes plans. */
  constructor(fn: (...inputs: Tensor[]) => R, fixed: readonly InputSpec[] | null) {
    this.#fn = fn
    this.#fixed = fixed
    collected.register(this, this.#holdings, this)
    if (fixed !== null) this.#capture(fixed)
  }

  /** The cells whose values the program reads; of the form that was captured or run last. */
  get reads(): readonly Cell[] {
    return this.#variants[0]?.program.traced.reads ?? []
  }

  /** The cells that it writes to: their values, or their gradients. */
  get writes(): readonly Cell[] {
    return this.#variants[0]?.program.traced.written ?? []
  }

  /**
   * Runs with inputs of the captured form and gives what the function returns, in new tensors without history. With `out`,
   * the results are copied into these arrays instead, in the order of the tensors in what the function returns.
   * Runs that overlap happen in the order of the calls; inputs are read when a run starts.
   *
   * Where reading takes a wait (WebGPU), a run without `out` reads nothing. An index out of range is then thrown by what reads
   * something next, or by a later run; cells that the run rewrites are left as they were, by it and by those after it.
   * @throws CaptureError where inputs or arrays do not fit, OpError for indices out of range
   */
  run(inputs: readonly Given[]): Promise<R>
  run(inputs: readonly Given[], out: readonly TypedArray[]): Promise<undefined>
  async run(inputs: readonly Given[], out?: readonly TypedArray[]): Promise<R | undefined> {
    while (this.#preparing !== null) await this.#preparing
    const program = this.#select(inputs)
    if (!program.isReady(inputs)) {
      const work = program.prepare(inputs)
      const done = () => {
        this.#preparing = null
      }
      this.#preparing = work.then(done, done)
      await work
    }
    if (program.synchronous) return this.#now(program, inputs, out)
    return out === undefined ? (program.runLater(inputs) as R) : await program.fillLater(inputs, out)
  }

  /** As `run`, at once. Throws DeviceError (`device/synchronous`) where the device or the platform cannot. */
  runSync(inputs: readonly Given[]): R
  runSync(inputs: readonly Given[], out: readonly TypedArray[]): undefined
  runSync(inputs: readonly Given[], out?: readonly TypedArray[]): R | undefined {
    const program = this.#select(inputs)
    if (!(program.synchronous && program.isReady(inputs))) program.prepareSync(inputs)
    return this.#now(program, inputs, out)
  }

  /** Frees what the plan holds. Cells and results stay. */
  dispose(): void {
    this.#disposed = true
    collected.unregister(this)
    for (const { program } of this.#variants) this.#drop(program)
    this.#variants = []
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #now(
    program: CapturedProgram,
    inputs: readonly Given[],
    out: readonly TypedArray[] | undefined,
  ): R | undefined {
    return out === undefined ? (program.runSync(inputs) as R) : program.fillSync(inputs, out)
  }

  /** The program for some inputs, captured if there is none yet. */
  #select(inputs: readonly Given[]): CapturedProgram {
    if (this.#disposed) throw new CaptureError('capture/disposed', 'the plan was disposed of')
    if (currentRecording() !== null) throw nested()
    for (const x of inputs) {
      if (x instanceof Tensor && x.disposed)
        throw new OpError('argument/value', `run: ${x} was disposed of`, { op: 'run' })
    }
    const variants = this.#variants
    for (let i = 0; i < variants.length; i++) {
      const variant = variants[i]!
      if (!fits(inputs, variant.specs) || !variant.program.holds) continue
      if (i > 0) variants.unshift(...variants.splice(i, 1))
      return variant.program
    }
    // Where the device was lost, on the one opened since.
    this.#fixed = this.#fixed?.map(spec => ({ ...spec, device: standIn(spec.device) })) ?? null
    if (this.#fixed === null) return this.#capture(specsOf(inputs))
    const specs = specsFor(inputs, this.#fixed)
    if (!fits(inputs, specs)) throw misfit(inputs, specs)
    return this.#capture(specs)
  }

  #capture(specs: readonly InputSpec[]): CapturedProgram {
    if (currentRecording() !== null) throw nested()
    const program = new CapturedProgram(traceFunction(this.#fn, specs), specs)
    this.#holdings.add(program.holdings)
    this.#variants.unshift({ specs, program })
    if (this.#variants.length > MOST_VARIANTS) this.#drop(this.#variants.pop()!.program)
    return program
  }

  #drop(program: CapturedProgram): void {
    program.holdings.release()
    this.#holdings.delete(program.holdings)
  }
}

const nested = (): CaptureError =>
  new CaptureError(
    'capture/function',
    'a plan cannot be made or run while a function is captured',
    'call the function itself there: it becomes a part of the capture',
  )
