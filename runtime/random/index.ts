/** Random numbers with PyTorch's values: the CPU generator, and tensors drawn from it. */
export {
  defaultGenerator,
  getRngState,
  initialSeed,
  manualSeed,
  seed,
  setRngState,
} from './default-generator.ts'
export { Generator } from './generator.ts'
export { type MultinomialOptions, multinomial } from './multinomial.ts'
export { seededByName } from './order-free.ts'
export {
  bernoulli,
  exponential,
  normal,
  rand,
  randint,
  randn,
  randperm,
  uniform,
} from './sample.ts'
