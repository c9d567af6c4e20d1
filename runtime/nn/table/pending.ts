import { OpError } from '../../ops/error.ts'
export function pending(op: string): never {
  throw new OpError('op/unsupported', `${op} is not there`)
}
