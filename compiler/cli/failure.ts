/** What a command prints when it cannot do its work, and with which code it ends. Never a stack trace. */
// From their own files: every command loads this one, few the whole runtime.
import { CheckpointError } from '../../runtime/checkpoint/checkpoint-error.ts'
import { DataError } from '../../runtime/data/data-error.ts'
import { DeviceError } from '../../runtime/devices/device.ts'
import { KeysError } from '../../runtime/keys/keys-error.ts'
import { StateDictError } from '../../runtime/nn/state-dict-error.ts'
import { OpError } from '../../runtime/ops/error.ts'
import { TrainError } from '../../runtime/train/train-error.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { EmbeddedSpecError } from '../link/embedded-spec-error.ts'
import { InputError } from '../link/input-error.ts'
import type { Terminal } from './terminal.ts'

/** The command line itself is wrong: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** What a command was given is at fault: exit code 1. `code` is stable, as the codes of diagnostics are. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: string
  readonly hint: string | null

  constructor(code: string, message: string, hint: string | null = null) {
    super(message)
    this.code = code
    this.hint = hint
  }
}

/** Prints an error that a command threw, and gives the exit code. */
export function reportFailure(error: unknown, terminal: Terminal): number {
  if (error instanceof UsageError) {
    terminal.stderr(`error: ${error.message}\n`)
    return 2
  }
  if (isFault(error)) {
    terminal.stderr(faultText(error.code, error.message, error.hint ?? null))
    return error.code === 'device/unknown' ? 2 : 1
  }
  if (isSystemError(error)) {
    terminal.stderr(faultText('file/system', systemReason(error), null))
    return 1
  }
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  terminal.stderr(`internal error: ${oneLine(message)}\nThis is a bug in Holdfast. Please report it.\n`)
  if (process.env.HOLDFAST_DEBUG && error instanceof Error) terminal.stderr(`${error.stack}\n`)
  else terminal.stderr('hint: HOLDFAST_DEBUG=1 shows where it happened\n')
  return 1
}

type Fault =
  | CommandError
  | KeysError
  | EmbeddedSpecError
  | CheckpointError
  | DeviceError
  | StateDictError
  | OpError
  | InputError
  | DataError
  | TrainError

const isFault = (error: unknown): error is Fault =>
  error instanceof CommandError ||
  error instanceof KeysError ||
  error instanceof EmbeddedSpecError ||
  error instanceof CheckpointError ||
  error instanceof DeviceError ||
  error instanceof StateDictError ||
  error instanceof OpError ||
  error instanceof InputError ||
  error instanceof DataError ||
  error instanceof TrainError

/** `error[code] message`, of which a message in several lines keeps its lines, and the hint. */
export function faultText(code: string, message: string, hint: string | null): string {
  const lines = message.split('\n').map(line => line.replace(/^\t/, '  '))
  const text = [`error[${code}] ${safeText(lines[0]!)}`, ...lines.slice(1).map(line => `  ${safeText(line)}`)]
  if (hint !== null) text.push(`hint: ${safeText(hint)}`)
  return text.map(line => `${line.trimEnd()}\n`).join('')
}

interface SystemError extends Error {
  readonly code: string
  readonly path?: string
}

/** An error of the operating system, as `node:fs` throws it. */
export const isSystemError = (error: unknown): error is SystemError =>
  error instanceof Error && 'syscall' in error && 'code' in error && typeof error.code === 'string'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file or folder',
  ENOTDIR: 'a part of the path is no folder',
  EISDIR: 'it is a folder',
  EACCES: 'access is denied',
  EPERM: 'it is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'no space is left on the device',
  EEXIST: 'it exists already',
  EMFILE: 'too many files are open',
  EBUSY: 'it is in use',
  ENOTEMPTY: 'the folder is not empty',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
}

export function systemReason(error: SystemError, path = error.path): string {
  const reason = REASONS[error.code] ?? error.code
  return path === undefined ? reason : `${path}: ${reason}`
}

const oneLine = (text: string): string => text.split('\n')[0]!.slice(0, 300)
