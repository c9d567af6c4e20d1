/** Modules made from the rows of the module table. */
import type { Arg, Given, Options, Values } from '../ops/args.ts'
import { bindArgs } from '../ops/bind.ts'
import { OpError } from '../ops/error.ts'
import type { ReturnKind, Returns } from '../ops/function.ts'
import { builderOf } from '../tensor/builder.ts'
import { Cell } from '../tensor/cell.ts'
import { defaultDevice } from '../tensor/default-device.ts'
import { Tensor } from '../tensor/tensor.ts'
import { extraRepr } from './extra-repr.ts'
import type { Fields } from './fields.ts'
import { initialState } from './initial-state.ts'
import type { StateLoad } from './load-state-dict.ts'
import { Module } from './module.ts'
import { isModuleName, modules } from './table/index.ts'
import type { ModuleRow, Submodule } from './table/row.ts'

/** Required inputs in order, the others by name in one trailing object. */
export type ForwardArgs<I extends readonly Arg[]> = [...RequiredInputs<I>, options?: OptionalInputs<I>]

type RequiredInputs<I extends readonly Arg[]> = I extends readonly [
  infer First extends Arg,
  ...infer Rest extends readonly Arg[],
]
  ? First['required'] extends true
    ? [Given<First['kind'], Tensor>, ...RequiredInputs<Rest>]
    : RequiredInputs<Rest>
  : []

type OptionalInputs<I extends readonly Arg[]> = {
  readonly [X in I[number] as X['required'] extends true ? never : X['name']]?:
    | Given<X['kind'], Tensor>
    | undefined
}

const isTensor = (v: unknown): v is Tensor => v instanceof Tensor
const noTensor = (_: unknown): _ is never => false

/** A child whose place and kind PyTorch fixes: it holds tensors and a name; its parent computes. */
class FixedChild extends Module {
  readonly #type: string
  readonly #text: string

  constructor({ type, args }: Submodule) {
    super()
    this.#type = type
    const name = type === 'NonDynamicallyQuantizableLinear' ? 'Linear' : type
    const row = isModuleName(name) ? (modules[name] as unknown as ModuleRow) : null
    this.#text = row === null ? '' : extraRepr(row, bindArgs(row.args, [], args, noTensor))
  }

  override get typeName(): string {
    return this.#type
  }

  override extraRepr(): string {
    return this.#text
  }

  forward(): never {
    throw new OpError(
      'op/unsupported',
      `this ${this.#type} is a part of its parent, which computes with it`,
      {
        hint: 'call the forward of the parent',
      },
    )
  }
}

/** An instance of a class of torch.nn. */
export class TableModule<
  A extends readonly Arg[] = readonly Arg[],
  I extends readonly Arg[] = readonly Arg[],
  R extends ReturnKind = ReturnKind,
