/** All cases, or a sample that shows most mistakes: compiling shaders takes software adapters long. */
export const everything = process.env.HOLDFAST_WEBGPU === 'all'

/** Every case, or each `nth` one. */
export const sampled = <T>(cases: readonly T[], nth: number): readonly T[] =>
  everything ? cases : cases.filter((_, i) => i % nth === 0)
