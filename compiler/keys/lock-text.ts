/**
 * The text of a lock: YAML with one line per tensor, in the order of state_dict. Canonical: the same lock has the same bytes. Each
 * generation carries a digest of its lines, so that what was edited or merged by hand is noticed.
 */
import { Sha256 } from '../../runtime/checkpoint/index.ts'
import type { Lock, LockEntry, LockedGeneration, LockedMember } from './lock.ts'

/** What a lock begins with. */
const HEAD = `# The keys of a model, as its checkpoints have them. Written by \`holdfast lock\`: review it, do not edit it.
lock: 1
`

export const printLock = (lock: Lock): string =>
  `${HEAD}model: ${scalar(lock.model)}\ngenerations:\n${lock.generations.map(printGeneration).join('')}`

function printGeneration(generation: LockedGeneration): string {
  const head = `  - generation: ${generation.generation}\n    digest: ${scalar(generationDigest(generation))}\n    presets:\n`
  return head + body(generation)
}

/** The first half of the SHA-256 of its lines. */
export const generationDigest = (generation: LockedGeneration): string =>
  new Sha256()
    .update(new TextEncoder().encode(body(generation)))
    .hex()
    .slice(0, 32)

const body = ({ members }: LockedGeneration): string =>
  [...members].map(([name, member]) => printMember(name, member)).join('')

function printMember(name: string, { params, renamed, tensors, dropped }: LockedMember): string {
  return [
    `      ${scalar(name)}:\n`,
    section('params', params),
    section('renamed', renamed),
    section(
      'tensors',
      tensors.map(t => [t.key, printEntry(t)]),
    ),
    section('dropped', dropped),
  ].join('')
}

function section(name: string, entries: Iterable<readonly [string, string]>): string {
  const lines = [...entries].map(([key, value]) => `          ${scalar(key)}: ${scalar(value)}\n`)
  return lines.length === 0 ? '' : `        ${name}:\n${lines.join('')}`
}

/** `parameter float32[2*width=64, 3] id=conv.weight`. */
function printEntry({ id, key, shape, dims, dtype, kind, tie }: LockEntry): string {
  const sizes = shape.map((size, i) => (dims[i] == null ? `${size}` : `${dims[i]}=${size}`))
  const own = id === key ? '' : ` id=${word(id)}`
  return `${kind} ${dtype}[${sizes.join(', ')}]${own}${tie === null ? '' : ` tie=${word(tie)}`}`
}

const word = (text: string): string => (/^[^\s"]+$/.test(text) ? text : JSON.stringify(text))

const entryForm =
  /^(parameter|buffer) (\w+)\[([^\]]*)\](?: id=("(?:[^"\\]|\\.)*"|[^\s"]+))?(?: tie=("(?:[^"\\]|\\.)*"|[^\s"]+))?$/

/** Null for what is no such line. Whether the dtype is one is not looked at. */
export function readEntry(key: string, text: string): LockEntry | null {
  const found = entryForm.exec(text)
  if (found === null) return null
  const [, kind, dtype, inner, id, tie] = found as unknown as [string, ...(string | undefined)[]]
  const sizes = inner === '' ? [] : inner!.split(', ').map(part => /^(?:(.+)=)?(\d+)$/.exec(part))
  if (sizes.includes(null)) return null
  const [own, owner] = [id === undefined ? key : unquoted(id), tie === undefined ? null : unquoted(tie)]
  if (own === undefined || owner === undefined) return null
  return {
    id: own,
    key,
    shape: sizes.map(size => Number(size![2])),
    dims: sizes.map(size => size![1] ?? null),
    dtype: dtype as LockEntry['dtype'],
    kind: kind as LockEntry['kind'],
    tie: owner,
  }
}

/** Undefined for quotes that hold no text. */
function unquoted(name: string): string | undefined {
  if (!name.startsWith('"')) return name
  try {
    return String(JSON.parse(name))
  } catch {
    return undefined
  }
}

/** Plain where YAML reads the very text, as a string or an int. */
function scalar(text: string): string {
  const plain = /^[A-Za-z_][\w.-]*$/.test(text) || /^(0|[1-9]\d*)$/.test(text) || entryPlain.test(text)
  if (plain && !/^(null|true|false|yes|no|on|off|y|n)$/i.test(text)) return text
  return /^[^'\p{Cc}\p{Cs}]*$/u.test(text) ? `'${text}'` : JSON.stringify(text)
}

const entryPlain = /^(parameter|buffer) [\w.,=*+/()[\]@ -]*$/
