/** Messages about params, module arguments, the module tree and its keys. */
import type { OpError } from '../../../runtime/ops/error.ts'
import type { Diagnostic, Place } from '../diagnostic.ts'
import { errorsOf } from '../make.ts'

const param = errorsOf('param')
const module = errorsOf('module')
const key = errorsOf('key')
const tensor = errorsOf('tensor')

export const paramMissing = (place: Place, owner: string, name: string): Diagnostic =>
  param(place, 'missing', `${owner} needs the param '${name}', which has no default`)

export const paramUnknown = (
  place: Place,
  owner: string,
  name: string,
  suggestion: string | null,
): Diagnostic =>
  param(place, 'unknown', `${owner} has no param '${name}'`, {
    hint: suggestion === null ? undefined : `did you mean '${suggestion}'?`,
  })

export const paramType = (place: Place, name: string, expected: string, found: string): Diagnostic =>
  param(place, 'type', `'${name}' must be ${expected}, not ${found}`)

export const paramRange = (place: Place, name: string, value: string, rule: string): Diagnostic =>
  param(place, 'range', `'${name}' is ${value}, but must be ${rule}`)

export const unknownType = (place: Place, name: string): Diagnostic =>
  param(place, 'unknown-type', `'${name}' is no type of a param`, {
    hint: 'one of int, float, bool, str, module, dtype, list[...] and tuple[...]',
  })

export const argumentRefused = (place: Place, type: string, error: OpError): Diagnostic =>
  module(
    place,
    error.code === 'argument/missing'
      ? 'missing-argument'
      : error.code === 'argument/unknown'
        ? 'unknown-argument'
        : 'argument',
    `${type}: ${error.message}`,
    {
      hint: error.hint ?? undefined,
    },
  )

export const argumentKind = (place: Place, name: string, found: string): Diagnostic =>
  module(place, 'argument', `argument '${name}' cannot be ${found}`)

export const whenNotBool = (place: Place, found: string): Diagnostic =>
  module(place, 'when', `\`when\` must be true or false for given params, not ${found}`)

export const moduleTypeNotParam = (place: Place, name: string, found: string): Diagnostic =>
  module(place, 'type', `'${name}' must name a module type, not ${found}`)

export const duplicateMember = (place: Place, name: string): Diagnostic =>
  module(place, 'duplicate', `there are two members called '${name}'`, {
    hint: 'make the name depend on the loop variable: `name{i}`',
  })

export const tooManyModules = (place: Place, limit: number): Diagnostic =>
  module(place, 'limit', `the model has more than ${limit} modules`)

export const tooDeep = (place: Place): Diagnostic =>
  module(place, 'depth', 'definitions nest too deeply here')

export const badName = (place: Place, name: string): Diagnostic =>
  module(place, 'name', `'${name}' is no name of a member: it must be an identifier`)

export const duplicateKey = (place: Place, path: string, other: string): Diagnostic =>
  key(place, 'duplicate', `the key '${path}' is already that of '${other}'`, {
    hint: 'give one of them another `key:`',
  })

export const badKey = (place: Place, segment: string): Diagnostic =>
  key(place, 'segment', `'${segment}' is no segment of a key`, {
    hint: 'one segment, not empty, without dots',
  })

export const tieUnknown = (place: Place, name: string, suggestion: string | null): Diagnostic =>
  key(place, 'tie', `no parameter, buffer or module is called '${name}'`, {
    hint: suggestion === null ? undefined : `did you mean '${suggestion}'?`,
  })

export const tieMismatch = (place: Place, a: string, aShape: string, b: string, bShape: string): Diagnostic =>
  key(place, 'tie', `'${a}' is ${aShape} and '${b}' is ${bShape}: they cannot be one tensor`)

export const tensorInit = (place: Place, name: string, found: string): Diagnostic =>
  tensor(place, 'init', `'${name}' must start from a tensor, not ${found}`, {
    hint: 'for instance zeros(n), ones(n, m), normal(n, m, std=0.02)',
  })

export const tensorSize = (place: Place, name: string, shape: string): Diagnostic =>
  tensor(place, 'size', `'${name}' would have the shape ${shape}`)

export const dimType = (place: Place, found: string): Diagnostic =>
  tensor(place, 'dim', `a dim must be an int, not ${found}`)

export const tensorType = (place: Place, name: string): Diagnostic =>
  tensor(place, 'type', `'${name}' is no type of a tensor`, {
    hint: 'for instance float32[N, 3, H, W], int64[N, T], bool[N], list[float32[N, 4]]',
  })
