/** Names of fields with a meaning of their own, for every part that must tell them from arguments. */

/** Fields of a module entry. No argument can have these names. */
export const entryFields: ReadonlySet<string> = new Set([
  'type',
  'when',
  'for',
  'key',
  'renamed_from',
  'name',
  'doc',
  'trainable',
  'modules',
  'parameters',
  'buffers',
  'ties',
])

/** Module types that hold other modules and have no arguments. */
export const containers: ReadonlySet<string> = new Set(['Module', 'Sequential', 'ModuleList', 'ModuleDict'])
