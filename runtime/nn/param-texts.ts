/** Params of a spec from the options that a generated class was given: the texts that a file carries, as a spec would write them. */
import { FloatScalar } from '../ops/args.ts'
import { isModuleName } from './table/index.ts'

/** null where an option is nothing that a text can say: a class of the caller's own as the type of a module. */
export function paramTexts(
  options: Readonly<Record<string, unknown>>,
): { readonly [name: string]: string } | null {
  const texts: Record<string, string> = {}
  for (const [name, value] of Object.entries(options)) {
    const text = textOf(value)
    if (text === null) return null
    texts[name] = text
  }
  return texts
}

function textOf(value: unknown): string | null {
  switch (typeof value) {
    case 'number':
      return Number.isFinite(value) ? `${value}` : null
    case 'boolean':
      return value ? 'True' : 'False'
    case 'string':
      // What JSON escapes, Python reads the same way.
      return JSON.stringify(value)
    case 'function':
      // Classes of torch.nn keep their names in minified code.
      return isModuleName(value.name) ? value.name : null
    case 'object':
      if (value === null) return 'None'
      if (value instanceof FloatScalar) return floatText(value.value)
      return Array.isArray(value) ? listText(value) : null
    default:
      return null
  }
}

/** With a point or an exponent, so that it reads as a float again. */
const floatText = (value: number): string | null => {
  const text = textOf(value)
  return text !== null && /^-?\d+$/.test(text) ? `${text}.0` : text
}

function listText(items: readonly unknown[]): string | null {
  const texts = items.map(textOf)
  return texts.includes(null) ? null : `[${texts.join(', ')}]`
}
