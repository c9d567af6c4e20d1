/** Which module types an entry can name, and what arguments they have. */
import { isModuleName, modules } from '../../runtime/nn/table/index.ts'
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import { withoutNamespace } from '../schema/call-form.ts'
import { containers } from '../schema/fields.ts'
import type { Definition, ParamDecl, SpecFile, TypeRef } from './spec.ts'

/** The types of a file: its definitions, by name, and its imports. */
export interface FileTypes {
  readonly definitions: ReadonlyMap<string, DeclaredDefinition>
  readonly imports: ReadonlyMap<string, SpecFile | null>
}

/** A definition whose params have been read, but perhaps not yet its body. */
export interface DeclaredDefinition {
  readonly params: readonly ParamDecl[]
  readonly definition: () => Definition
}

/** The type's name as the author wrote it, in the scope of a definition with these params. */
export function resolveType(
  written: string,
  place: Place,
  types: FileTypes,
  params: readonly ParamDecl[],
  diagnostics: Diagnostics,
): TypeRef {
  const name = withoutNamespace(written)
  const unknown: TypeRef = { kind: 'unknown', name, place }
  if (containers.has(name)) return { kind: 'builtin', name, place }
  const param = params.find(candidate => candidate.name.name === name)
  if (param?.type.kind === 'TypeExpr' && param.type.name === 'module') return { kind: 'param', name, place }
  const own = types.definitions.get(name)
  if (own !== undefined) return { kind: 'definition', name, place, definition: own.definition }
  const dot = name.indexOf('.')
  if (dot > 0)
    return importedType(name.slice(0, dot), name.slice(dot + 1), written, place, types, diagnostics)
  if (isModuleName(name)) return { kind: 'builtin', name, place }
  if (param !== undefined) {
    if (param.type.kind === 'TypeExpr') diagnostics.add(messages.noTypeParam(place, name, param.type.name))
    return unknown
  }
  const moduleParams = params.filter(p => p.type.kind === 'TypeExpr' && p.type.name === 'module')
  const candidates = [
    ...types.definitions.keys(),
    ...moduleParams.map(candidate => candidate.name.name),
    ...containers,
    ...Object.keys(modules),
  ]
  diagnostics.add(messages.unknownType(place, written, didYouMean(name, candidates)))
  return unknown
}

function importedType(
  alias: string,
  rest: string,
  written: string,
  place: Place,
  types: FileTypes,
  diagnostics: Diagnostics,
): TypeRef {
  const unknown: TypeRef = { kind: 'unknown', name: `${alias}.${rest}`, place }
  const file = types.imports.get(alias)
  if (file === undefined && alias === 'utils')
    diagnostics.add(messages.unknownType(place, rest.split('.').at(-1)!, null))
  else if (file === undefined)
    diagnostics.add(messages.unknownImport(place, alias, didYouMean(alias, types.imports.keys())))
  if (file === undefined || file === null) return unknown
  const found = importedDefinition(file, rest)
  if (found !== undefined)
    return { kind: 'definition', name: `${alias}.${rest}`, place, definition: () => found }
  const near = didYouMean(rest, [...file.definitions.keys(), file.model.name])
  diagnostics.add(messages.unknownType(place, written, near === null ? null : `${alias}.${near}`))
  return unknown
}

/** The params of the definition that a name means. Its body may not be read yet. */
export function paramsOf(name: string, types: FileTypes): readonly ParamDecl[] | null {
  const own = types.definitions.get(name)
  if (own !== undefined) return own.params
  const dot = name.indexOf('.')
  const file = dot > 0 ? types.imports.get(name.slice(0, dot)) : undefined
  return (file && importedDefinition(file, name.slice(dot + 1))?.params) ?? null
}

const importedDefinition = (file: SpecFile, name: string): Definition | undefined =>
  file.definitions.get(name) ?? (file.model.name === name ? file.root : undefined)
