/** A model from the texts that a file carries: what `loadModel` and the command line make of it. */
import { type KeyContract, KeysError, type ModelSource, type Stamp } from '../../runtime/keys/index.ts'
import { skipInit } from '../../runtime/nn/index.ts'
import { compileModel, type Model } from '../compile.ts'
import { Diagnostics } from '../diagnostics/diagnostic.ts'
import { paramFromText } from '../elaborate/param-text.ts'
import { loadSpec } from '../spec/load.ts'
import { EmbeddedSpecError } from './embedded-spec-error.ts'
import { SpecModule } from './instantiate.ts'
import { digestOf, sourceLoader } from './model-source.ts'

/** A compiled spec with what loading goes by and saved files carry. */
export interface SpecModel {
  readonly model: Model
  /** Of its keys, one for each preset; none where they are not locked. */
  readonly contracts: readonly KeyContract[]
  readonly source: ModelSource
}

/**
 * The model of a stamp; `params` go before those that it was made with.
 * @throws KeysError (`keys/no-source`, `keys/digest`) where the file carries no spec, or another one than it was saved with;
 * EmbeddedSpecError
 */
export function stampedModel(stamp: Stamp | null, params: ModelSource['params'] = {}): SpecModel {
  const source = specIn(stamp)
  const given = { ...source.params, ...params }
  const diagnostics = new Diagnostics()
  const file = loadSpec(source.files[0]!, sourceLoader(source), diagnostics)
  const values =
    file === null
      ? []
      : Object.entries(given).map(([name, text]) => paramFromText(name, text, file, diagnostics))
  const model = file === null ? null : compileModel(file, values, diagnostics)
  if (model === null) throw new EmbeddedSpecError(diagnostics.sorted().filter(d => d.severity === 'error'))
  const { contract } = stamp!
  return { model, contracts: contract === null ? [] : [contract], source: { ...source, params: given } }
}

/** The spec that a file carries, whole. Throws KeysError. */
export function specIn(stamp: Stamp | null): ModelSource {
  if (stamp?.source == null) {
    const what =
      stamp === null
        ? 'the file does not say what model it is'
        : `the file says that it is ${stamp.model}, but carries no spec`
    throw new KeysError('keys/no-source', what, {
      hint: 'save with saveCheckpoint from a model that knows its spec, or make the model yourself and use loadCheckpoint',
    })
  }
  const { source } = stamp
  if (digestOf(source.files) !== source.digest)
    throw new KeysError('keys/digest', 'the spec in the file is not the one that it was saved with')
  return source
}

/** A new module, whose weights a checkpoint is going to replace: only those are drawn that it may lack. */
export function moduleFor({ model, contracts, source }: SpecModel, isStrict = true): SpecModule {
  const make = () => new SpecModule(model, contracts, source)
  // What a migration adds starts as the model initialises it, and so does what a lenient load leaves out.
  const isReplaced = isStrict && contracts.every(c => c.migrations.length + c.layouts.length === 0)
  return isReplaced ? skipInit(make) : make()
}
