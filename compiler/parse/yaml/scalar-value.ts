/** The core schema of YAML 1.2 (https://yaml.org/spec/1.2.2/#103-core-schema): what a plain scalar is. */
import type { YamlScalar } from './node.ts'

type Value = Pick<YamlScalar, 'type' | 'value'>

const constants = new Map<string, Value>([
  ...['', '~', 'null', 'Null', 'NULL'].map(text => [text, { type: 'null', value: null }] as const),
  ...['true', 'True', 'TRUE'].map(text => [text, { type: 'bool', value: true }] as const),
  ...['false', 'False', 'FALSE'].map(text => [text, { type: 'bool', value: false }] as const),
  ...['.nan', '.NaN', '.NAN'].map(text => [text, { type: 'float', value: Number.NaN }] as const),
])

/** `yes`, `no`, `on` and `off` are strings, as is everything that no rule names. */
export function plainValue(text: string): Value {
  const constant = constants.get(text)
  if (constant !== undefined) return constant
  if (/^[-+]?[0-9]+$/.test(text)) return { type: 'int', value: Number(text) }
  const based = /^0(o[0-7]+|x[0-9a-fA-F]+)$/.test(text)
  if (based) return { type: 'int', value: Number(text) }
  if (/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(text))
    return { type: 'float', value: Number(text) }
  const infinite = /^([-+]?)\.(inf|Inf|INF)$/.exec(text)
  if (infinite !== null)
    return { type: 'float', value: infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY }
  return { type: 'string', value: text }
}
