/** How the steps of a migration are written: the fields of each kind. The schema and the reader go by it. */
import type { Step } from '../../runtime/keys/step.ts'

export interface StepFieldForm {
  /** `key` is a key, a prefix or a pattern; `int` and `ints` are expressions over params; `init` a number or `default`. */
  readonly kind:
    | 'key'
    | 'keys'
    | 'int'
    | 'ints'
    | 'number'
    | 'init'
    | 'text'
    | { readonly oneOf: readonly string[] }
  readonly doc: string
  /** What stands for it where it is left out; required without. */
  readonly default?: number | string | null
}

type FieldsOf<S> = { readonly [F in Exclude<keyof S, 'kind'>]: StepFieldForm }
type FormOf<K extends Step['kind']> = {
  readonly doc: string
  readonly fields: FieldsOf<Extract<Step, { kind: K }>>
}

const key = (doc: string): StepFieldForm => ({ kind: 'key', doc })
const dim = (of: string): StepFieldForm => ({ kind: 'int', doc: `The dim ${of}.`, default: 0 })
const sizes: StepFieldForm = {
  kind: 'ints',
  doc: 'Sizes of the parts; equal ones if left out.',
  default: null,
}
const range = (which: string): FormOf<'slice'>['fields'] => ({
  key: key('The tensor, or a pattern.'),
  dim: dim('that changes its size'),
  start: { kind: 'int', doc: `Where the part begins.`, default: 0 },
  stop: { kind: 'int', doc: 'Where the part ends.' },
  size: { kind: 'int', doc: `The size of the dim ${which}.` },
  fill: { kind: 'number', doc: 'What stands outside of the part.', default: 0 },
})

/** In the order in which pages and schemas show them. */
export const stepForms: {
  readonly [K in Step['kind']]: K extends 'slice' | 'pad' ? FormOf<'slice'> : FormOf<K>
} = {
  rename: {
    doc: 'Moves tensors to other keys.',
    fields: {
      from: key('A key, the first segments of keys, or a pattern.'),
      to: key('The same, with the same wildcards.'),
    },
  },
  split: {
    doc: 'Cuts a tensor into several.',
    fields: {
      from: key('The tensor, or a pattern.'),
      to: { kind: 'keys', doc: 'The parts, in order.' },
      dim: dim('that is cut'),
      sizes,
    },
  },
  concat: {
    doc: 'Joins several tensors to one.',
    fields: {
      from: { kind: 'keys', doc: 'The parts, in order.' },
      to: key('The whole.'),
      dim: dim('along which they are joined'),
      sizes,
    },
  },
  transpose: {
    doc: 'Swaps two dims.',
    fields: { key: key('The tensor, or a pattern.'), dims: { kind: 'ints', doc: 'The two dims.' } },
  },
  reshape: {
    doc: 'Gives another shape of as many elements.',
    fields: {
      key: key('The tensor, or a pattern.'),
      from: { kind: 'ints', doc: 'The shape before; one size may be -1.' },
      to: { kind: 'ints', doc: 'The shape after; one size may be -1.' },
    },
  },
  slice: { doc: 'Keeps a part of a dim.', fields: range('before') },
  pad: { doc: 'Makes a dim longer.', fields: range('after') },
  permute_heads: {
    doc: 'Reorders the rows of attention heads for rotary embeddings.',
    fields: {
      key: key('The tensor, or a pattern.'),
      dim: dim('of the rows'),
      heads: { kind: 'int', doc: 'How many heads there are.' },
      to: { kind: { oneOf: ['interleaved', 'halves'] }, doc: 'How pairs lie afterwards.' },
    },
  },
  add: {
    doc: 'Brings a tensor into being.',
    fields: {
      key: key('The tensor, or the first segments of keys.'),
      init: {
        kind: 'init',
        doc: 'A number that fills it, or default: as the model initialises it.',
        default: 'default',
      },
    },
  },
  drop: {
    doc: 'Ends tensors. Their keys stay reserved.',
    fields: {
      key: key('The tensor, the first segments of keys, or a pattern.'),
      reason: { kind: 'text', doc: 'Why.' },
      init: {
        kind: 'init',
        doc: 'What stands in for it in files that are written in the older layout.',
        default: 'default',
      },
    },
  },
  tie: {
    doc: 'Makes a key another name of a tensor.',
    fields: { key: key('The key.'), to: key('The tensor that it becomes a name of.') },
  },
  untie: {
    doc: 'Makes a name of a tensor a tensor of its own.',
    fields: { key: key('The key.'), from: key('The tensor that it was a name of.') },
  },
}
