/**
 * What a checkpoint may name: the allow-list of torch.load(weights_only=True), and collections.defaultdict, which real
 * checkpoints carry. The list is closed. An allowed name is looked up in two maps of our own constructors; there is no
 * way from a name in a file to a function of the platform.
 */
import { CheckpointError, quoted } from '../checkpoint-error.ts'
import { isFileDType } from '../file-dtype.ts'
import type { PickleHost } from '../pickle/unpickler.ts'
import { PyDict } from '../py-dict.ts'
import { PyGlobal, PyTuple, type PyValue, TorchDType } from '../python-value.ts'
import { StoredTensor } from '../stored-tensor.ts'
import { ALLOWED_GLOBALS, BLOCKED_MODULES, RENAMED_GLOBALS, RENAMED_MODULES } from './allowed-globals.ts'
import { CONSTRUCTORS } from './python-builtins.ts'
import { REBUILD_FUNCTIONS } from './rebuild.ts'

const DEFAULT_DICT = 'collections.defaultdict'
/** Default factories: named as the argument of a defaultdict, and there only. */
const FACTORIES = new Set([
  'builtins.list',
  'builtins.dict',
  'builtins.int',
  'builtins.float',
  'builtins.set',
])

const SCHEMES = new Set([
  'per_tensor_affine',
  'per_tensor_symmetric',
  'per_channel_affine',
  'per_channel_symmetric',
  'per_channel_affine_float_qparams',
])

export class WeightsOnlyHost implements PickleHost {
  readonly #persistent: (id: PyValue) => PyValue

  /** `persistent` resolves the persistent ids: the storages of the container at hand. */
  constructor(persistent: (id: PyValue) => PyValue) {
    this.#persistent = persistent
  }

  global(rawModule: string, rawName: string, onto: PyValue | undefined): PyValue {
    const [module, name] = python3Name(rawModule, rawName)
    const path = `${module}.${name}`
    if (!BLOCKED_MODULES.has(module)) {
      if (ALLOWED_GLOBALS.has(path)) return allowed(module, name)
      if (path === DEFAULT_DICT) return new PyGlobal(module, name)
      if (FACTORIES.has(path) && onto instanceof PyGlobal && onto.path === DEFAULT_DICT) {
        return new PyGlobal(module, name)
      }
    }
    return this.unknown(module, name)
  }

  /** What becomes of a name outside the list: here it is refused. */
  protected unknown(module: string, name: string): PyValue {
    throw refusal(module, name)
  }

  /** True when a call of that name has a meaning here. */
  protected has(callable: PyGlobal): boolean {
    return REBUILD_FUNCTIONS.has(callable.path) || CONSTRUCTORS.has(callable.path)
  }

  call(callable: PyGlobal, args: PyTuple): PyValue {
    const make = REBUILD_FUNCTIONS.get(callable.path) ?? CONSTRUCTORS.get(callable.path)
    if (make === undefined) {
      throw new CheckpointError(
        'pickle/refused-call',
        `the file calls ${callable.path}, which is not called here`,
        {
          global: callable.path,
          hint: 'load the checkpoint in PyTorch and save its state_dict',
        },
      )
    }
    return make(args.items)
  }

  build(object: PyValue, state: PyValue): void {
    if (object instanceof PyDict && object.kind === 'OrderedDict' && state instanceof PyDict) {
      object.attrs ??= new PyDict()
      for (const [key, value] of state) object.attrs.set(key, value)
      return
    }
    // Variable.__setstate__ of PyTorch before 0.4: (requires_grad, volatile, backward_hooks).
    if (object instanceof StoredTensor && object.cls === 'Parameter' && state instanceof PyTuple) {
      const [requiresGrad, , hooks] = state.items
      if (
        state.items.length === 3 &&
        typeof requiresGrad === 'boolean' &&
        (hooks === null || hooks instanceof PyDict)
      ) {
        object.requiresGrad = requiresGrad
        return
      }
    }
    throw new CheckpointError('pickle/refused-call', 'the file sets the state of what takes none')
  }

  persistent(id: PyValue): PyValue {
    return this.#persistent(id)
  }
}

/** Protocol 2 writes Python 2's names. */
export function python3Name(module: string, name: string): readonly [module: string, name: string] {
  return RENAMED_GLOBALS.get(`${module}.${name}`) ?? [RENAMED_MODULES.get(module) ?? module, name]
}

function allowed(module: string, name: string): PyValue {
  if (module === 'torch' && (isFileDType(name) || SCHEMES.has(name))) return new TorchDType(name)
  return new PyGlobal(module, name)
}

/**
 * Modules, and single names, that pickles name to run or reach something. No module that a project may have itself (`code`, `trace`),
 * and not `builtins.getattr`: Python writes enums and bound methods so, as the schedules of PyTorch 1.13 do.
 */
const RUNNERS: ReadonlySet<string> = new Set(
  `subprocess importlib runpy ctypes socket shutil pickle _pickle marshal webbrowser pty pdb bdb ftplib smtplib telnetlib pip
   builtins.eval builtins.exec builtins.execfile builtins.compile builtins.open builtins.__import__ builtins.setattr
   builtins.delattr builtins.globals builtins.locals builtins.input builtins.breakpoint code.interact
   code.InteractiveInterpreter code.InteractiveConsole commands.getoutput commands.getstatusoutput timeit.timeit
   timeit.repeat cProfile.run cProfile.runctx profile.run types.CodeType types.FunctionType operator.attrgetter
   operator.methodcaller urllib.urlopen urllib.request.urlopen urllib.request.urlretrieve requests.get requests.post
   http.client.HTTPConnection numpy.load torch.load torch.serialization.load torch.jit.load torch.hub.load
   torch.hub.load_state_dict_from_url torch.utils.collect_env.run`.split(/\s+/),
)

/** Whether a global, such as `os.system`, is one that only an attack names. */
export function isHostileGlobal(path: string): boolean {
  const top = path.split('.')[0]!
  return BLOCKED_MODULES.has(top) || RUNNERS.has(top) || RUNNERS.has(path)
}

/** The error for the first of these names that is hostile, whatever else is in the file; null where none is. */
export function hostileRefusal(globals: readonly string[]): CheckpointError | null {
  const name = globals.find(isHostileGlobal)
  if (name === undefined) return null
  const dot = name.lastIndexOf('.')
  return refusal(name.slice(0, dot), name.slice(dot + 1))
}

export function refusal(module: string, name: string): CheckpointError {
  const path = `${module}.${name}`
  const shown = /^[\w.]+$/.test(path) && path.length < 200 ? path : quoted(path)
  return new CheckpointError(
    'pickle/refused-global',
    `the file names ${shown}, which a checkpoint may not name`,
    {
      global: path,
      hint: isHostileGlobal(path)
        ? 'this is an attack or not a checkpoint: nothing of it was run'
        : '"holdfast run" and "holdfast convert --from-module" take the tensors of a whole pickled model, and those beside ' +
          'what else was pickled, without running anything; "holdfast inspect --full" shows it all; in code, ' +
          'open(file, { full: true })',
    },
  )
}
