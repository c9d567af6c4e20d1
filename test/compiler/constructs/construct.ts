/** A construct of the language in a small model, and what is expected of it. */
export interface Construct {
  readonly what: string
  readonly spec: string
  /** Shapes of the inputs in order; integers below 5 for int64 inputs. */
  readonly inputs: readonly (readonly number[])[]
  /** Other params than the defaults, for which the same class has to agree too. */
  readonly others?: readonly Readonly<Record<string, string | number | boolean>>[]
  readonly keys?: readonly string[]
  readonly shapes?: readonly (readonly number[])[]
}
