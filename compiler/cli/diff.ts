/** `holdfast diff A B`: what differs between two checkpoints, whatever formats they have. */
import { type Checkpoint, CheckpointError, openPath } from '../../runtime/checkpoint/index.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { type Change, diffLeaves } from './checkpoint-diff.ts'
import { type Leaves, leavesOf, onlyStateDict } from './checkpoint-leaves.ts'
import { type CommandOutput, checkpointFault } from './inspect.ts'

export interface DiffOptions {
  /** One JSON object: `{a, b, equal, compared, changes: {<path>: {kind, ...}}}`. */
  readonly json?: boolean
  /** Largest difference of two elements that are taken as equal, default 0. */
  readonly atol?: string
  /** The same, as a part of the element of B, default 0. */
  readonly rtol?: string
  /** Also whole modules and TorchScript archives, read inertly. */
  readonly full?: boolean
}

/** Exit code: 0 when they are equal; 1 when they differ or one cannot be read; 2 for wrong usage. */
export async function diff(a: string, b: string, options: DiffOptions, io: CommandOutput): Promise<number> {
  const [absolute, relative] = [options.atol, options.rtol].map(text => Number(text ?? 0)) as [number, number]
  if (!(absolute >= 0 && relative >= 0)) {
    io.stderr('error: --atol and --rtol take a number that is not negative\n')
    return 2
  }
  const opened: Checkpoint[] = []
  let reading = a
  try {
    for (const file of [a, b]) {
      reading = file
      opened.push(await openPath(file, { full: options.full ?? false, torchScript: true }))
    }
    const [left, right, note] = comparable(opened[0] as Checkpoint, opened[1] as Checkpoint)
    const changes = await diffLeaves(left, right, { absolute, relative })
    const compared = [...left.keys()].filter(path => right.has(path)).length
    if (options.json) {
      const report = { a, b, equal: changes.size === 0, compared, changes: plainObject(changes) }
      io.stdout(`${JSON.stringify(report)}\n`)
    } else {
      if (note !== '') io.stderr(`${note}\n`)
      for (const [path, change] of changes) io.stdout(`${changeLine(path, change)}\n`)
      io.stdout(`${summary(changes, compared)}\n`)
    }
    return changes.size === 0 ? 0 : 1
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error
    io.stderr(checkpointFault(reading, error))
    return 1
  } finally {
    for (const checkpoint of opened) await checkpoint.close()
  }
}

/** Everything in both; where they have no path in common, the state_dict of each, if there is only one. */
function comparable(a: Checkpoint, b: Checkpoint): [a: Leaves, b: Leaves, note: string] {
  const [left, right] = [leavesOf(a), leavesOf(b)]
  const [leftState, rightState] = [onlyStateDict(a), onlyStateDict(b)]
  const common = [...left.keys()].some(path => right.has(path))
  if (common || leftState === undefined || rightState === undefined) return [left, right, '']
  return [
    leftState,
    rightState,
    'the files are built differently: their state_dicts are compared, nothing else',
  ]
}

/** One difference on a line: what is only in one, `~` for other elements, `!` for another type, shape or value. */
export function changeLine(path: string, change: Change): string {
  const name = safeText(path === '' ? '(the root)' : path)
  switch (change.kind) {
    case 'removed':
      return `- ${name}  ${safeText(change.what)}`
    case 'added':
      return `+ ${name}  ${safeText(change.what)}`
    case 'values': {
      const largest = change.largest === null ? '' : `, by ${Number(change.largest.toPrecision(3))} at most`
      return `~ ${name}  ${change.what}: ${change.different} of ${change.elements} elements differ${largest}`
    }
    default:
      return `! ${name}  ${safeText(change.from)} -> ${safeText(change.to)}`
  }
}

function summary(changes: ReadonlyMap<string, Change>, compared: number): string {
  const count = (...kinds: Change['kind'][]) =>
    [...changes.values()].filter(({ kind }) => kinds.includes(kind)).length
  const [removed, added] = [count('removed'), count('added')]
  const different = changes.size - removed - added
  if (changes.size === 0) return `equal: ${compared} values`
  return `${compared - different} equal, ${different} different, ${removed} only in the first, ${added} only in the second`
}

function plainObject(changes: ReadonlyMap<string, Change>): Record<string, Change> {
  const object: Record<string, Change> = Object.create(null)
  for (const [path, change] of changes) object[path] = change
  return object
}
