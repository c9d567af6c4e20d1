/** docs/reference/modules.md: every row of the module table, with the tensors that an example of it has. */

import { modules } from '../../runtime/nn/table/index.ts'
import type { ModuleRow } from '../../runtime/nn/table/row.ts'
import type { Arg } from '../../runtime/ops/args.ts'
import { bindArgs } from '../../runtime/ops/bind.ts'
import type { ReturnKind } from '../../runtime/ops/function.ts'
import { defaultText, kindText, pythonLiteral, signature } from './arguments.ts'
import { code, pageHead, plain, table } from './markdown.ts'

const intro = `Every module type of the spec language, with the names, arguments, defaults and meaning of \`torch.nn\` (PyTorch 2.13)
and of \`torchvision.ops.StochasticDepth\`. In a spec an argument is a field of the entry, or an argument of the call
form; the containers \`Module\`, \`Sequential\`, \`ModuleList\` and \`ModuleDict\` are described in
[the language](../spec-language.md#containers).

*int or ints* takes one int for all dimensions or a list with one for each. An argument that takes one of a few words takes
them literally (\`padding_mode: circular\`); every other string is an expression. The tensors are those of the example, in
the order of the \`state_dict\`.`

/** Values for the arguments that have no default, chosen to be told apart in shapes. */
const exampleValues: Readonly<Record<string, unknown>> = {
  in_features: 20,
  out_features: 30,
  in1_features: 20,
  in2_features: 40,
  in_channels: 16,
  out_channels: 32,
  kernel_size: 3,
  threshold: 0.1,
  value: 3.5,
  embed_dim: 64,
  num_heads: 4,
  num_features: 100,
  normalized_shape: 64,
  num_groups: 3,
  num_channels: 6,
  size: 2,
  norm_type: 2,
  output_size: 7,
  padding: 2,
  p: 0.2,
  num_embeddings: 1000,
  embedding_dim: 64,
  input_size: 10,
  hidden_size: 20,
  dim: 1,
  unflattened_size: [2, 5],
  upscale_factor: 3,
  downscale_factor: 3,
  groups: 2,
  d_model: 64,
  nhead: 4,
}

const returned: Readonly<Record<ReturnKind, string>> = {
  tensor: 'a tensor',
  tensors: 'a tuple of tensors',
  pair: 'a pair of tensors',
  triple: 'three tensors',
  lstm: 'output, (h, c)',
  attention: 'output, weights (or None)',
}

export function modulesPage(): string {
  const rows: readonly ModuleRow[] = Object.values(modules)
  const contents = rows.map(row => `[${row.name}](#${row.name.toLowerCase()})`).join(', ')
  return `${pageHead('Modules', intro)}\n${rows.length} types: ${contents}.\n${rows.map(section).join('')}`
}

function section(row: ModuleRow): string {
  const lines = [
    `\n## ${row.name}\n\n${plain(row.doc)}\n\n\`\`\`text\n${signature(row.name, row.args)}\n\`\`\`\n`,
    row.args.length === 0 ? '' : `\n${argumentTable(row.args)}`,
    `\nCalled with ${inputsText(row.inputs)}; returns ${resultText(row)}.\n`,
    stateText(row),
  ]
  return lines.join('')
}

const argumentTable = (args: readonly Arg[]): string =>
  table(
    ['Argument', 'Takes', 'Default'],
    args.map(arg => [code(arg.name), kindText(arg), arg.required ? 'required' : code(defaultText(arg))]),
  )

function inputsText(inputs: readonly Arg[]): string {
  const text = inputs.map(input => (input.required ? input.name : `${input.name}=${defaultText(input)}`))
  return code(`(${text.join(', ')})`)
}

function resultText(row: ModuleRow): string {
  const text = returned[row.returns]
  return row.returnsFor === undefined
    ? text
    : `${text}; with \`return_indices=True\` a pair (output, indices)`
}

function stateText(row: ModuleRow): string {
  const given = exampleArguments(row)
  const args = bindArgs(row.args, [], given, (_v): _v is never => false)
  const tensors = row.state(args as never)
  if (tensors.length === 0) return ''
  const call = Object.entries(given).map(([name, value]) => `${name}=${literal(value)}`)
  const rows = tensors.map(tensor => [
    code(tensor.name),
    tensor.persistent ? tensor.kind : `${tensor.kind}, not in the state_dict`,
    code(`${tensor.dtype}[${tensor.shape.join(', ')}]`),
  ])
  return `\nTensors of \`${row.name}(${call.join(', ')})\`:\n\n${table(['Name', 'Kind', 'Type'], rows)}`
}

const literal = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map(pythonLiteral).join(', ')}]` : pythonLiteral(value)

/** Required arguments, and `size` for the resizing modules, which need that or a scale factor. */
function exampleArguments(row: ModuleRow): Record<string, unknown> {
  const resizes = row.args.some(arg => arg.name === 'scale_factor')
  const required = row.args.filter(arg => arg.required || (resizes && arg.name === 'size'))
  return Object.fromEntries(
    required.map(arg => {
      const value = arg.enum?.[0] ?? exampleValues[arg.name]
      if (value === undefined) throw new Error(`${row.name}: an example value for ${arg.name} is needed`)
      return [arg.name, value]
    }),
  )
}
