/** How many values the parts of one checkpoint may hold together: each part alone is bounded where it is read. */
import { distinctObjects } from './check-tree.ts'
import { CheckpointError } from './checkpoint-error.ts'
import type { PyValue } from './python-value.ts'

const MAX_OBJECTS = 1_500_000

export class PartBudget {
  #objects = 0

  /** After a part was read and is kept. Throws limit/exceeded. */
  keep(value: PyValue): void {
    this.#objects += distinctObjects(value).length
    if (this.#objects > MAX_OBJECTS)
      throw new CheckpointError('limit/exceeded', `the parts hold more than ${MAX_OBJECTS} values`)
  }
}
