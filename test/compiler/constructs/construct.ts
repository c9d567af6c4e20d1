/** A construct of the language in a small model, and what is expected of it. */
export interface Construct {
  readonly what: string
  readonly spec: string
  /** Shapes of the inputs in order; integers below 5 for int64 inputs. */
  readonly inputs: readonly (readonly number[])[]
  readonly keys?: readonly string[]
  readonly shapes?: readonly (readonly number[])[]
}
