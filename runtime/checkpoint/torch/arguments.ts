/** Checked access to the arguments of a call in a pickle: what is not of the expected type is refused, never coerced. */
import { CheckpointError } from '../checkpoint-error.ts'
import { type FileDType, isFileDType } from '../file-dtype.ts'
import { PyDict } from '../py-dict.ts'
import { PyFloat, PyTuple, type PyValue, StorageRef, TorchDType, TorchSize } from '../python-value.ts'
import { StoredTensor } from '../stored-tensor.ts'

/** The arguments of one call, for messages and positions. */
export class Arguments {
  readonly #callee: string
  readonly #items: readonly PyValue[]

  /** Throws pickle/refused-call unless there are between `least` and `most` arguments. */
  constructor(callee: string, items: readonly PyValue[], least: number, most = least) {
    this.#callee = callee
    this.#items = items
    if (items.length < least || items.length > most) {
      throw this.#wrong(
        `takes ${least === most ? least : `${least} to ${most}`} arguments, the file gives ${items.length}`,
      )
    }
  }

  #wrong(what: string): CheckpointError {
    return new CheckpointError('pickle/refused-call', `${this.#callee} ${what}`, {
      hint: 'the file is damaged or was made to mislead',
    })
  }

  /** For arguments that the typed accessors do not cover. */
  any(i: number): PyValue {
    return this.#items[i] ?? null
  }

  has(i: number): boolean {
    return i < this.#items.length
  }

  bool(i: number): boolean {
    const value = this.any(i)
    if (typeof value !== 'boolean') throw this.#wrong(`needs a bool as argument ${i + 1}`)
    return value
  }

  int(i: number): number {
    const value = this.any(i)
    if (typeof value !== 'number') throw this.#wrong(`needs an int as argument ${i + 1}`)
    return value
  }

  float(i: number): number {
    const value = this.any(i)
    if (value instanceof PyFloat) return value.value
    if (typeof value === 'number') return value
    throw this.#wrong(`needs a float as argument ${i + 1}`)
  }

  text(i: number): string {
    const value = this.any(i)
    if (typeof value !== 'string') throw this.#wrong(`needs a str as argument ${i + 1}`)
    return value
  }

  /** A tuple, list or torch.Size of ints. */
  ints(i: number): number[] {
    const items = this.items(i)
    return items.map(item => {
      if (typeof item !== 'number') throw this.#wrong(`needs ints in argument ${i + 1}`)
      return item
    })
  }

  /** A tuple, list or torch.Size. */
  items(i: number): readonly PyValue[] {
    const value = this.any(i)
    if (value instanceof PyTuple) return value.items
    if (value instanceof TorchSize) return value.dims
    if (Array.isArray(value)) return value
    throw this.#wrong(`needs a tuple as argument ${i + 1}`)
  }

  storage(i: number): StorageRef {
    const value = this.any(i)
    if (!(value instanceof StorageRef)) throw this.#wrong(`needs a storage as argument ${i + 1}`)
    return value
  }

  tensor(i: number): StoredTensor {
    const value = this.any(i)
    if (!(value instanceof StoredTensor)) throw this.#wrong(`needs a tensor as argument ${i + 1}`)
    return value
  }

  dtype(i: number): FileDType {
    const value = this.any(i)
    if (!(value instanceof TorchDType) || !isFileDType(value.name)) {
      throw this.#wrong(`needs a dtype as argument ${i + 1}`)
    }
    return value.name
  }

  dict(i: number): PyDict {
    const value = this.any(i)
    if (!(value instanceof PyDict)) throw this.#wrong(`needs a dict as argument ${i + 1}`)
    return value
  }
}
