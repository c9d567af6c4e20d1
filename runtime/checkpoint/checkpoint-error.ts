/** What is wrong with a checkpoint, as one closed list: the part before the slash says which layer noticed. */
export type CheckpointErrorCode =
  | 'file/unknown-format'
  | 'file/truncated'
  | 'file/read'
  | 'zip/corrupt'
  | 'zip/unsupported'
  | 'zip/missing-record'
  | 'zip/crc'
  | 'pickle/corrupt'
  | 'pickle/unsupported'
  | 'pickle/refused-global'
  | 'pickle/refused-call'
  | 'tensor/geometry'
  | 'tensor/storage'
  | 'tensor/unsupported'
  | 'torchscript/refused'
  | 'legacy/corrupt'
  | 'tar/corrupt'
  | 'module/unreadable'
  | 'exported/corrupt'
  | 'distributed/corrupt'
  | 'safetensors/corrupt'
  | 'limit/exceeded'
  | 'state-dict/missing'
  | 'state-dict/ambiguous'
  | 'state-dict/mismatch'
  | 'merge/duplicate-key'
  | 'file/write'
  | 'write/unsupported'
  | 'write/exists'
  | 'write/shared-memory'

export interface CheckpointErrorFacts {
  /** Byte position in the file or in the record named by `record`. */
  readonly position?: number
  /** Name of the record inside an archive. */
  readonly record?: string
  /** Full name of the global that was refused, e.g. `os.system`. */
  readonly global?: string
  /** What the reader can do about it. */
  readonly hint?: string
}

/**
 * The only error that reading or writing a checkpoint throws for a fault of its input.
 * `message` holds the position, `hint` stands apart.
 */
export class CheckpointError extends Error {
  readonly code: CheckpointErrorCode
  readonly position: number | undefined
  readonly record: string | undefined
  readonly global: string | undefined
  readonly hint: string | undefined

  constructor(code: CheckpointErrorCode, message: string, facts: CheckpointErrorFacts = {}) {
    super(message + where(facts))
    this.name = 'CheckpointError'
    this.code = code
    this.position = facts.position
    this.record = facts.record
    this.global = facts.global
    this.hint = facts.hint
  }
}

function where({ position, record }: CheckpointErrorFacts): string {
  if (position === undefined) return record === undefined ? '' : ` (in ${record})`
  return record === undefined ? ` (at byte ${position})` : ` (at byte ${position} of ${record})`
}

/** Name or text from a file, shortened and quoted for a message. */
export function quoted(text: string): string {
  return JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}...` : text)
}
