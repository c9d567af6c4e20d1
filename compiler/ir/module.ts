/** The module tree for concrete params: every module and tensor with its path in the code and its key in the state_dict. */

import type { Init, ModuleRow } from '../../runtime/nn/table/row.ts'
import type { DType } from '../../runtime/ops/dtype.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import type { Scope } from '../eval/scope.ts'
import type { Definition } from '../spec/spec.ts'
import type { Graph } from './graph.ts'

/** A parameter or buffer. Tied tensors are one instance under several names. */
export interface TensorInstance {
  readonly kind: 'parameter' | 'buffer'
  readonly persistent: boolean
  readonly mutable: boolean
  readonly requiresGrad: boolean
  readonly shape: readonly number[]
  readonly dtype: DType
  /** How PyTorch initialises it, or a graph without inputs that computes it. */
  readonly init: Init | Graph
  /** Path of names in the code, of the first place it stands at: the tensor's id. */
  readonly id: string
  readonly place: Place
}

export interface ModuleInstance {
  /** A row of the module table, a definition with a forward, a torch.nn container, or a mere path of names. */
  readonly kind: 'row' | 'definition' | 'Sequential' | 'ModuleList' | 'ModuleDict' | 'path'
  /** Path of names in the code: `layer1.0.conv1`; empty for the root. */
  readonly path: string
  readonly row: ModuleRow | null
  /** Checked constructor arguments of a row. */
  readonly args: Readonly<Record<string, unknown>>
  readonly definition: Definition | null
  /** Params and lets in whose scope the module's own expressions and its forward are evaluated. */
  readonly scope: Scope
  readonly members: ReadonlyMap<string, Member>
  readonly place: Place
}

/** A member by its name in the code; `key` is its segment in state_dict keys. Absent ones (a `when` that is false) are null. */
export type Member =
  | {
      readonly kind: 'module'
      readonly key: string
      readonly module: ModuleInstance | null
      readonly renamedFrom?: Renamed
    }
  | {
      readonly kind: 'tensor'
      readonly key: string
      readonly tensor: TensorInstance | null
      /** What stood here before a tie put another in its place: PyTorch draws its initial value all the same. */
      readonly replaced?: TensorInstance
      readonly renamedFrom?: Renamed
    }
  /** What an error left; it has been reported. */
  | { readonly kind: 'failed'; readonly key: string }

/** `renamed_from:` of a member: the key segment that it had. */
export interface Renamed {
  readonly key: string
  readonly place: Place
}

/** One entry of the state_dict, in PyTorch's order. */
export interface StateEntry {
  readonly key: string
  readonly tensor: TensorInstance
}
