/** Older ways of putting values into text, `"layer%d" % i` and `"layer{}".format(i)`, as the f-string that says the same. */
import type { Expression, FormattedValue, JoinedStr } from './ast.ts'

/** null for anything else: other fields than `%s`, `%d`, `%i` and `{}`, or as many values as there are no fields for. */
export function asFormatted(node: Expression): JoinedStr | null {
  if (node.kind === 'Binary' && node.op === '%' && node.left.kind === 'Str') {
    const values = node.right.kind === 'Tuple' ? node.right.elements : [node.right]
    return joined(node, node.left.value.split(/%[sdi]/), '%', values)
  }
  if (node.kind !== 'Call' || node.func.kind !== 'Attribute' || node.func.attr !== 'format') return null
  const { value } = node.func
  if (value.kind !== 'Str' || node.keywords.length > 0) return null
  return joined(node, value.value.split('{}'), '{', node.args)
}

/** Texts with a value between each two of them; none may contain `sign`, which begins another kind of field. */
function joined(
  node: Expression,
  texts: readonly string[],
  sign: string,
  values: readonly Expression[],
): JoinedStr | null {
  const fits = texts.length === values.length + 1 && values.every(v => v.kind !== 'Starred')
  if (!fits || texts.some(text => text.includes(sign))) return null
  const parts = texts.flatMap((text, i): (string | FormattedValue)[] => {
    const value = values[i]
    const own = text === '' ? [] : [text]
    return value === undefined ? own : [...own, { kind: 'FormattedValue', range: value.range, value }]
  })
  return { kind: 'JoinedStr', range: node.range, parts }
}
