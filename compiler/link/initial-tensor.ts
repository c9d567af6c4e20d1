/** The value that a bare parameter or buffer starts from. */

import { builderOf } from '../../runtime/tensor/builder.ts'
import { defaultDevice } from '../../runtime/tensor/default-device.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'
import { InternalError } from '../diagnostics/internal-error.ts'
import type { TensorInstance } from '../ir/module.ts'
import { type LiveModel, replay } from './replay.ts'

const NO_MODULES: LiveModel = {
  cellOf: tensor => {
    throw new InternalError(`the initial value of a tensor reads ${tensor.id}`)
  },
  callModule: module => {
    throw new InternalError(`the initial value of a tensor calls ${module.path}`)
  },
}

export function initialTensor(tensor: TensorInstance): Tensor {
  if (!('nodes' in tensor.init)) throw new InternalError(`${tensor.id} is initialised by its module`)
  return replay(tensor.init, {}, builderOf(defaultDevice()), NO_MODULES).value as Tensor
}
