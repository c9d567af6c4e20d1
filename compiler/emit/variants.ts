/**
 * Code that only other params reach: of a ResNet with a param for its block, the block that the default does not choose.
 * Classes take any params, so evaluation looks at the model once more for each other value of its enums and flags.
 */
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { elaborate } from '../elaborate/elaborate.ts'
import { bool, str, type Value } from '../eval/value.ts'
import type { ModuleInstance } from '../ir/module.ts'
import type { ParamDecl, SpecFile } from '../spec/spec.ts'
import { traceModel } from '../trace/trace.ts'
import type { Observations } from './observations.ts'

/**
 * Adds what evaluation sees under other values than the defaults, one param changed at a time, and gives the models elaborated so.
 * A value that does not fit the others is passed over.
 */
export function observeVariants(file: SpecFile, observations: Observations): readonly ModuleInstance[] {
  const roots: ModuleInstance[] = []
  const present = new Set(file.root.inputs.filter(i => i.optional).map(i => i.name.name))
  for (const decl of file.root.params) {
    for (const value of otherValues(decl)) {
      const silent = new Diagnostics()
      const given = [{ name: decl.name.name, place: decl.name.place, value }]
      const root = elaborate(file, given, silent, observations)
      if (root === null) continue
      roots.push(root)
      traceModel(root, { training: true, present, observer: observations }, silent)
    }
  }
  return roots
}

/** The values of an enum or flag beside its default. */
function otherValues(decl: ParamDecl): readonly Value[] {
  if (decl.type.kind !== 'TypeExpr' || decl.default === null) return []
  const standard = decl.default
  if (decl.type.name === 'bool' && standard.expr.kind === 'Bool') return [bool(!standard.expr.value)]
  if (decl.type.name !== 'str' || decl.enum === null) return []
  const text = standard.expr.kind === 'Str' ? standard.expr.value : standard.text
  return decl.enum
    .map(e => (e.expr.kind === 'Str' ? e.expr.value : e.text))
    .filter(v => v !== text)
    .map(v => str(v))
}
