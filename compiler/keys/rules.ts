/**
 * What breaks those who rely on a published model, by rule. A diagnostic of rule `shape` has the code `keys/shape`; migrations ignore
 * a rule by its id. docs/reference/breaking.md is made from this table.
 */

/** STATE: checkpoints no longer load. OPTIM: the state of optimizers goes astray. SOURCE: code that uses the class no longer compiles. */
export type BreakingClass = 'STATE' | 'OPTIM' | 'SOURCE'

interface Rule {
  readonly class: BreakingClass
  readonly what: string
  /** What covers it, beside an ignore with a reason. */
  readonly covered: string
}

export const rules = {
  'key-removed': {
    class: 'STATE',
    what: 'A locked key is gone from the state_dict.',
    covered: 'a step that leads it elsewhere, or `drop`',
  },
  'key-added': { class: 'STATE', what: 'A key is new, so that old checkpoints lack it.', covered: '`add`' },
  'key-renamed': {
    class: 'STATE',
    what: 'Locked keys are gone, and new ones have their shapes.',
    covered: '`renamed_from:` or `rename`',
  },
  shape: {
    class: 'STATE',
    what: 'A tensor has another shape.',
    covered: '`transpose`, `reshape`, `slice`, `pad`',
  },
  dtype: {
    class: 'STATE',
    what: 'A tensor has another dtype.',
    covered: 'nothing but `ignore:`; loading casts',
  },
  kind: {
    class: 'STATE',
    what: 'A parameter has become a buffer, or a buffer a parameter.',
    covered: 'nothing but `ignore:`; the tensor loads as what it is now',
  },
  persistence: {
    class: 'STATE',
    what: 'A buffer is no longer part of the state_dict.',
    covered: '`drop`',
  },
  tied: { class: 'STATE', what: 'Two tensors have become one.', covered: '`tie`' },
  untied: { class: 'STATE', what: 'One tensor of two names has become two.', covered: '`untie`' },
  'key-reused': { class: 'STATE', what: 'A dropped key is used for something else.', covered: '' },
  'default-changed': {
    class: 'STATE',
    what: 'A param that decides keys or shapes has another value in a preset, or by default.',
    covered: '',
  },
  'preset-removed': { class: 'STATE', what: 'A locked preset is gone.', covered: '' },
  'generation-changed': {
    class: 'STATE',
    what: 'A published generation is another one in the lock, or missing.',
    covered: '',
  },
  'lock-removed': { class: 'STATE', what: 'A published lock is gone.', covered: '' },
  'spec-removed': { class: 'SOURCE', what: 'A published spec is gone.', covered: '' },
  'parameter-order': {
    class: 'OPTIM',
    what: 'Parameters come in another order, by which files know the state of optimizers.',
    covered: 'any migration, one without steps too',
  },
  'class-renamed': { class: 'SOURCE', what: 'The model has another name.', covered: '' },
  'param-removed': { class: 'SOURCE', what: 'A param is gone.', covered: '' },
  'param-required': {
    class: 'SOURCE',
    what: 'A param without a default is new, or has lost its default.',
    covered: '',
  },
  'param-type': { class: 'SOURCE', what: 'A param has another type.', covered: '' },
  inputs: { class: 'SOURCE', what: 'The inputs have other names, types or another order.', covered: '' },
  outputs: { class: 'SOURCE', what: 'The outputs have other names, types or another order.', covered: '' },
} as const satisfies Record<string, Rule>

export type RuleId = keyof typeof rules

export const isRule = (id: string): id is RuleId => Object.hasOwn(rules, id)
