/** A spec on disk as a model: with the lock that stands beside it. */
import type { Model } from '../compile.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { contractOf } from '../keys/contract-of.ts'
import { paramsOf } from '../keys/family.ts'
import type { SourceLoader } from '../spec/spec.ts'
import { modelSource } from './model-source.ts'
import type { SpecModel } from './stamped-model.ts'

/** A change of keys that no migration covers is for `check` and `build` to refuse: here it has no contract. */
export function specModel(model: Model, loader: SourceLoader): SpecModel {
  const contract = contractOf(model.file, loader, new Diagnostics())
  const contracts = contract?.contracts ?? []
  const params = Object.fromEntries(paramsOf(model.file, model.root))
  const lock = contracts.length === 0 ? null : contract!.text
  return { model, contracts, source: modelSource(model.file, params, lock) }
}
