/** What a shape, dtype or argument rule reports. The compiler adds the place in the spec, the runtime the device. */

export type OpErrorCode =
  | 'shape/mismatch'
  | 'shape/rank'
  | 'shape/range'
  | 'dtype/mismatch'
  | 'argument/value'
  | 'argument/missing'
  | 'argument/unknown'
  | 'op/unsupported'

export class OpError extends Error {
  override readonly name = 'OpError'
  readonly code: OpErrorCode
  /** The op as the user called it, e.g. `conv2d`; set where the rule did not know it. */
  op: string | null
  readonly hint: string | null

  constructor(code: OpErrorCode, message: string, facts: { op?: string; hint?: string } = {}) {
    super(message)
    this.code = code
    this.op = facts.op ?? null
    this.hint = facts.hint ?? null
  }
}
