/** THE op table's upper half: every function of PyTorch that specs and programs may call, by row name. */
import type { FunctionRow } from '../function.ts'
import { activation } from './activation.ts'
import { arithmetic } from './arithmetic.ts'
import { arranging } from './arranging.ts'
import { attentions } from './attention.ts'
import { casting } from './casting.ts'
import { classificationLosses } from './classification-loss.ts'
import { comparison } from './comparison.ts'
import { convolution } from './conv.ts'
import { create } from './create.ts'
import { distances } from './distance.ts'
import { dropouts } from './dropout.ts'
import { elementwise } from './elementwise.ts'
import { embeddings } from './embedding.ts'
import { spectra } from './fft.ts'
import { folding } from './fold.ts'
import { gathering } from './gathering.ts'
import { indexing } from './getitem.ts'
import { grids } from './grid.ts'
import { initial } from './initial.ts'
import { join } from './join.ts'
import { linalg } from './linalg.ts'
import { linearAlgebra } from './linear.ts'
import { losses } from './loss.ts'
import { matrices } from './matrix.ts'
import { movement } from './movement.ts'
import { normalisation } from './norm.ts'
import { padding } from './padding.ts'
import { pools } from './pool.ts'
import { quantiles } from './quantile.ts'
import { recurrence } from './recurrent.ts'
import { reduce } from './reduce.ts'
import { resizing } from './resize.ts'
import { running } from './running.ts'
import { scans } from './scan.ts'
import { scatterReductions } from './scatter-reduce.ts'
import { assignment } from './setitem.ts'
import { softmaxes } from './softmax.ts'
import { specials } from './special.ts'

export const functions = {
  ...elementwise,
  ...specials,
  ...arithmetic,
  ...comparison,
  ...casting,
  ...reduce,
  ...movement,
  ...join,
  ...arranging,
  ...indexing,
  ...assignment,
  ...gathering,
  ...scatterReductions,
  ...create,
  ...initial,
  ...linearAlgebra,
  ...linalg,
  ...matrices,
  ...convolution,
  ...padding,
  ...pools,
  ...normalisation,
  ...softmaxes,
  ...activation,
  ...dropouts,
  ...embeddings,
  ...attentions,
  ...recurrence,
  ...resizing,
  ...grids,
  ...folding,
  ...scans,
  ...running,
  ...quantiles,
  ...distances,
  ...losses,
  ...classificationLosses,
  ...spectra,
} as const

export type Functions = typeof functions
export type FunctionName = keyof Functions

/** Names that authors may call a row by. */
const namesOf = (row: FunctionRow): readonly string[] => [row.python ?? row.name, ...(row.aliases ?? [])]

function byName(rows: readonly FunctionRow[]): ReadonlyMap<string, readonly FunctionRow[]> {
  const found = new Map<string, FunctionRow[]>()
  for (const row of rows) {
    for (const name of namesOf(row)) found.set(name, [...(found.get(name) ?? []), row])
  }
  return found
}

const rows: readonly FunctionRow[] = Object.values(functions)

/** Overloads of each function of torch, torch.nn.functional and their submodules, to be tried in order. */
export const pythonFunctions: ReadonlyMap<string, readonly FunctionRow[]> = byName(
  rows.filter(row => row.method !== 'only'),
)

/** torch's submodules of functions. */
export const SUBMODULES: ReadonlySet<string> = new Set(['linalg', 'special', 'fft'])

/** What a function of a submodule of torch is called here: `linalg_norm` where torch's own `norm` differs, else `det`. */
export function nameIn(submodule: string, name: string): string {
  const own = `${submodule}_${name}`
  return pythonFunctions.has(own) ? own : name
}

/** Overloads of each method of tensors; the first argument is the tensor. */
export const pythonMethods: ReadonlyMap<string, readonly FunctionRow[]> = byName(
  rows.filter(row => row.method !== undefined),
)

/** The function behind each of Python's operators on tensors. Unary minus is `neg`. */
export const operators = {
  '+': 'add',
  '-': 'sub',
  '*': 'mul',
  '/': 'div',
  '//': 'floor_divide',
  '%': 'remainder',
  '**': 'pow',
  '@': 'matmul',
  '&': 'bitwise_and',
  '|': 'bitwise_or',
  '^': 'bitwise_xor',
  '<<': 'bitwise_left_shift',
  '>>': 'bitwise_right_shift',
  '<': 'lt',
  '<=': 'le',
  '>': 'gt',
  '>=': 'ge',
  '==': 'eq',
  '!=': 'ne',
  neg: 'neg',
  '~': 'bitwise_not',
} as const
