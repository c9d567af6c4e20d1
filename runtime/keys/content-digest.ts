/** Digests of what a checkpoint holds, whatever the order and layout in which it is written. */
import { digestTensorContent } from '../checkpoint/digest.ts'
import { PyDict } from '../checkpoint/py-dict.ts'
import { PyTuple, type PyValue } from '../checkpoint/python-value.ts'
import { Sha256 } from '../checkpoint/sha256.ts'
import { StoredTensor } from '../checkpoint/stored-tensor.ts'

export interface ContentDigest {
  /** SHA-256 of the tensors' digests in the order of their paths. */
  readonly digest: string
  /** By path: keys and indices that lead to the tensor, with `/` between them; the key alone in a plain state_dict. */
  readonly tensors: { readonly [path: string]: string }
}

/** Of all dense tensors in a tree. Reads their data. */
export async function contentDigest(value: PyValue): Promise<ContentDigest> {
  const found = [...tensorsIn(value)].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
  const tensors: Record<string, string> = Object.create(null)
  // Tied names have one tensor, whose data is read once.
  const known = new Map<StoredTensor, string>()
  const all = new Sha256()
  const text = new TextEncoder()
  for (const [path, tensor] of found) {
    const digest = known.get(tensor) ?? (await digestTensorContent(tensor))
    known.set(tensor, digest)
    tensors[path] = digest
    all.update(text.encode(`${JSON.stringify(path)} ${digest}\n`))
  }
  return { digest: all.hex(), tensors }
}

const MAX_DEPTH = 16

function* tensorsIn(root: PyValue): Generator<[string, StoredTensor]> {
  const seen = new Set<PyValue>()
  const pending: { path: string; value: PyValue; depth: number }[] = [{ path: '', value: root, depth: 0 }]
  while (pending.length > 0) {
    const { path, value, depth } = pending.pop()!
    if (value instanceof StoredTensor) {
      yield [path, value]
      continue
    }
    const items = value instanceof PyTuple ? value.items : Array.isArray(value) ? value : null
    if (!(value instanceof PyDict) && items === null) continue
    // Structure that is shared is met once: a small file could unfold without end.
    if (seen.has(value) || depth === MAX_DEPTH) continue
    seen.add(value)
    const children = value instanceof PyDict ? value.entries() : [...items!.entries()]
    for (const [key, child] of children) {
      if (typeof key !== 'string' && typeof key !== 'number') continue
      pending.push({ path: path === '' ? `${key}` : `${path}/${key}`, value: child, depth: depth + 1 })
    }
  }
}
