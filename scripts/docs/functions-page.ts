/** docs/reference/functions.md: every row of the function table. */
import type { FunctionRow, ReturnKind } from '../../runtime/ops/function.ts'
import { activation } from '../../runtime/ops/functions/activation.ts'
import { arithmetic } from '../../runtime/ops/functions/arithmetic.ts'
import { arranging } from '../../runtime/ops/functions/arranging.ts'
import { attentions } from '../../runtime/ops/functions/attention.ts'
import { casting } from '../../runtime/ops/functions/casting.ts'
import { classificationLosses } from '../../runtime/ops/functions/classification-loss.ts'
import { comparison } from '../../runtime/ops/functions/comparison.ts'
import { convolution } from '../../runtime/ops/functions/conv.ts'
import { create } from '../../runtime/ops/functions/create.ts'
import { distances } from '../../runtime/ops/functions/distance.ts'
import { dropouts } from '../../runtime/ops/functions/dropout.ts'
import { elementwise } from '../../runtime/ops/functions/elementwise.ts'
import { embeddings } from '../../runtime/ops/functions/embedding.ts'
import { spectra } from '../../runtime/ops/functions/fft.ts'
import { folding } from '../../runtime/ops/functions/fold.ts'
import { gathering } from '../../runtime/ops/functions/gathering.ts'
import { indexing } from '../../runtime/ops/functions/getitem.ts'
import { grids } from '../../runtime/ops/functions/grid.ts'
import { functions } from '../../runtime/ops/functions/index.ts'
import { initial } from '../../runtime/ops/functions/initial.ts'
import { join } from '../../runtime/ops/functions/join.ts'
import { linalg } from '../../runtime/ops/functions/linalg.ts'
import { linearAlgebra } from '../../runtime/ops/functions/linear.ts'
import { losses } from '../../runtime/ops/functions/loss.ts'
import { matrices } from '../../runtime/ops/functions/matrix.ts'
import { movement } from '../../runtime/ops/functions/movement.ts'
import { normalisation } from '../../runtime/ops/functions/norm.ts'
import { padding } from '../../runtime/ops/functions/padding.ts'
import { pools } from '../../runtime/ops/functions/pool.ts'
import { quantiles } from '../../runtime/ops/functions/quantile.ts'
import { recurrence } from '../../runtime/ops/functions/recurrent.ts'
import { reduce } from '../../runtime/ops/functions/reduce.ts'
import { resizing } from '../../runtime/ops/functions/resize.ts'
import { running } from '../../runtime/ops/functions/running.ts'
import { scans } from '../../runtime/ops/functions/scan.ts'
import { scatterReductions } from '../../runtime/ops/functions/scatter-reduce.ts'
import { assignment } from '../../runtime/ops/functions/setitem.ts'
import { softmaxes } from '../../runtime/ops/functions/softmax.ts'
import { specials } from '../../runtime/ops/functions/special.ts'
import { signature } from './arguments.ts'
import { anchor, code, pageHead, plain, table } from './markdown.ts'

type Rows = Readonly<Record<string, FunctionRow>>

const sections: readonly (readonly [title: string, rows: readonly Rows[]])[] = [
  ['Elementwise', [elementwise, specials]],
  ['Arithmetic', [arithmetic]],
  ['Comparison and choice', [comparison]],
  ['Dtypes', [casting]],
  ['Reductions', [reduce]],
  ['Running sums and sorting', [scans, running, quantiles]],
  ['Shapes', [movement]],
  ['Joining and splitting', [join, arranging]],
  ['Indexing', [indexing, assignment, gathering, scatterReductions]],
  ['Making tensors', [create, initial]],
  ['Linear algebra', [linearAlgebra, linalg, matrices]],
  ['Convolution', [convolution, folding]],
  ['Padding', [padding]],
  ['Pooling', [pools]],
  ['Normalisation', [normalisation]],
  ['Activations', [activation, softmaxes]],
  ['Dropout', [dropouts]],
  ['Embedding', [embeddings]],
  ['Attention', [attentions]],
  ['Recurrent nets', [recurrence]],
  ['Resizing and sampling', [resizing, grids]],
  ['Distances', [distances]],
  ['Losses', [losses, classificationLosses]],
  ['Fourier transforms', [spectra]],
]

