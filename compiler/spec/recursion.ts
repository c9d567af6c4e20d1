/** A module that contains itself has no end: refused before anything is made of it. */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Diagnostics } from '../diagnostics/diagnostic.ts'
import type { Definition, Entry, ModuleBody, SpecFile, TypeRef } from './spec.ts'

/** Reports each cycle among the definitions of a file once, at the entry that closes it. Imports have no cycles. */
export function refuseRecursion(file: SpecFile, diagnostics: Diagnostics): void {
  const done = new Set<Definition>()
  const path: Definition[] = []
  const visit = (definition: Definition): void => {
    path.push(definition)
    for (const type of typesOf(definition.body)) {
      if (type.kind !== 'definition') continue
      const next = type.definition()
      const start = path.indexOf(next)
      if (start !== -1) {
        const names = [...path.slice(start), next].map(item => item.name.name)
        diagnostics.add(messages.recursion(type.place, names))
      } else if (!done.has(next)) visit(next)
    }
    path.pop()
    done.add(definition)
  }
  for (const definition of [file.root, ...file.definitions.values()])
    if (!done.has(definition)) visit(definition)
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
