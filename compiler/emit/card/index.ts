/** The model card: what a model takes and gives, its params and its tensors, as Markdown for people. */
import { printDim, printShape } from '../../../runtime/ops/dim.ts'
import { ITEM_SIZE } from '../../../runtime/ops/dtype.ts'
import type { Model } from '../../compile.ts'
import { printValue } from '../../eval/value.ts'
import type { StateEntry } from '../../ir/module.ts'
import { tensorsOf } from '../../keys/key-table.ts'
import type { ErrorNode, TypeExpr } from '../../parse/python/ast.ts'
import type { DimDecl, InputDecl, OutputDecl, ParamDecl } from '../../spec/spec.ts'
import { sourceDigest } from '../source-digest.ts'
import { code, count, hidden, type Markdown, paragraphs, words, written } from './markdown.ts'
import { type CardView, type ParamView, type PortView, render, type TensorView } from './template.ts'

/** The card of a model with the params that it was compiled for. Deterministic. */
export function exportCard(model: Model): string {
  const { root } = model.file
  const { file, sha256 } = sourceDigest(model.file.source)
  const view: CardView = {
    made: hidden(
      `Made by holdfast from ${file}, sha256 ${sha256}. Do not edit: change the spec and export it again.`,
    ),
    title: words(model.file.model.name),
    paragraphs: root.doc === null ? [] : paragraphs(root.doc),
    inputs: root.inputs.map(input => port(input, input.optional)),
    outputs: (root.outputs ?? []).map(output => port(output, false)),
    params: root.params.map(param => paramView(param, model)),
    sizes: [...root.dims.map(dimLine), ...guardLines(model)],
    totals: totals(model),
    tensors: model.state.map(tensorView),
    commands: commands(file),
    program: program(model, file),
    keys: keyLines(model),
  }
  return render(view)
}

function port(decl: InputDecl | OutputDecl, optional: boolean): PortView {
  const notes = [optional ? 'optional' : '', decl.doc === null ? '' : words(decl.doc)].filter(n => n !== '')
  return {
    name: code(decl.name.name),
    type: typeText(decl.type, decl.name.place.source.text),
    note: written(notes.join('; ')),
  }
}

const typeText = (type: TypeExpr | ErrorNode | null, source: string): Markdown =>
  type === null ? written('any') : code(source.slice(type.range.start, type.range.end))

function paramView(param: ParamDecl, model: Model): ParamView {
  const value = model.root.scope.get(param.name.name)
  const bounds = [
    param.min === null ? '' : `at least ${code(param.min.text)}`,
    param.max === null ? '' : `at most ${code(param.max.text)}`,
    param.enum === null ? '' : `one of ${param.enum.map(e => code(e.text)).join(', ')}`,
  ].filter(b => b !== '')
  return {
    name: code(param.name.name),
    type: typeText(param.type, param.name.place.source.text),
    value: value === undefined ? written('') : code(printValue(value)),
    bounds: written(bounds.join(', ')),
    doc: param.doc === null ? written('') : words(param.doc),
  }
}

function dimLine(dim: DimDecl): Markdown {
  const rules = [
    dim.multipleOf === null ? '' : `a multiple of ${code(dim.multipleOf.text)}`,
    dim.min === null ? '' : `at least ${code(dim.min.text)}`,
    dim.max === null ? '' : `at most ${code(dim.max.text)}`,
  ].filter(r => r !== '')
  return written(`${code(dim.name.name)} is ${rules.length === 0 ? 'free' : rules.join(', ')}.`)
}

/** What inference could not prove: it is checked when the sizes are known. */
function guardLines(model: Model): Markdown[] {
  const lines = model.graph.guards.map(g => {
    const [a, b] = [printDim(g.a), printDim(g.b)].sort().map(code)
    return written(`${a} and ${b} must be equal.`)
  })
  return [...new Set(lines)]
}

const some = (n: number, what: string): string => `${count(n)} ${what}${n === 1 ? '' : 's'}`

const elements = (entry: StateEntry): number => entry.tensor.shape.reduce((n, d) => n * d, 1)

