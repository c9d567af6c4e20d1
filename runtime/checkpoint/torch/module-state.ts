/**
 * The state_dict of a whole pickled module, taken from the pickle without its classes: nn.Module keeps its tensors in
 * `_parameters`, `_buffers` and `_modules`, whatever the class is called.
 */
import { CheckpointError } from '../checkpoint-error.ts'
import { PyDict } from '../py-dict.ts'
import { PyObject, PySet, PyTuple, type PyValue } from '../python-value.ts'
import { isTensor } from '../special-tensors.ts'

const MAX_MODULES = 100_000

/** True for an object that was pickled with an nn.Module's attributes. */
export function isModule(value: PyValue): value is PyObject {
  const state = attributesOf(value)
  return state?.get('_parameters') instanceof PyDict && state.get('_modules') instanceof PyDict
}

/**
 * What `module.state_dict()` of the live module would give: keys, order and tensors of any layout, but no `_metadata`, since the
 * versions of classes are not pickled. Throws module/unreadable for an object that is no module.
 */
export function moduleStateDict(module: PyValue): PyDict {
  if (!isModule(module)) {
    throw new CheckpointError('module/unreadable', 'this object has no parameters, buffers and submodules', {
      hint: 'only whole pickled nn.Module objects are read this way',
    })
  }
  const stateDict = new PyDict('OrderedDict')
  walk(module, '', stateDict, [], { modules: 0 })
  return stateDict
}

/** Functions that make a graph module of torch.fx again, out of its attributes. */
const FROM_BODY = /^torch\.(fx\.|_inductor\.)?\w*graph_module\.reduce_\w*graph_module$/

/**
 * The attributes of an object: newer pickles have a dict as state, those of classes with slots a pair. undefined where the state is
 * something else.
 */
export function attributesOf(value: PyValue): PyDict | undefined {
  if (!(value instanceof PyObject)) return undefined
  const [inner] = value.args.items
  if (value.cls.path === COMPILED && inner !== undefined) return compiled(inner)
  const own = FROM_BODY.test(value.cls.path) ? (value.args.items[0] ?? null) : value.state
  const state = own instanceof PyTuple ? own.items[0] : own
  return state instanceof PyDict ? state : undefined
}

/** torch.compile makes its modules again out of the module inside. */
const COMPILED = 'torch._dynamo.eval_frame.OptimizedModule'

const compiled = (inner: PyValue): PyDict =>
  new PyDict('dict', [
    ['_parameters', new PyDict()],
    ['_modules', new PyDict('dict', [['_orig_mod', inner]])],
  ])

function walk(
  module: PyValue,
  prefix: string,
  into: PyDict,
  path: readonly PyValue[],
  visited: { modules: number },
): void {
  const state = attributesOf(module)
  if (state === undefined || path.includes(module)) return
  // A module that is used twice has its keys twice; doubled on every level, a small file would have no end of them.
  if (++visited.modules > MAX_MODULES) {
    throw new CheckpointError('limit/exceeded', `the module tree unfolds to more than ${MAX_MODULES} modules`)
  }
  const hidden = state.get('_non_persistent_buffers_set')
  const skip = hidden instanceof PySet ? hidden.elements : new PyDict()
  for (const slot of ['_parameters', '_buffers']) {
    const tensors = state.get(slot)
    if (!(tensors instanceof PyDict)) continue
    for (const [name, tensor] of tensors) {
      if (isTensor(tensor) && !(slot === '_buffers' && skip.has(name))) {
        into.set(`${prefix}${String(name)}`, tensor)
      }
    }
  }
  const children = state.get('_modules')
  if (!(children instanceof PyDict)) return
  for (const [name, child] of children)
    walk(child, `${prefix}${String(name)}.`, into, [...path, module], visited)
}
