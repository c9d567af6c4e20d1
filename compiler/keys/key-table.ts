/** The state_dict of a module tree: keys in PyTorch's order, tied tensors under every key. */
import { duplicateKey } from '../diagnostics/catalogue/elaborate.ts'
import type { Diagnostics } from '../diagnostics/diagnostic.ts'
import type { ModuleInstance, StateEntry, TensorInstance } from '../ir/module.ts'

/** All tensors with their keys, those of non-persistent buffers too: own parameters, own buffers, then children in order. */
function* walk(module: ModuleInstance, prefix: string): Generator<StateEntry> {
  for (const kind of ['parameter', 'buffer'] as const) {
    for (const member of module.members.values()) {
      if (member.kind === 'tensor' && member.tensor?.kind === kind) {
        yield { key: prefix + member.key, tensor: member.tensor }
      }
    }
  }
  for (const member of module.members.values()) {
    if (member.kind === 'module' && member.module !== null)
      yield* walk(member.module, `${prefix}${member.key}.`)
  }
}

/** Keys of buffers that are no part of the state_dict. */
export const unsavedKeys = (root: ModuleInstance): ReadonlySet<string> =>
  new Set([...walk(root, '')].filter(e => !e.tensor.persistent).map(e => e.key))

/** What `state_dict()` of the module has, in its order. */
export const stateEntries = (root: ModuleInstance): readonly StateEntry[] =>
  [...walk(root, '')].filter(e => e.tensor.persistent)

/** Every tensor once, with its first key: the parameters and buffers of the module. */
export function tensorsOf(root: ModuleInstance): readonly StateEntry[] {
  const seen = new Set<TensorInstance>()
  return [...walk(root, '')].filter(e => !seen.has(e.tensor) && seen.add(e.tensor))
}

/** Two different tensors must not have one key; `key:` on different levels can make that happen. */
export function checkKeys(root: ModuleInstance, diagnostics: Diagnostics): void {
  const owners = new Map<string, TensorInstance>()
  for (const { key, tensor } of walk(root, '')) {
    const other = owners.get(key)
    if (other !== undefined && other !== tensor) diagnostics.add(duplicateKey(tensor.place, key, other.id))
    owners.set(key, tensor)
  }
}
