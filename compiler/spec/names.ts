/** Which names things can have, so that a forward can say them, PyTorch can hold them and generated code can spell them. */
import * as messages from '../diagnostics/catalogue/spec.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'

const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/).filter(word => word !== ''))

const pythonWords = words(`
  False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield`)

/** Words that cannot name a class of a TypeScript module. As members, params and locals they are fine. */
const typescriptWords = words(`
  arguments any await boolean break case catch class const continue debugger declare default delete do else enum eval
  export extends false finally for function if implements import in instanceof interface let never new null number
  object package private protected public return static string super switch symbol this throw true try type typeof
  undefined unknown var void while with yield`)

/** Attributes that every torch.nn.Module has: `add_module` refuses them, and `self.type` means another thing. */
const moduleAttributes = words(`
  T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
  extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules mtia
  named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
  register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
  register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
  register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory
  state_dict to to_empty train training type xpu zero_grad
  keyContracts loadStateDict namedBuffers namedChildren namedModules namedParameters requiresGrad stateDict zeroGrad`)

/** Properties that every JavaScript object has, given or not. */
const objectProperties = words(`
  constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf`)

const keptBack = 'every object has something of that name'

/** What a name is given to. */
export type Named =
  | 'model'
  | 'definition'
  | 'import'
  | 'param'
  | 'let'
  | 'dim'
  | 'input'
  | 'output'
  | 'member'
  | 'method'
  | 'function'

const described: Readonly<Record<Named, string>> = {
  model: 'a model',
  definition: 'a definition',
  import: 'an import',
  param: 'a param',
  let: 'a let',
  dim: 'a dim',
  input: 'an input',
  output: 'an output',
  member: 'a module or tensor',
  method: 'a method',
  function: 'a function',
}

const identifier = /^[\p{XID_Start}_]\p{XID_Continue}*$/u

/** Python compares names in this form. */
const canonicalName = (name: string): string => name.normalize('NFKC')

export const isIdentifier = (name: string): boolean => identifier.test(name) && canonicalName(name) === name

/** Children of containers, and those that a body numbers itself: `0`, `17`. */
export const isNumberName = (name: string): boolean => /^(0|[1-9][0-9]*)$/.test(name)

/** Reports what is wrong with a name; false if anything is. */
export function checkName(name: string, named: Named, place: Place, diagnostics: Diagnostics): boolean {
  const what = described[named]
  if (!isIdentifier(name)) diagnostics.add(messages.badName(place, what, name))
  else if (pythonWords.has(name)) diagnostics.add(messages.keywordName(place, what, name, 'Python'))
  else if ((named === 'model' || named === 'definition') && typescriptWords.has(name))
    diagnostics.add(messages.keywordName(place, what, name, 'TypeScript'))
  else if ((named === 'member' || named === 'method') && moduleAttributes.has(name))
    diagnostics.add(messages.moduleName(place, what, name))
  else if (name.startsWith('__') || objectProperties.has(name))
    diagnostics.add(messages.reservedName(place, what, name, keptBack))
  else if (name === 'self' || (name === 'training' && named !== 'output'))
    diagnostics.add(
      messages.reservedName(
        place,
        what,
        name,
        name === 'self' ? 'it is the module itself' : 'it is the mode',
      ),
    )
  else return true
  return false
}

/** Names of children in a container: any text that can be one segment of a key. */
export function checkContainerName(name: string, place: Place, diagnostics: Diagnostics): boolean {
  if (name === '' || name.includes('.')) diagnostics.add(messages.dottedKey(place, name))
  else if (moduleAttributes.has(name)) diagnostics.add(messages.moduleName(place, described.member, name))
  else if (name.startsWith('__') || objectProperties.has(name))
    diagnostics.add(messages.reservedName(place, described.member, name, keptBack))
  else return true
  return false
}
