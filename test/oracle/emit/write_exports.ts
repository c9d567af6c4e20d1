/**
 * Exports specs for verify_export.py: `NAME.py` and, from the key table, `NAME.keys.json`. For the specs of
 * test/emit-pytorch also `NAME.run.safetensors`: initial state after manualSeed(0), inputs, and what the model made of them here.
 *
 *     npx tsx --conditions=holdfast-source test/oracle/emit/write_exports.ts DIR [SPEC...]
 */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { exportPytorch } from '../../../compiler/emit/pytorch/index.ts'
import { torchName } from '../../../compiler/emit/pytorch/torch-names.ts'
import { tensorsOf } from '../../../compiler/keys/key-table.ts'
import { SpecModule } from '../../../compiler/link/instantiate.ts'
import { saveSafetensors, tensorOf } from '../../../runtime/checkpoint/index.ts'
import { manualSeed, type Tensor, tensor } from '../../../runtime/index.ts'
import { modules } from '../../../runtime/nn/table/index.ts'
import { pythonFunctions } from '../../../runtime/ops/functions/index.ts'
import { modelAt } from '../../emit-pytorch/model-at.ts'

/** Shapes of inputs, by spec and name. */
const SHAPES: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>> = {
  structure: { x: [3, 8] },
  outer: { x: [3, 4] },
  submodules: { x: [2, 3, 3] },
}

const root = path.resolve(import.meta.dirname, '../../..')
const specsIn = (directory: string): string[] =>
  existsSync(directory)
    ? readdirSync(directory)
        .filter(name => name.endsWith('.yaml'))
        .map(name => path.join(directory, name))
    : []

const [directory = '', ...given] = process.argv.slice(2)
if (directory === '') throw new Error('say where to write')
const folders = ['specs/tutorial', 'specs/zoo', '../shared/examples', 'test/emit-pytorch/specs']
const specs = given.length > 0 ? given : folders.flatMap(folder => specsIn(path.resolve(root, folder)))
mkdirSync(directory, { recursive: true })
// What the exporter calls each function of the op table, and what arguments it gives to modules.
const functions = Object.fromEntries(
  [...pythonFunctions.keys()].map(name => [name, [null, 'torch', 'F'].map(n => torchName(name, n as null))]),
)
const classes = Object.fromEntries(Object.values(modules).map(row => [row.name, row.args.map(a => a.name)]))
writeFileSync(path.join(directory, 'torch-names.json'), JSON.stringify({ functions, classes }))
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
  const shapes = SHAPES[name]
  if (shapes !== undefined)
    writeFileSync(path.join(directory, `${name}.run.safetensors`), await runOf(model, shapes))
}

async function runOf(
  model: ReturnType<typeof modelAt>,
  shapes: Readonly<Record<string, readonly number[]>>,
): Promise<Uint8Array> {
  manualSeed(0)
  const module = new SpecModule(model)
  const found: [string, Tensor][] = [...module.stateDict()].map(([key, t]) => [`state.${key}`, t.clone()])
  const inputs: Record<string, Tensor> = {}
  for (const [input, shape] of Object.entries(shapes)) {
    const values = Float32Array.from({ length: shape.reduce((n, d) => n * d, 1) }, (_, i) =>
      Math.sin(3 * i + 1),
    )
    inputs[input] = tensor(values).reshape([...shape])
    found.push([`in.${input}`, inputs[input]])
  }
  const outputs = Object.values(module.eval().forward(inputs)).flat() as Tensor[]
  for (const [i, output] of outputs.entries()) found.push([`out.${i}`, output])
  const stored = []
  for (const [key, t] of found)
    stored.push([key, tensorOf((await t.data()) as Float32Array, t.shape, t.dtype)] as const)
  return saveSafetensors(stored)
}
