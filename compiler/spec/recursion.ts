/** A module that contains itself has no end: refused before anything is made of it. */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Diagnostics } from '../diagnostics/diagnostic.ts'
import type { Definition, Entry, ModuleBody, SpecFile, TypeRef } from './spec.ts'

/** Later phases recurse from definition to definition. Real models have six levels. */
const maxDepth = 100

/**
 * Reports each cycle among the definitions of a file once, at the entry that closes it; imports have no cycles. False if
 * there is one, or if definitions are nested too deeply: nothing can be made of the file then.
 */
export function refuseRecursion(file: SpecFile, diagnostics: Diagnostics): boolean {
  const depths = new Map<Definition, number>()
  const path: Definition[] = []
  let isSound = true
  let isTooDeep = false
  const refuseDepth = (type: TypeRef): void => {
    if (!isTooDeep) diagnostics.add(messages.tooDeep(type.place, maxDepth))
    isTooDeep = true
  }
  /** Gives how many levels are below, itself included. */
  const visit = (definition: Definition): number => {
    const known = depths.get(definition)
    if (known !== undefined) return known
    path.push(definition)
    let below = 0
    for (const type of typesOf(definition.body)) {
      if (type.kind !== 'definition') continue
      const next = type.definition()
      const start = path.indexOf(next)
      if (start !== -1) {
        const names = [...path.slice(start), next].map(item => item.name.name)
        diagnostics.add(messages.recursion(type.place, names))
        isSound = false
      } else if (path.length >= maxDepth) refuseDepth(type)
      else {
        const levels = visit(next)
        below = Math.max(below, levels)
        if (path.length + levels > maxDepth) refuseDepth(type)
      }
    }
    path.pop()
    depths.set(definition, below + 1)
    return below + 1
  }
  for (const definition of [file.root, ...file.definitions.values()]) visit(definition)
  return isSound && !isTooDeep
}

function typesOf(body: ModuleBody): TypeRef[] {
  return body.modules.flatMap(entryTypes)
}

function entryTypes(entry: Entry): TypeRef[] {
  switch (entry.kind) {
    case 'group':
      return entry.entries.flatMap(entryTypes)
    case 'choice':
      return entry.alternatives.flatMap(entryTypes)
    case 'module':
      return [entry.type, ...(entry.body === null ? [] : typesOf(entry.body))]
  }
}
