/** How things of a spec are called in the Python file: as the author called them, unless Python or PyTorch needs the name. */
import type { Expression, Statement } from '../../parse/python/ast.ts'
import { isIdentifier } from '../../spec/names.ts'
import type { SpecFile } from '../../spec/spec.ts'
import * as py from './syntax.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(word => word !== ''))

const keywords = words(`
  False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield`)

/** What torch.nn.Module itself is made of. A member of such a name stands in its dictionaries only. */
const moduleAttributes = words(`
  T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
  extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia
  named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
  register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
  register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
  register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory
  state_dict to to_empty train training type xpu zero_grad
  _apply _backward_hooks _backward_pre_hooks _buffers _call_impl _compiled_call_impl _forward_hooks
  _forward_hooks_always_called _forward_hooks_with_kwargs _forward_pre_hooks _forward_pre_hooks_with_kwargs
  _get_backward_hooks _get_backward_pre_hooks _get_name _is_full_backward_hook _load_from_state_dict
  _load_state_dict_post_hooks _load_state_dict_pre_hooks _maybe_warn_non_full_backward_hook _modules _named_members
  _non_persistent_buffers_set _parameters _register_load_state_dict_pre_hook _register_state_dict_hook
  _replicate_for_data_parallel _save_to_state_dict _slow_forward _state_dict_hooks _state_dict_pre_hooks _version
  _wrapped_call_impl`)

/** Names that the file's own code uses inside of functions: no local may hide them. */
const used = words(`
  F OrderedDict getattr list math nn self super torch StochasticDepth with_modules trainable
  max_of min_of sum_of abs_of pow_of round_of all_of any_of`)

/** A helper that only other helpers, and code that means it, call. */
const helper = 'stochastic_depth'

/** Python's built-in functions and types, which no class or function of the file may replace. */
const builtins = words(`
  abs all any bool dict divmod enumerate float getattr int len list max min object pow range reversed round slice sorted
  str sum super tuple type zip`)

const isReserved = (key: string): boolean => moduleAttributes.has(key) || key.startsWith('__')

/** Whether `self.key` can be written. Names with two underscores are changed by Python inside of classes. */
export const isAttribute = (key: string): boolean =>
  isIdentifier(key) && !keywords.has(key) && !isReserved(key)

export type MemberKind = 'module' | 'parameter' | 'buffer'

const dictionaries = { module: '_modules', parameter: '_parameters', buffer: '_buffers' } as const

/** A member by its key: as an attribute where Python and PyTorch allow it. */
export function member(owner: Expression, key: string, kind: MemberKind): Expression {
  if (isAttribute(key)) return py.attribute(owner, key)
  if (isReserved(key)) return py.subscript(py.attribute(owner, dictionaries[kind]), py.string(key))
  return py.call(py.name('getattr'), [owner, py.string(key)])
}

/** Registers a module or a parameter under a fixed key. */
export function register(key: string, kind: 'module' | 'parameter', value: Expression): Statement {
  const self = py.name('self')
  if (isAttribute(key)) return py.assign(py.attribute(self, key), value)
  if (isReserved(key)) {
    return py.assign(py.subscript(py.attribute(self, dictionaries[kind]), py.string(key)), value)
  }
  const method = kind === 'module' ? 'add_module' : 'register_parameter'
  return py.statement(py.call(py.attribute(self, method), [py.string(key), value]))
}

/** Registers a buffer under a fixed key; `persistent` is null where it is. */
export function registerBuffer(
  key: string,
  value: Expression,
  persistent: Expression | null,
): readonly Statement[] {
  const self = py.name('self')
  if (!isReserved(key)) {
    const keywords = persistent === null ? [] : [py.keyword('persistent', persistent)]
    const args = [py.string(key), value]
    return [py.statement(py.call(py.attribute(self, 'register_buffer'), args, keywords))]
  }
  const store = py.assign(py.subscript(py.attribute(self, '_buffers'), py.string(key)), value)
  if (persistent === null) return [store]
  const mark = py.statement(py.call(py.path('self._non_persistent_buffers_set.add'), [py.string(key)]))
  return [store, py.when(py.not(persistent), [mark])]
}

/** The names of one output file. Equal names of the author's stay equal wherever they stand. */
export class Names {
  /** All words of the sources: a new name is none of them. */
  readonly #words: ReadonlySet<string>
  /** Names of the module level: classes and functions. */
  readonly #globals = new Set<string>()
  readonly #locals = new Map<string, string>()

  constructor(files: Iterable<SpecFile>) {
    const found = new Set<string>()
    for (const file of files) {
      for (const word of file.source.text.match(/[\p{XID_Start}_]\p{XID_Continue}*/gu) ?? []) found.add(word)
    }
    this.#words = found
  }

  /** A name of the module level; `alternative` is what it gives way to when another file has it. */
  global(wanted: string, alternative: string): string {
    let name = wanted
    if (this.#isTaken(name)) name = alternative
    for (let i = 2; this.#isTaken(name); i++) name = `${alternative}${i}`
    this.#globals.add(name)
    return name
  }

  #isTaken(name: string): boolean {
    return (
      name === helper || this.#globals.has(name) || used.has(name) || builtins.has(name) || keywords.has(name)
    )
  }

  /** A name of the author's for a variable, an input or an option. To be asked for after all classes have names. */
  local(name: string): string {
    const known = this.#locals.get(name)
    if (known !== undefined) return known
    const isFree = !used.has(name) && !this.#globals.has(name) && !keywords.has(name)
    const result = isFree ? name : this.fresh(name)
    this.#locals.set(name, result)
    return result
  }

  /** A name that is nowhere in the sources. */
  fresh(wanted: string): string {
    let name = `${wanted}_`
    while (this.#words.has(name) || this.#isTaken(name)) name += '_'
    return name
  }
}
