/** Conversions of dtype. */
import { required } from '../args.ts'
import type { DType } from '../dtype.ts'
import { defineFunction } from '../function.ts'
import { vocabulary } from './vocabulary.ts'

const input = required('input', 'tensor')

const castRow = <const N extends string>(name: N, dtype: DType) =>
  defineFunction({
    name,
    method: 'only',
    args: [input],
    returns: 'tensor',
    doc: `The elements as ${dtype}.`,
    expand: (b, { input }) => vocabulary(b).cast(input, dtype),
  })

export const casting = {
  float: castRow('float', 'float32'),
  double: castRow('double', 'float64'),
  half: castRow('half', 'float16'),
  bfloat16: castRow('bfloat16', 'bfloat16'),
  long: castRow('long', 'int64'),
  int: castRow('int', 'int32'),
  short: castRow('short', 'int16'),
  char: castRow('char', 'int8'),
  byte: castRow('byte', 'uint8'),
  bool: castRow('bool', 'bool'),
  to: defineFunction({
    name: 'to',
    aliases: ['type'],
    method: 'only',
    args: [input, required('dtype', 'dtype')],
    returns: 'tensor',
    doc: 'The elements as another dtype; floats to integers are truncated.',
    expand: (b, { input, dtype }) => vocabulary(b).cast(input, dtype),
  }),
  to_other: defineFunction({
    name: 'to_other',
    python: 'to',
    method: 'only',
    args: [input, required('other', 'tensor')],
    returns: 'tensor',
    doc: 'The elements in the dtype of other.',
    expand: (b, { input, other }) => vocabulary(b).cast(input, b.aval(other).dtype),
  }),
  type_as: defineFunction({
    name: 'type_as',
    method: 'only',
    args: [input, required('other', 'tensor')],
    returns: 'tensor',
    doc: 'The elements in the dtype of other.',
    expand: (b, { input, other }) => vocabulary(b).cast(input, b.aval(other).dtype),
  }),
} as const
