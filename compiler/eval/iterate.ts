/** What `for` and unpacking see: the items of a value. */

import { isSym, printDim } from '../../runtime/ops/dim.ts'
import { loopOnSize, notIterable } from '../diagnostics/catalogue/evaluate.ts'
import type { Node } from '../parse/python/ast.ts'
import type { Machine } from './machine.ts'
import { functionRows } from './names.ts'
import type { Frame } from './scope.ts'
import { describeKind, int, str, type Value } from './value.ts'

/** undefined after an error. */
export function iterate(
  value: Value,
  node: Node,
  frame: Frame,
  machine: Machine,
): readonly Value[] | undefined {
  switch (value.kind) {
    case 'list':
    case 'tuple':
      return value.items
    case 'dict':
      return [...value.entries.keys()].map(k => (typeof k === 'string' ? str(k) : int(k)))
    case 'str':
      return [...value.value].map(str)
    case 'module':
      if (value.module.kind === 'Sequential' || value.module.kind === 'ModuleList') return modulesOf(value)
      if (value.module.kind === 'ModuleDict') return [...value.module.members.keys()].map(str)
      break
    case 'tensor': {
      const size = value.value.aval.shape[0]
      if (size === undefined) break
      if (isSym(size)) {
        machine.report(loopOnSize(machine.place(node, frame), printDim(size)))
        return undefined
      }
      const parts = machine.tensors.callFunction(
        functionRows('unbind'),
        'unbind',
        [{ name: null, value, node }],
        node,
        frame,
      )
      return parts.kind === 'tuple' || parts.kind === 'list' ? parts.items : undefined
    }
    case 'error':
      return undefined
  }
  machine.report(notIterable(machine.place(node, frame), describeKind(value)))
  return undefined
}

/** The children of a container that are there, in order. */
export function modulesOf(value: Value & { kind: 'module' }): readonly Value[] {
  return [...value.module.members.values()].flatMap(m =>
    m.kind === 'module' && m.module !== null ? [{ kind: 'module', module: m.module } as const] : [],
  )
}
