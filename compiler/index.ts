/**
 * The compiler as a library: a spec's text in; a checked model, a live module, or generated text out. Mistakes of authors are
 * collected as diagnostics, never thrown.
 */
export { type BuildInput, type BuildOptions, type BuiltSpec, buildSpecs, outputName } from './build.ts'
export { nodeLoader, readSource } from './cli/node-loader.ts'
export { compileModel, type Model } from './compile.ts'
export { type Diagnostic, Diagnostics, type Place, type Severity } from './diagnostics/diagnostic.ts'
export {
  diagnosticJson,
  type JsonDiagnostic,
  type RenderOptions,
  renderDiagnostic,
  renderDiagnostics,
} from './diagnostics/render.ts'
export type { GivenParam } from './elaborate/params.ts'
export { exportCard } from './emit/card/index.ts'
export { EmitError } from './emit/emit-error.ts'
export { exportPytorch } from './emit/pytorch/index.ts'
export { type EmitOptions, emitTypescript } from './emit/typescript/index.ts'
export type { StateEntry, TensorInstance } from './ir/module.ts'
export { EmbeddedSpecError } from './link/embedded-spec-error.ts'
export { InputError } from './link/input-error.ts'
export { SpecModule } from './link/instantiate.ts'
export { type LoadedModel, loadModel } from './link/load-model.ts'
export { modelSource } from './link/model-source.ts'
export type { Output } from './link/replay.ts'
export type { Range, Source } from './parse/source.ts'
export { loadSpec } from './spec/load.ts'
export type { SourceLoader, SpecFile } from './spec/spec.ts'
