/**
 * Reading what weights-only refuses, still without running anything: classes that we do not have become PyObject, a
 * record of how the pickle would have built them. For whole pickled modules and for TorchScript's own objects.
 */
import { CheckpointError } from '../checkpoint-error.ts'
import { PyDict } from '../py-dict.ts'
import { PyGlobal, PyObject, PyTuple, type PyValue } from '../python-value.ts'
import { StoredTensor } from '../stored-tensor.ts'
import { FROM_TYPE, rebuildSubclass } from './rebuild.ts'
import { WeightsOnlyHost } from './weights-only.ts'

/** Any name is read, none has a meaning. Only an explicit request leads here. */
export class InertHost extends WeightsOnlyHost {
  /** The names so far that weights-only reading would have refused. */
  protected readonly named: Set<string>

  constructor(persistent: (id: PyValue) => PyValue, named: Set<string> = new Set()) {
    super(persistent)
    this.named = named
  }

  protected override unknown(module: string, name: string): PyValue {
    this.named.add(`${module}.${name}`)
    return new PyGlobal(module, name)
  }

  override call(callable: PyGlobal, args: PyTuple): PyValue {
    // A tensor of a class that we do not have is a tensor all the same.
    if (callable.path === FROM_TYPE) return rebuildSubclass(args.items) ?? new PyObject(callable, args)
    if (this.has(callable)) return super.call(callable, args)
    const first = args.items[0]
    // copyreg._reconstructor(cls, base, state) and copyreg.__newobj__(cls, ...) make an instance of their argument.
    if (callable.module === 'copyreg' && first instanceof PyGlobal) {
      return new PyObject(first, new PyTuple(args.items.slice(1)))
    }
    return new PyObject(callable, args)
  }

  override build(object: PyValue, state: PyValue): void {
    if (object instanceof StoredTensor && state instanceof PyDict) {
      object.attrs ??= new PyDict()
      for (const [key, value] of state) object.attrs.set(key, value)
      return
    }
    if (!(object instanceof PyObject)) {
      super.build(object, state)
      return
    }
    if (object.state instanceof PyDict && state instanceof PyDict) {
      for (const [key, value] of state) object.state.set(key, value)
    } else object.state = state
  }
}

const TYPED_LISTS = new Set(['build_intlist', 'build_doublelist', 'build_boollist', 'build_tensorlist'])

/** TorchScript archives name their own classes (`__torch__...`) and a few list builders, and nothing else. */
export class TorchScriptHost extends InertHost {
  protected override unknown(module: string, name: string): PyValue {
    const own = module === '__torch__' || module.startsWith('__torch__.')
    if (own || module === 'torch.jit._pickle') return new PyGlobal(module, name)
    throw new CheckpointError('pickle/refused-global', `the TorchScript archive names ${module}.${name}`, {
      global: `${module}.${name}`,
    })
  }

  override call(callable: PyGlobal, args: PyTuple): PyValue {
    if (callable.module === 'torch.jit._pickle') {
      const [value] = args.items
      if (TYPED_LISTS.has(callable.name) && Array.isArray(value)) return value
      if (callable.name === 'restore_type_tag' && value !== undefined) return value
      throw new CheckpointError('pickle/refused-call', `the TorchScript archive calls ${callable.path}`)
    }
    return super.call(callable, args)
  }
}
