/** The generator that everything draws from which is given none: initial weights, dropout, shuffling. */
import { Generator } from './generator.ts'

export const defaultGenerator = new Generator()

/** torch.manual_seed: starts the default generator anew, and returns it. Throws OpError for what is no seed. */
export const manualSeed = (seed: number | bigint): Generator => defaultGenerator.manualSeed(seed)

/** torch.initial_seed. */
export const initialSeed = (): bigint => defaultGenerator.initialSeed()

/** torch.seed: a seed that no one can foresee. */
export const seed = (): bigint => defaultGenerator.seed()

/** torch.get_rng_state: 5056 bytes in PyTorch's form. */
export const getRngState = (): Uint8Array => defaultGenerator.getState()

/** torch.set_rng_state: ours or PyTorch's. Throws OpError. */
export const setRngState = (state: Uint8Array): void => {
  defaultGenerator.setState(state)
}
