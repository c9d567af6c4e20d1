/** Options of `build` that are not given. */
export const BUILD_DEFAULTS = { specs: 'specs', out: 'generated', runtime: 'holdfast/runtime' } as const
