/** The spec language's way to say how a parameter starts: `normal(n, m, std=0.02)`, `uniform(n, low=-0.1, high=0.1)`. */
import { optional, required } from '../args.ts'
import { defineFunction } from '../function.ts'
import { normal } from './create.ts'
import { vocabulary } from './vocabulary.ts'

const size = required('size', 'dims', { variadic: true })
const dtype = optional('dtype', 'dtype?', null)

export const initial = {
  uniform: defineFunction({
    name: 'uniform',
    args: [size, optional('low', 'float', 0), optional('high', 'float', 1), dtype],
    returns: 'tensor',
    doc: 'Uniform numbers in [low, high).',
    expand(b, { size, low, high, dtype }) {
      const v = vocabulary(b)
      return v.add(v.mul(b.uniform(size, dtype ?? 'float32'), high - low), low)
    },
  }),
  normal: defineFunction({
    name: 'normal',
    args: [size, optional('mean', 'float', 0), optional('std', 'float', 1), dtype],
    returns: 'tensor',
    doc: 'Normal numbers of the given mean and standard deviation.',
    expand(b, { size, mean, std, dtype }) {
      const v = vocabulary(b)
      return v.add(v.mul(normal(b, size, dtype ?? 'float32'), std), mean)
    },
  }),
} as const
