/** The journeys whose checkpoints are at hand. */
import { isThere } from '../../cases/real-data.ts'
import type { Journey } from '../journey.ts'
import { cgcnn } from './cgcnn.ts'
import { gpt2 } from './gpt2.ts'
import { ppo } from './ppo.ts'
import { resnet20 } from './resnet20.ts'

export const journeys: readonly Journey[] = isThere ? [gpt2, ppo, cgcnn, resnet20] : [gpt2]
