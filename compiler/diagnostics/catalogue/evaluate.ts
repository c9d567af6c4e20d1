/** Messages about what expressions and forwards do: names, kinds of values, control flow, calls. */
import type { Diagnostic, Place } from '../diagnostic.ts'
import { makeDiagnostic } from '../make.ts'

const error = (place: Place, code: string, message: string, hint?: string): Diagnostic =>
  makeDiagnostic('error', place, code, message, { hint })

const warning = (place: Place, code: string, message: string, hint?: string): Diagnostic =>
  makeDiagnostic('warning', place, code, message, { hint })

// Names.

/** YAML's words in an expression, which is Python. */
const PYTHON_WORDS: Readonly<Record<string, string>> = {
  true: 'True',
  false: 'False',
  null: 'None',
  none: 'None',
}

export const unknownName = (place: Place, name: string, suggestion: string | null): Diagnostic => {
  const nearest = (Object.hasOwn(PYTHON_WORDS, name) ? PYTHON_WORDS[name] : null) ?? suggestion
  if (name === 'self')
    return error(
      place,
      'name/unknown',
      "there is no 'self' here",
      'params and lets are named alone: NAME, not self.NAME',
    )
  const hint = nearest === null ? undefined : `did you mean '${nearest}'?`
  return error(place, 'name/unknown', `nothing is called '${name}' here`, hint)
}

export const classAsValue = (place: Place, name: string): Diagnostic =>
  error(
    place,
    'name/unknown',
    `'${name}' is a class of torch.nn, which has no place in an expression`,
    'declare the module under modules:; a param of type module takes a class alone, and a choice is alternatives with when:',
  )

export const unboundLocal = (place: Place, name: string): Diagnostic =>
  error(
    place,
    'name/unbound',
    `'${name}' is assigned later in this body, so it is local and has no value yet`,
    `write self.${name} for the member, or use another name for the local`,
  )

const MODULE_METHODS: ReadonlySet<string> = new Set([
  'children',
  'named_children',
  'modules',
  'named_modules',
])

export const unknownMember = (
  place: Place,
  owner: string,
  name: string,
  suggestion: string | null,
): Diagnostic =>
  error(
    place,
    'name/member',
    `${owner} has no member '${name}'`,
    MODULE_METHODS.has(name)
      ? 'loop over a ModuleList or Sequential of them, or over a list: for m in [self.a, self.b]'
      : suggestion === null
        ? undefined
        : `did you mean '${suggestion}'?`,
  )

export const unknownAttribute = (
  place: Place,
  kind: string,
  name: string,
  suggestion: string | null,
): Diagnostic =>
  error(
    place,
    'name/attribute',
    `${kind} has no attribute '${name}'`,
    suggestion === null ? undefined : `did you mean '${suggestion}'?`,
  )

// Kinds of values.

export const badOperand = (place: Place, op: string, left: string, right: string | null): Diagnostic =>
  error(
    place,
    'type/operand',
    right === null ? `'${op}' does not apply to ${left}` : `'${op}' does not apply to ${left} and ${right}`,
  )

export const notCallable = (place: Place, kind: string): Diagnostic =>
  error(place, 'type/call', `${kind} cannot be called`)

export const notIndexable = (place: Place, kind: string): Diagnostic =>
  error(place, 'type/index', `${kind} cannot be indexed`)

export const notIterable = (place: Place, kind: string, hint?: string): Diagnostic =>
  error(place, 'type/iterate', `${kind} cannot be looped over or unpacked`, hint)

export const wrongKind = (place: Place, what: string, expected: string, found: string): Diagnostic =>
  error(place, 'type/kind', `${what} must be ${expected}, not ${found}`)

export const badIndex = (place: Place, message: string): Diagnostic => error(place, 'value/index', message)

export const unpackCount = (place: Place, expected: string, found: number | string): Diagnostic =>
  error(place, 'value/unpack', `${expected} expected, ${found} found`)

export const badValue = (place: Place, message: string, hint?: string): Diagnostic =>
  error(place, 'value/invalid', message, hint)

export const badCall = (place: Place, name: string, message: string, hint?: string): Diagnostic =>
  error(place, 'call/arguments', `${name}: ${message}`, hint)

// Control flow.

export const branchOnData = (place: Place): Diagnostic =>
  error(
    place,
    'flow/data',
    'a condition on the elements of a tensor decides nothing before the model runs',
    'choose elementwise: where(condition, a, b), x.masked_fill(mask, value), or multiply with a mask',
  )

export const branchOnSize = (place: Place, condition: string): Diagnostic =>
  error(
    place,
    'flow/size',
    `whether ${condition} depends on the sizes of the inputs`,
    'use `a if condition else b` on sizes, or fix the size under dims: (multiple_of, min, max)',
  )

export const loopOnSize = (place: Place, size: string): Diagnostic =>
  error(
    place,
    'flow/loop',
    `this loop runs ${size} times, which depends on the sizes of the inputs`,
    'use a batched op or a recurrent module, or bound the loop by a param',
  )

