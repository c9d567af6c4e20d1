/** What optimizers and schedulers throw for arguments that PyTorch refuses, with its text where it has one. */
import { OpError } from '../ops/error.ts'

export const refused = (message: string, hint?: string): OpError =>
  new OpError('argument/value', message, hint === undefined ? { op: 'optim' } : { op: 'optim', hint })
