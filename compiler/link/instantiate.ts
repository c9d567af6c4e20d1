/**
 * A compiled spec as a live module, without generated code: the module tree from the instances, the forward from the graph.
 * `run`, self-describing files and the tests use it; a generated class must agree with it.
 */
import type { KeyContract } from '../../runtime/keys/contract.ts'
import type { ModelSource } from '../../runtime/keys/index.ts'
import { Module, TableModule } from '../../runtime/nn/index.ts'
import { builderOf } from '../../runtime/tensor/builder.ts'
import { Cell } from '../../runtime/tensor/cell.ts'
import { defaultDevice } from '../../runtime/tensor/default-device.ts'
import { tidy } from '../../runtime/tensor/scope.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'
import type { Model } from '../compile.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import type { Graph } from '../ir/graph.ts'
import type { ModuleInstance, TensorInstance } from '../ir/module.ts'
import { traceModel } from '../trace/trace.ts'
import { initialTensor } from './initial-tensor.ts'
import { InputError } from './input-error.ts'
import { type LiveModel, type Output, replay } from './replay.ts'

/** A part of the tree that is no class of torch.nn; only the root computes. */
class Branch extends Module {
  readonly #type: string

  constructor(type: string) {
    super()
    this.#type = type
  }

  override get typeName(): string {
    return this.#type
  }

  forward(): never {
    throw new InputError(
      `${this.#type} is a part of a model, which computes with it`,
      'call the forward of the model',
    )
  }
}

export class SpecModule extends Module implements LiveModel {
  readonly #model: Model
  readonly #cells: Map<TensorInstance, Cell>
  readonly #modules: Map<ModuleInstance, TableModule>
  readonly #graphs = new Map<string, Graph>()
  readonly #contracts: readonly KeyContract[]

  /** `contracts` of its keys, where they are locked; `source` is what files that are saved carry. */
  constructor(model: Model, contracts: readonly KeyContract[] = [], source: ModelSource | null = null) {
    super()
    this.#model = model
    this.#contracts = contracts
    const built = build(model.root, this)
    this.#cells = built.cells
    this.#modules = built.modules
    if (source !== null) this.madeFrom(async () => source)
  }

  override get typeName(): string {
    return this.#model.file.model.name
  }

  override get keyContracts(): readonly KeyContract[] {
    return this.#contracts
  }

  /** Outputs by name from inputs by name; optional inputs may be left out. Throws InputError and OpError. */
  forward(inputs: Readonly<Record<string, Tensor>>): Record<string, Output> {
    const declared = this.#model.file.root.inputs
    for (const name of Object.keys(inputs)) {
      if (declared.some(d => d.name.name === name)) continue
      throw new InputError(
        `there is no input '${name}'`,
        `inputs: ${declared.map(d => d.name.name).join(', ')}`,
      )
    }
    const first = Object.values(inputs)[0]
    return replay(
      this.#graphFor(new Set(Object.keys(inputs))),
      inputs,
      builderOf(first?.device ?? defaultDevice()),
      this,
    )
  }

  cellOf(tensor: TensorInstance): Cell {
    return this.#cells.get(tensor)!
  }

  callModule(module: ModuleInstance, args: Readonly<Record<string, unknown>>): unknown {
    const live = this.#modules.get(module)!
    const inputs = module.row!.inputs
    const required = inputs.filter(a => a.required).map(a => args[a.name])
    const options = Object.fromEntries(inputs.filter(a => !a.required).map(a => [a.name, args[a.name]]))
    const forward: (...args: readonly unknown[]) => unknown = live.forward.bind(live) as never
    return forward(...required, options)
  }

  #graphFor(given: ReadonlySet<string>): Graph {
    const present = new Set(
      this.#model.file.root.inputs.filter(i => i.optional && given.has(i.name.name)).map(i => i.name.name),
    )
    const key = `${this.training}:${[...present].join(',')}`
    let graph = this.#graphs.get(key)
    if (graph === undefined) {
      if (!this.training && present.size === 0) graph = this.#model.graph
      else {
        const diagnostics = new Diagnostics()
        const traced = traceModel(this.#model.root, { training: this.training, present }, diagnostics)
        if (traced === null) {
          const [first] = diagnostics.sorted()
          throw new InputError(
            first?.message ?? 'the forward has no graph for these inputs',
            first?.hint ?? null,
          )
        }
        graph = traced
      }
      this.#graphs.set(key, graph)
    }
    return graph
  }
}

/** Makes the tree below an instance, in the order in which PyTorch would construct and initialise it. */
function build(
  root: ModuleInstance,
  top: Module,
): { cells: Map<TensorInstance, Cell>; modules: Map<ModuleInstance, TableModule> } {
  const cells = new Map<TensorInstance, Cell>()
  const modules = new Map<ModuleInstance, TableModule>()
  const ties: (() => void)[] = []
  /** A tensor under its own name is the one that counts; under another it gives way once all are made. */
  const place = (
    instance: ModuleInstance,
    name: string,
    tensor: TensorInstance,
    live: Module,
    key: string,
    cell: Cell,
  ): void => {
    const own = instance.path === '' ? name : `${instance.path}.${name}`
    if (tensor.id !== own) {
      ties.push(() => {
        live.shareTensor(key, cells.get(tensor)!)
        cell.held.dispose()
      })
      return
    }
    cell.requiresGrad = tensor.requiresGrad
    cells.set(tensor, cell)
  }
  const fill = (instance: ModuleInstance, live: Module): void => {
    for (const kind of ['parameter', 'buffer'] as const) {
      for (const [name, member] of instance.members) {
        if (member.kind !== 'tensor' || member.tensor?.kind !== kind) continue
        const { tensor, key } = member
        // Nothing else holds it or what it is computed from, so that what a checkpoint replaces is never drawn.
        const value = tidy(() => initialTensor(member.replaced ?? tensor))
        const cell = new Cell(value, { id: tensor.id, owned: true })
        if (kind === 'parameter') live.registerParameter(key, cell)
        else live.registerBuffer(key, cell, { persistent: tensor.persistent })
        place(instance, name, tensor, live, key, cell)
      }
    }
    for (const [name, member] of instance.members) {
      if (member.kind === 'module' && member.module !== null) {
        live.registerModule(name, construct(member.module), { key: member.key })
      }
    }
  }
  const construct = (instance: ModuleInstance): Module => {
    if (instance.row !== null) {
      const live = new TableModule(instance.row, instance.args as never)
      modules.set(instance, live)
      adopt(instance, live)
      return live
    }
    const live = new Branch(instance.definition?.name.name ?? instance.kind)
    fill(instance, live)
    return live
  }
  /** The tensors that a row made for itself. */
  const adopt = (instance: ModuleInstance, live: Module): void => {
    for (const [name, member] of instance.members) {
      if (member.kind === 'module' && member.module !== null) {
        adopt(member.module, live.ownChildren.get(member.key)!)
      } else if (member.kind === 'tensor' && member.tensor !== null) {
        const own = live.ownParameters.get(member.key) ?? live.ownBuffers.get(member.key)!.cell
        place(instance, name, member.tensor, live, member.key, own)
      }
    }
  }
  fill(root, top)
  for (const tie of ties) tie()
  return { cells, modules }
}
