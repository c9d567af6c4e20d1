/** Capture and replay. */
export { type CompileOptions, compile } from './compile.ts'
export type { Given, InputLike } from './input-spec.ts'
export { Plan } from './plan.ts'
