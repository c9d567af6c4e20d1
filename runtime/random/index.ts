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