function totals(model: Model): Markdown[] {
  const tensors = tensorsOf(model.root)
  const total = (list: readonly StateEntry[], of: (e: StateEntry) => number) =>
    list.reduce((n, e) => n + of(e), 0)
  const bytes = (e: StateEntry) => elements(e) * ITEM_SIZE[e.tensor.dtype]
  const parameters = tensors.filter(e => e.tensor.kind === 'parameter')
  const trainable = parameters.filter(e => e.tensor.requiresGrad)
  const saved = new Set(model.state.map(e => e.tensor))
  const stored = tensors.filter(e => saved.has(e.tensor))
  const frozen = total(parameters, elements) - total(trainable, elements)
  const lines = [
    `${some(total(parameters, elements), 'parameter')} in ${some(parameters.length, 'tensor')}${frozen === 0 ? '' : `, ${count(frozen)} of them frozen`}`,
    `${some(total(stored, bytes), 'byte')} in a checkpoint, ${some(model.state.length, 'key')}`,
  ]
  const buffers = tensors.filter(e => e.tensor.kind === 'buffer')
  if (buffers.length > 0) {
    const unsaved = buffers.filter(e => !e.tensor.persistent).length
    lines.push(
      `${count(buffers.length)} buffers${unsaved === 0 ? '' : `, ${count(unsaved)} of them not saved`}`,
    )
  }
  const tied = model.state.length - stored.length
  if (tied > 0) lines.push(`${some(tied, 'key')} beside the first of a tensor that has several`)
  return lines.map(written)
}

const tensorView = ({ key, tensor }: StateEntry): TensorView => ({
  key: code(key),
  shape: code(printShape(tensor.shape)),
  dtype: code(tensor.dtype),
  kind: written(tensor.kind),
  trainable: written(tensor.kind === 'buffer' ? '' : tensor.requiresGrad ? 'yes' : 'no'),
})

/** A file name as one word of a shell; a plain one as it is. */
const shellWord = (text: string): string =>
  /^[\w.,@%+=/-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`

/** A line of a fenced block: without line breaks, it cannot end the block. */
const codeLine = (text: string): Markdown => written(text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '?'))

function commands(file: string): Markdown[] {
  const spec = shellWord(file)
  return [
    `holdfast run ${spec} --weights model.pt --inputs inputs.safetensors --outputs outputs.safetensors`,
    `holdfast export ${spec} --to pytorch --output model.py`,
  ].map(codeLine)
}

const moduleName = (path: string): string => (/^[\w./-]+$/.test(path) ? `'${path}'` : JSON.stringify(path))

function program(model: Model, file: string): Markdown[] {
  const { root } = model.file
  const name = model.file.model.name
  const stem = file.replace(/\.ya?ml$/, '')
  const needed = root.params.filter(p => p.default === null).map(p => p.name.name)
  const options = needed.length === 0 ? '' : `{ ${needed.join(', ')} }`
  const inputs = root.inputs.filter(i => !i.optional).map(i => i.name.name)
  return [
    `import { stateDictFromStored } from 'holdfast'`,
    `import { openPath, stateDictsOf } from 'holdfast/checkpoint'`,
    `import { ${name} } from ${moduleName(`./generated/${stem}.ts`)}`,
    '',
    `const model = new ${name}(${options})`,
    `const [weights] = stateDictsOf(await openPath('model.pt'))`,
    'model.loadStateDict(await stateDictFromStored(weights.tensors))',
    'model.eval()',
    `const result = model.forward(${inputs.join(', ')})`,
  ].map(codeLine)
}

function keyLines(model: Model): Markdown[] {
  const counts = model.state.some(e => e.key.endsWith('num_batches_tracked'))
  return [
    'The keys above are those of `state_dict()` of the same module in PyTorch, in its order, and the parameters have the',
    'order of `parameters()`. A checkpoint goes either way unchanged, optimizer state included.',
    ...(counts
      ? ['Files from before PyTorch 0.4.1 have no `num_batches_tracked`; they load without it.']
      : []),
  ].map(written)
}