> extends Module {
  readonly #row: ModuleRow<string, A, I, R>
  /** The constructor's arguments, defaults filled in, under PyTorch's names. */
  readonly args: Values<A, never>
  readonly #state = new Map<string, Cell>()

  /** Throws OpError for arguments that do not fit. */
  constructor(row: ModuleRow<string, A, I, R>, options: Options<A, never>) {
    super()
    this.#row = row
    this.args = named(row.name, () => bindArgs(row.args, [], options, noTensor))
    const state = named(row.name, () => row.state(this.args))
    const tensors = initialState(state, row.initSteps?.(this.args) ?? state)
    const owners = this.#makeChildren(row.submodules?.(this.args) ?? [])
    for (const { name, kind, persistent } of state) {
      const trained = kind === 'parameter' && !this.#frozen()
      const cell = new Cell(tensors.get(name)!, { requiresGrad: trained, owned: true })
      this.#state.set(name, cell)
      const dot = name.lastIndexOf('.')
      const owner = owners.get(name.slice(0, Math.max(dot, 0)))!
      const segment = name.slice(dot + 1)
      if (kind === 'parameter') owner.registerParameter(segment, cell)
      else owner.registerBuffer(segment, cell, { persistent })
    }
    this.#defineFields()
  }

  /** Embedding's `_freeze`. */
  #frozen(): boolean {
    return '_freeze' in this.args && this.args._freeze === true
  }

  #makeChildren(children: readonly Submodule[]): ReadonlyMap<string, Module> {
    const owners = new Map<string, Module>([['', this]])
    for (const child of children) {
      const dot = child.name.lastIndexOf('.')
      const owner = owners.get(child.name.slice(0, Math.max(dot, 0)))!
      owners.set(child.name, owner.registerModule(child.name.slice(dot + 1), new FixedChild(child)))
    }
    return owners
  }

  /** `conv.weight`, `conv.bias`: the cells as fields; null where the arguments left one out. */
  #defineFields(): void {
    const value = (name: string) => ({
      value: this.#state.get(name) ?? null,
      enumerable: true,
      configurable: true,
    })
    for (const name of [...(this.#row.fields ?? []), ...this.#state.keys()]) {
      if (!name.includes('.')) Object.defineProperty(this, name, value(name))
    }
  }

  override shareTensor(name: string, cell: Cell | Module | null): void {
    super.shareTensor(name, cell)
    if (cell === null || cell instanceof Module) return
    this.#state.set(name, cell)
    this.#defineFields()
  }

  override get typeName(): string {
    return this.#row.name
  }

  override get stateVersion(): number {
    return this.#row.version
  }

  override extraRepr(): string {
    return extraRepr(this.#row as unknown as ModuleRow, this.args as Values<readonly Arg[], never>)
  }

  forward(...inputs: ForwardArgs<I>): Returns<Tensor>[R] {
    const row = this.#row
    return named(row.name, () => {
      const values = bindInputs(row.inputs, inputs)
      const state: Record<string, Tensor> = {}
      for (const [name, cell] of this.#state) state[name] = cell.held
      const on = firstTensor(Object.values(values)) ?? Object.values(state)[0]
      const b = builderOf(on?.device ?? defaultDevice())
      const { out, updates } = row.forward(b, state, values, this.args, this.training)
      for (const [name, value] of Object.entries(updates ?? {})) {
        this.#state.get(name)!.adopt(value)
      }
      return out
    })
  }

  /** What older PyTorch wrote for norms with running statistics. */
  upgradeState(load: StateLoad, tensors: Map<string, Tensor>, prefix: string): void {
    if (this.#row.version < 2) return
    const version = load.versionAt(prefix)
    const counter = this.#state.get('num_batches_tracked')
    const key = `${prefix}num_batches_tracked`
    if (counter !== undefined && (version ?? 0) < 2 && !tensors.has(key)) {
      tensors.set(key, counter.value)
    }
    if (counter === undefined && version === undefined && this.#row.name.startsWith('InstanceNorm')) {
      this.#refuseStatistics(load, tensors, prefix)
    }
  }

  #refuseStatistics(load: StateLoad, tensors: Map<string, Tensor>, prefix: string): void {
    const keys = ['running_mean', 'running_var'].map(n => prefix + n).filter(k => tensors.has(k))
    if (keys.length === 0) return
    const { name } = this.#row
    load.errors.push(
      `Unexpected running stats buffer(s) ${keys.map(k => `"${k}"`).join(' and ')} for ${name} with track_running_stats=False. If state_dict is a checkpoint saved before 0.4.0, this may be expected because ${name} does not track running stats by default since 0.4.0. Please remove these keys from state_dict. If the running stats are actually needed, instead set track_running_stats=True in ${name} to enable them. See the documentation of ${name} for details.`,
    )
    for (const key of keys) tensors.delete(key)
  }
}

/** Puts the class's name into the errors of `fn`. */
function named<T>(name: string, fn: () => T): T {
  try {
    return fn()
  } catch (error) {
    if (error instanceof OpError) error.op ??= name
    throw error
  }
}

function bindInputs<I extends readonly Arg[]>(inputs: I, given: readonly unknown[]): Values<I, Tensor> {
  const count = inputs.filter(a => a.required).length
  const options = given[count] as Readonly<Record<string, unknown>> | undefined
  if (
    given.length > count + 1 ||
    (options !== undefined && (typeof options !== 'object' || isTensor(options)))
  ) {
    throw new OpError('argument/unknown', `${count} inputs by position and one object of options are taken`, {
      hint: `inputs: ${inputs.map(a => a.name).join(', ')}`,
    })
  }
  return bindArgs(inputs, given.slice(0, count), options ?? {}, isTensor)
}

function firstTensor(values: readonly unknown[]): Tensor | undefined {
  return values.flat().find(isTensor)
}

/** An instance with its tensors as fields. */
export type Instance<
  N extends string,
  A extends readonly Arg[],
  I extends readonly Arg[],
  R extends ReturnKind,
> = TableModule<A, I, R> & (N extends keyof Fields ? Fields[N] : unknown)

/** `options` can be left out where no argument is required. */
type ConstructorArgs<A extends readonly Arg[], Also = unknown> =
  Record<never, never> extends Options<A, never>
    ? [options?: Options<A, never> & Also]
    : [options: Options<A, never> & Also]

/** The class of a row. Where `return_indices` decides, its instances' forward is typed by it. */
export type ModuleClass<Row> =
  Row extends ModuleRow<infer N, infer A, infer I, infer R>
    ? 'pair' extends R
      ? 'tensor' extends R
        ? {
            new (options: Options<A, never> & { readonly return_indices: true }): Instance<N, A, I, 'pair'>
            new (
              ...args: ConstructorArgs<A, { readonly return_indices?: false }>
            ): Instance<N, A, I, 'tensor'>
          }
        : new (
            ...args: ConstructorArgs<A>
          ) => Instance<N, A, I, R>
      : new (
          ...args: ConstructorArgs<A>
        ) => Instance<N, A, I, R>
    : never

/** The class of a row of the module table: `new Conv2d({ in_channels: 3, out_channels: 64, kernel_size: 7 })`. */
export function moduleClass<Row extends { readonly name: string }>(row: Row): ModuleClass<Row> {
  const erased = row as unknown as ModuleRow
  const cls = class extends TableModule {
    constructor(options: Options<readonly Arg[], never> = {}) {
      super(erased, options)
    }
  }
  Object.defineProperty(cls, 'name', { value: row.name })
  return cls as unknown as ModuleClass<Row>
}
