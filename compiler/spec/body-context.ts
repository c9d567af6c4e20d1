/** What the readers of a definition's parts share. */
import type { Diagnostics } from '../diagnostics/diagnostic.ts'
import type { Source } from '../parse/source.ts'
import type { ParamDecl } from './spec.ts'
import type { FileTypes } from './type-scope.ts'

export interface BodyContext {
  readonly source: Source
  readonly diagnostics: Diagnostics
  readonly types: FileTypes
  /** Of the definition, for `type: norm`. */
  readonly params: readonly ParamDecl[]
  /** Whether an expression at this place sees a value of this name: a param, let, function or loop variable. */
  isVisible(name: string): boolean
}
