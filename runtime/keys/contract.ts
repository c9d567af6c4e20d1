/**
 * The key contract of a model, as generated classes, instances and files carry it: what each generation's state_dict holds, and
 * the migrations between them. Data, without a function in it.
 */
import type { DType } from '../ops/dtype.ts'
import type { Step } from './step.ts'

/** One entry of a generation's state_dict. */
export interface LockedTensor {
  /** Stable over all generations: the key that the tensor had when it was locked first, or the one that a step gave it. */
  readonly id: string
  readonly key: string
  readonly shape: readonly number[]
  readonly dtype: DType
  readonly kind: 'parameter' | 'buffer'
  /** The id of the tensor of which this key is another name. */
  readonly tie: string | null
}

/** What a checkpoint of one generation holds. */
export interface Generation {
  readonly generation: number
  /** In the order of state_dict. */
  readonly tensors: readonly LockedTensor[]
  /** Ids in the order of `parameters()`: the positions of an optimizer's state. */
  readonly parameters: readonly string[]
}

/** From one generation to the next. */
export interface Migration {
  readonly from: number
  readonly to: number
  readonly steps: readonly Step[]
}

/** A foreign layout of keys: the steps that lead from it to the generation that it was written for. */
export interface Layout {
  readonly name: string
  readonly to: number
  /** Paths of its modules in their order, by which optimizers know their state; see module-order.ts. Absent where nobody has said it. */
  readonly order?: readonly string[]
  readonly steps: readonly Step[]
}

export interface KeyContract {
  readonly model: string
  /** The member of the family whose shapes these are; null for the defaults of a model without presets, and for other params. */
  readonly preset: string | null
  /** Ascending; the last is what the code has now. */
  readonly generations: readonly Generation[]
  readonly migrations: readonly Migration[]
  readonly layouts: readonly Layout[]
  /** For a member of the family that is no preset: why generations before the first are not known; empty where all are. */
  readonly unproven?: string
}
