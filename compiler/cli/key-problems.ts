/** Whether the tensors of a file are those of a model: what `convert --spec` checks before it writes. */
import type { StoredTensor } from '../../runtime/checkpoint/index.ts'
import type { Model } from '../compile.ts'
import { safeText } from '../diagnostics/display-text.ts'
import { isCounter } from './choose-state-dict.ts'

/** A line of error, then one per key that is missing, unexpected or of another shape or dtype; none where the file fits. */
export function keyProblems(model: Model, tensors: ReadonlyMap<string, StoredTensor>): readonly string[] {
  const expected = new Map(model.state.map(e => [e.key, e.tensor]))
  const problems: string[] = []
  for (const [key, { shape, dtype }] of expected) {
    const found = tensors.get(key)
    const want = `${dtype}[${shape.join(', ')}]`
    if (found === undefined) {
      if (!isCounter(key)) problems.push(`missing key: ${key}, ${want}`)
    } else {
      const is = `${found.dtype}[${found.shape.join(', ')}]`
      if (is !== want) problems.push(`${key} is ${is}, but ${want} in ${model.file.model.name}`)
    }
  }
  for (const key of tensors.keys()) if (!expected.has(key)) problems.push(`unexpected key: ${key}`)
  const first = model.state[0]?.key
  const wrapped = [...tensors.keys()].find(key => first !== undefined && key.endsWith(`.${first}`))
  if (problems.length > 0 && wrapped !== undefined) {
    problems.push(`hint: --rename ${wrapped.slice(0, -first!.length)}= takes the prefix away`)
  }
  if (problems.length > 0)
    problems.unshift(`error[state/mismatch] the file is no state_dict of ${model.file.model.name}`)
  return problems.map(safeText)
}