const intro = `Every function that a \`forward\`, \`functions:\`, \`methods:\`, \`let:\` or \`init:\` can call, with the names,
arguments, defaults and meaning of PyTorch 2.13. Prefixes (\`torch.\`, \`F.\`, \`nn.functional.\`, \`torch.special.\`,
\`torch.linalg.\`, \`torch.fft.\`) may be written or left out; \`linalg_norm\` and
the like are \`torch.linalg.norm\`, which differs from \`torch.norm\`. A name that stands in several lines has overloads: the first
whose arguments fit is taken.

**Method** says whether the function is also a method of tensors (\`x.mean(dim=1)\` beside \`mean(x, dim=1)\`); *only* means
that there is no function of that name, and \`x\` stands for the tensor. Every method has an in-place form with a trailing underscore (\`x.add_(y)\`), which
[rebinds](../spec-language.md#in-place-operations). Arguments that PyTorch has and a compiled model does not need
(\`inplace\`, \`device\`, \`out\`, \`requires_grad\`) are accepted and change nothing. \`*shape\` takes any number of
arguments, or one list.

In TypeScript the same functions are in [\`F\`](../typescript.md#f-and-the-methods-of-tensors), in camelCase.`

const returned: Readonly<Record<ReturnKind, string>> = {
  tensor: '',
  tensors: 'a tuple of tensors',
  pair: 'two tensors',
  triple: 'three tensors',
  lstm: 'output, (h, c)',
  attention: 'output, weights or None',
}

export function functionsPage(): string {
  requireAll()
  const names = new Set(sections.flatMap(([, groups]) => groups.flatMap(rowsOf).map(pythonName)))
  const contents = sections.map(([title]) => `- [${title}](#${anchor(title)})\n`).join('')
  const body = sections.map(([title, groups]) => `\n## ${title}\n\n${sectionTable(groups.flatMap(rowsOf))}`)
  return `${pageHead('Functions and methods', intro)}\n${names.size} names:\n\n${contents}${body.join('')}`
}

const rowsOf = (group: Rows): FunctionRow[] => Object.values(group)

const pythonName = (row: FunctionRow): string => row.python ?? row.name

function sectionTable(rows: readonly FunctionRow[]): string {
  return table(
    ['Call', 'Other names', 'Method', ''],
    rows.map(row => [
      code(callText(row)),
      (row.aliases ?? []).map(code).join(', '),
      row.method === undefined ? '' : row.method === 'only' ? 'only' : 'yes',
      `${plain(row.doc)}${resultText(row)}`,
    ]),
  )
}

/** Brackets for indexing, `x.to(dtype)` for what is a method only. */
function callText(row: FunctionRow): string {
  if (row.name === 'getitem') return 'x[index]'
  if (row.name === 'setitem') return 'x[index] = value'
  const name = pythonName(row)
  return row.method === 'only' ? `x.${signature(name, row.args.slice(1))}` : signature(name, row.args)
}

function resultText(row: FunctionRow): string {
  if (row.fields !== undefined) return ` Returns (${row.fields.join(', ')}).`
  const text = returned[row.returns]
  return text === '' ? '' : ` Returns ${text}.`
}

/** A new file of rows needs a section here. */
function requireAll(): void {
  const listed = new Set(sections.flatMap(([, groups]) => groups.flatMap(rowsOf).map(row => row.name)))
  const missing = Object.keys(functions).filter(name => !listed.has(name))
  if (missing.length > 0) throw new Error(`no section of the functions page has ${missing.join(', ')}`)
}
