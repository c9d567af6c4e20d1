/** The constructs of the language, each in a small model, by families. */
import { COLLECTIONS } from './collections.ts'
import type { Construct } from './construct.ts'
import { DEFINITIONS } from './definitions.ts'
import { FUNCTIONS } from './functions.ts'
import { IN_PLACE } from './in-place.ts'
import { KEYS } from './keys.ts'
import { MODULES } from './modules.ts'
import { NAMES } from './names.ts'
import { OPTIONAL } from './optional.ts'
import { TENSORS } from './tensors.ts'

export const CONSTRUCTS: readonly Construct[] = [
  ...MODULES,
  ...OPTIONAL,
  ...KEYS,
  ...DEFINITIONS,
  ...TENSORS,
  ...IN_PLACE,
  ...COLLECTIONS,
  ...NAMES,
  ...FUNCTIONS,
]
