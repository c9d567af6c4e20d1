/**
 * Exports specs for verify_export.py: `NAME.py` and, from the key table, `NAME.keys.json`.
 *
 *     npx tsx --conditions=holdfast-source test/oracle/emit/write_exports.ts DIR [SPEC...]
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { exportPytorch } from '../../../compiler/emit/pytorch/index.ts'
import { tensorsOf } from '../../../compiler/keys/key-table.ts'
import { modelAt } from '../../emit-pytorch/model-at.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const specsIn = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory)
        .filter(name => name.endsWith('.yaml'))
        .map(name => path.join(directory, name))
    : []

const [directory = '', ...given] = process.argv.slice(2)
if (directory === '') throw new Error('say where to write')
const folders = ['specs/tutorial', 'specs/zoo', '../shared/examples']
const specs = given.length > 0 ? given : folders.flatMap(folder => specsIn(path.resolve(root, folder)))
mkdirSync(directory, { recursive: true })
for (const spec of specs) {
  const name = path.basename(spec, '.yaml')
  const model = modelAt(spec)
  const tensors = tensorsOf(model.root)
  const keys = (kind: string) => tensors.filter(e => e.tensor.kind === kind).map(e => e.key)
  const table = {
    state: model.state.map(({ key, tensor }) => [
      key,
      tensor.shape,
      tensor.dtype,
      tensor.kind,
      tensor.requiresGrad,
    ]),
    parameters: keys('parameter'),
    buffers: keys('buffer'),
  }
  writeFileSync(path.join(directory, `${name}.py`), exportPytorch(model))
  writeFileSync(path.join(directory, `${name}.keys.json`), JSON.stringify(table))
}
