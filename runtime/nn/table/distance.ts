/** Distances: https://pytorch.org/docs/2.13/nn.html#distance-functions */
import { optional, required } from '../../ops/args.ts'
import { distances } from '../../ops/functions/distance.ts'
import { linearAlgebra } from '../../ops/functions/linear.ts'
import { call } from './call.ts'
import { defineModule } from './row.ts'

const pairInputs = [required('x1', 'tensor'), required('x2', 'tensor')] as const

const CosineSimilarity = defineModule({
  name: 'CosineSimilarity',
  args: [optional('dim', 'int', 1), optional('eps', 'float', 1e-8)],
  inputs: pairInputs,
  returns: 'tensor',
  doc: 'Cosine of the angle between x1 and x2 along dim.',
  version: 1,
  state: () => [],
  forward: (b, _state, inputs, args) => ({
    out: call(b, linearAlgebra.cosine_similarity, { ...inputs, ...args }),
  }),
})

const PairwiseDistance = defineModule({
  name: 'PairwiseDistance',
  args: [optional('p', 'float', 2), optional('eps', 'float', 1e-6), optional('keepdim', 'bool', false)],
  inputs: pairInputs,
  returns: 'tensor',
  doc: 'The p-norm of x1 - x2 + eps along the last dimension.',
  version: 1,
  state: () => [],
  forward: (b, _state, inputs, args) => ({
    out: call(b, distances.pairwise_distance, { ...inputs, ...args }),
  }),
})

export const distanceLayers = { CosineSimilarity, PairwiseDistance } as const