export const tooLong = (place: Place, limit: number, culprit: string | null): Diagnostic =>
  error(
    place,
    'flow/limit',
    `evaluation takes more than ${limit} steps`,
    culprit === null ? undefined : `the loop here runs ${culprit} times`,
  )

export const raised = (place: Place, message: string): Diagnostic =>
  error(
    place,
    'flow/raise',
    `the forward comes to this raise: ${message}`,
    'check the params and inputs that lead here',
  )

export const recursion = (place: Place, name: string): Diagnostic =>
  error(place, 'flow/recursion', `'${name}' calls itself`, 'write a loop with a bound')

export const noReturn = (place: Place, name: string): Diagnostic =>
  error(place, 'flow/return', `${name} ends without a return`)

// Refused constructs, each with its rewrite.

export const moduleInForward = (place: Place, type: string): Diagnostic =>
  error(
    place,
    'forward/module',
    `nn.${type} is made anew at every call: its tensors would have no keys`,
    'declare it under modules: and call it by its name',
  )

const NEEDS_ELEMENTS = 'needs the elements of a tensor before the model runs'

export const readsData = (place: Place, what: string): Diagnostic =>
  error(place, 'forward/data', `${what} ${NEEDS_ELEMENTS}`, 'make the value an input or a param')

export const sizedByData = (place: Place, what: string): Diagnostic =>
  error(
    place,
    'forward/data',
    `${what} ${NEEDS_ELEMENTS}`,
    'the size of its result depends on data: keep the shape with where, a mask, topk, sort or scatter_add',
  )

export const decomposition = (place: Place, what: string): Diagnostic =>
  error(
    place,
    'forward/function',
    `${what} is not supported`,
    'there are det, slogdet, torch.linalg.inv, solve, solve_triangular and cholesky; a spectral norm comes of power iteration with @ and normalize, constant factors of a buffer',
  )

export const maskedSelect = (place: Place): Diagnostic =>
  error(
    place,
    'forward/mask-index',
    'indexing by a bool mask gives a tensor whose size depends on data',
    'keep the shape: where(mask, x, 0), x.masked_fill(~mask, value) or x * mask',
  )

const INSTEAD: Readonly<Record<string, string>> = {
  isinstance:
    "ask for Python's types, torch.Tensor, classes of torch.nn and definitions of this file; of members `is not None` is enough",
  print: 'remove it: holdfast graph shows the values of a forward with their shapes',
  type: 'compare dtypes: x.dtype == torch.float16',
  super: 'write out what the other forward does; its parts stand under modules:',
}

export const introspection = (place: Place, name: string): Diagnostic =>
  error(
    place,
    'forward/introspection',
    `${name} is not part of the language`,
    INSTEAD[name] ?? 'decide with `when:` on the member and `is not None` here',
  )

const PACKAGE_HINTS: Readonly<Record<string, string>> = {
  np: 'math has prod, sqrt, pi and inf for numbers, torch the functions of tensors',
  numpy: 'math has prod, sqrt, pi and inf for numbers, torch the functions of tensors',
  einops: 'write view, permute and reshape',
  rearrange:
    'write view, permute and reshape: rearrange(x, "b c h w -> b (h w) c") is x.flatten(2).transpose(1, 2)',
  repeat: 'write x[:, None].expand(...), or x.repeat(...)',
  reduce: 'write x.mean(dim=...), x.amax(dim=...)',
  warnings: 'remove the line: a model says nothing while it runs',
  logging: 'remove the line: a model says nothing while it runs',
  random:
    'chances of training are params, such as whether the true words are fed: teacher_forcing: bool = False',
  logger: 'remove the line: a model says nothing while it runs',
}

export const packedSequence = (place: Place, name: string): Diagnostic =>
  error(
    place,
    'forward/package',
    `${name} is not available in a forward: the size of a packed sequence depends on data`,
    'give the padded batch to the module itself: in one direction, outputs before the end of each sequence are the same; the last one is y[arange(len(y)), lengths - 1] with batch_first',
  )

export const outsidePackage = (place: Place, name: string): Diagnostic =>
  error(
    place,
    'forward/package',
    `'${name}' is not available in a forward`,
    PACKAGE_HINTS[name] ?? "use torch's own functions; plain helpers go to functions:",
  )

export const frozenAttribute = (place: Place, name: string): Diagnostic =>
  error(
    place,
    'forward/assign',
    `self.${name} cannot be assigned in a forward`,
    'use a local variable, or declare it under buffers: with mutable: true',
  )

export const inPlaceAlias = (place: Place, name: string, other: string): Diagnostic =>
  error(
    place,
    'forward/alias',
    `in PyTorch this changes '${other}' too${other === name ? '' : `, which shares its memory with '${name}'`}, and it is used again`,
    `compute a new value without the in-place operation, or clone() ${name} before`,
  )

export const activeDropout = (place: Place, name: string): Diagnostic =>
  warning(
    place,
    'forward/dropout',
    `${name} without training= is active in eval mode too, as in PyTorch`,
    'pass training=training, or declare nn.Dropout under modules:',
  )
