/** Which results share the memory of an operand in PyTorch, so that in-place rules know whom else a change is seen by. */
import type { GraphArg, GraphResult } from '../ir/graph.ts'
import { GraphValue } from '../ir/graph.ts'

/** Functions whose result may be a view of their first tensor; of several tensors given as a list, each of its own. */
const VIEWS: ReadonlySet<string> = new Set([
  'view',
  'view_as',
  'reshape',
  'flatten',
  'ravel',
  'unflatten',
  'squeeze',
  'unsqueeze',
  'transpose',
  'permute',
  'movedim',
  't',
  'T',
  'H',
  'mT',
  'mH',
  'expand',
  'expand_as',
  'broadcast_to',
  'broadcast_tensors',
  'sum_to_size',
  'diagonal',
  'linalg_diagonal',
  'getitem',
  'narrow',
  'select',
  'unfold_dim',
  'unbind',
  'chunk',
  'split',
  'split_sizes',
  'tensor_split',
  'tensor_split_at',
  'hsplit',
  'hsplit_at',
  'vsplit',
  'vsplit_at',
  'dsplit',
  'dsplit_at',
  'atleast_1d',
  'atleast_2d',
  'atleast_3d',
  'meshgrid',
  'contiguous',
  'detach',
  'positive',
  'to',
  'to_other',
  'type_as',
])

/** Functions that move the elements of a single operand, but compute with several. */
const VIEWS_OF_ONE: ReadonlySet<string> = new Set(['einsum', 'cartesian_prod'])

/** Modules whose result is a view of their input. */
const VIEW_MODULES: ReadonlySet<string> = new Set(['Flatten', 'Unflatten'])

/** Functions that promise new memory, even where their rule has nothing to do. */
const COPIES: ReadonlySet<string> = new Set([
  'clone',
  'value_copy',
  'cat',
  'hstack',
  'vstack',
  'dstack',
  'column_stack',
  'block_diag',
  'rot90',
  'pow',
  'matrix_power',
  'chain_matmul',
  'pad',
  'adaptive_avg_pool1d',
  'adaptive_avg_pool2d',
  'adaptive_avg_pool3d',
])

/** Whether a function whose rule gives back its input does so in PyTorch. */
export const givesBack = (functionName: string): boolean => !COPIES.has(functionName)

/** The same of a module of torch.nn. */
export const moduleGivesBack = (name: string): boolean => !/(Pad|Pool)[123]d$/.test(name)

/** The results of a function that may be views, each with the tensor whose memory it may share. */
export function viewsOfFunction(
  name: string,
  args: Readonly<Record<string, GraphArg>>,
  result: GraphResult,
): readonly (readonly [GraphValue, GraphValue])[] {
  if (VIEWS_OF_ONE.has(name)) {
    const operands = Object.values(args).flatMap(tensorsIn)
    return operands.length === 1 ? pairs(result, operands) : []
  }
  if (!VIEWS.has(name)) return []
  const [source, ...others] = Object.values(args)
  // Indexing by tensors gathers into new memory.
  if (name === 'getitem' && others.some(other => tensorsIn(other).length > 0)) return []
  return pairs(result, tensorsIn(source))
}

/** The same of a module of torch.nn. */
export const viewsOfModule = (
  name: string,
  args: Readonly<Record<string, GraphArg>>,
  result: GraphResult,
): readonly (readonly [GraphValue, GraphValue])[] =>
  VIEW_MODULES.has(name) ? pairs(result, tensorsIn(Object.values(args)[0])) : []

function pairs(
  result: GraphResult,
  sources: readonly GraphValue[],
): readonly (readonly [GraphValue, GraphValue])[] {
  const [first] = sources
  if (result === null || first === undefined) return []
  if (!(result instanceof GraphValue))
    return result.flatMap((part, i) => pairs(part, sources.length === 1 ? sources : sources.slice(i, i + 1)))
  // A cast has memory of its own.
  return result.aval.dtype === first.aval.dtype ? [[result, first]] : []
}

function tensorsIn(arg: GraphArg | undefined): readonly GraphValue[] {
  if (arg instanceof GraphValue) return [arg]
  return Array.isArray(arg) ? arg.flatMap(tensorsIn) : []
}
