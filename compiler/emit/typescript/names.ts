/** What names of a body are in the generated class. */
import type { Definition } from '../../spec/spec.ts'
import type { ObservedType } from '../observed-type.ts'
import { type Code, code, ident } from './code.ts'

/** Members of the runtime's Module, which fields of a generated class must leave alone. */
const MODULE_MEMBERS: ReadonlySet<string> = new Set([
  'constructor',
  'training',
  'forward',
  'typeName',
  'stateVersion',
  'keyContracts',
  'modelSource',
  'madeFrom',
  'extraRepr',
  'registerParameter',
  'registerBuffer',
  'registerModule',
  'shareTensor',
  'ownParameters',
  'ownBuffers',
  'ownChildren',
  'children',
  'namedModules',
  'modules',
  'getSubmodule',
  'namedParameters',
  'parameters',
  'namedBuffers',
  'buffers',
  'stateDict',
  'loadStateDict',
  'train',
  'eval',
  'apply',
  'requiresGrad_',
  'zeroGrad',
  'to',
  'toString',
  'length',
  'at',
  'slice',
  'append',
  'options',
  'upgradeState',
  '__proto__',
  'prototype',
])

/** The field of a member; numbers, as the names of children, are no identifiers. */
export const fieldName = (name: string): Code =>
  ident(MODULE_MEMBERS.has(name) ? `${name}_` : /^\d/.test(name) ? `_${name}` : name, new Set())

/** Names that a body sees beside its locals. */
export interface Surroundings {
  /** Members with a field of their own. */
  readonly members: ReadonlySet<string>
  /** Of these, tensors that are always there. */
  readonly cells: ReadonlySet<string>
  /** Of these, tensors that some params leave out. */
  readonly optionalCells: ReadonlySet<string>
  /** What members are in all instances; the classes of those that differ from one to the next. */
  readonly memberTypes: ReadonlyMap<string, ObservedType>
  /** Modules that some params leave out. */
  readonly optionalModules: ReadonlySet<string>
  /** Params, lets and captured names, constants where the code stands. */
  readonly options: ReadonlySet<string>
  readonly methods: ReadonlySet<string>
  /** Functions of the file. */
  readonly functions: ReadonlySet<string>
  readonly definition: Definition | null
}

/** Of code that stands in no method: functions of a spec, and constructors. */
export const NO_MEMBERS: Omit<Surroundings, 'options' | 'functions' | 'definition'> = {
  members: new Set(),
  cells: new Set(),
  optionalCells: new Set(),
  memberTypes: new Map(),
  optionalModules: new Set(),
  methods: new Set(),
}

export type Meaning = 'local' | 'member' | 'option' | 'method' | 'function' | 'self' | 'other'

/** The order in which evaluation looks names up. */
export function meaningOf(name: string, locals: ReadonlySet<string>, around: Surroundings): Meaning {
  if (locals.has(name)) return 'local'
  if (name === 'self') return 'self'
  if (around.members.has(name)) return 'member'
  if (around.options.has(name)) return 'option'
  if (around.methods.has(name)) return 'method'
  return around.functions.has(name) ? 'function' : 'other'
}

export const thisMember = (name: string): Code => code`this.${fieldName(name)}`

/** As the runtime names its functions: `max_pool2d` as `maxPool2d`. */
export const camel = (name: string): string =>
  name.replace(/(?<=[^_])_+([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
