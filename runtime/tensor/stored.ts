/** A tensor of a device as a checkpoint's. */
import { lateTensor } from '../checkpoint/late-tensor.ts'
import type { StoredTensor } from '../checkpoint/stored-tensor.ts'
import { keep } from './scope.ts'
import { Tensor } from './tensor.ts'

/** A tensor as checkpoints hold it, whose elements are read when they are asked for; what it holds then stays as it is now. */
export function stored(tensor: Tensor): StoredTensor {
  const own = keep(new Tensor(tensor.node))
  return lateTensor(own, `node${tensor.node.id}`, () => own.dispose())
}
