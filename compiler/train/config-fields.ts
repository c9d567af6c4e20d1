/** The fields of a mapping in a configuration, each read with the type that it must have. Mistakes become diagnostics. */
import { FloatScalar } from '../../runtime/ops/args.ts'
import * as messages from '../diagnostics/catalogue/schema.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import type { Source } from '../parse/source.ts'
import { lookup, type YamlMapping, type YamlNode, type YamlScalar } from '../parse/yaml/node.ts'

export interface NumberBounds {
  readonly min?: number
  readonly max?: number
  readonly integer?: boolean
}

/** A value with the place where it stands. */
export interface Placed<T> {
  readonly value: T
  readonly place: Place
}

export class ConfigFields {
  readonly owner: string
  readonly #node: YamlMapping
  readonly #source: Source
  readonly #diagnostics: Diagnostics

  /** Reports fields that are none of `known`. */
  constructor(
    node: YamlMapping,
    owner: string,
    known: readonly string[],
    source: Source,
    diagnostics: Diagnostics,
  ) {
    this.owner = owner
    this.#node = node
    this.#source = source
    this.#diagnostics = diagnostics
    for (const { key } of node.entries) {
      const name = key.text.text
      if (known.includes(name)) continue
      const free = known.filter(k => lookup(node, k) === undefined)
      diagnostics.add(messages.unknownField(this.placeOf(key), name, owner, known, didYouMean(name, free)))
    }
  }

  placeOf({ range }: { readonly range: YamlNode['range'] }): Place {
    return { source: this.#source, range }
  }

  get place(): Place {
    return this.placeOf(this.#node)
  }

  get names(): readonly string[] {
    return this.#node.entries.map(e => e.key.text.text)
  }

  /** The value of a field; undefined where it is absent or was reported. A field that is needed is missed. */
  node(name: string, needed = false): YamlNode | undefined {
    const pair = lookup(this.#node, name)
    if (pair === undefined) {
      if (needed) this.#diagnostics.add(messages.missingField(this.#firstLine(), name, this.owner))
      return undefined
    }
    return pair.value.kind === 'broken' ? undefined : pair.value
  }

  /** The start of the mapping: all of it would mark every line. */
  #firstLine(): Place {
    const { start, end } = this.#node.range
    const line = this.#source.text.indexOf('\n', start)
    return { source: this.#source, range: { start, end: line === -1 ? end : Math.min(end, line) } }
  }

  text(name: string, needed = false): Placed<string> | undefined {
    const node = this.#scalar(name, 'a text', needed)
    if (node === undefined) return undefined
    if (node.type === 'null') return this.#wrong(node, name, 'a text')
    return { value: node.text.text, place: this.placeOf(node) }
  }

  oneOf<T extends string>(name: string, values: readonly T[], needed = false): Placed<T> | undefined {
    const found = this.text(name, needed)
    if (found === undefined) return undefined
    const value = values.find(v => v === found.value)
    if (value !== undefined) return { value, place: found.place }
    this.#diagnostics.add(
      messages.notOneOf(found.place, found.value, values, didYouMean(found.value, values)),
    )
    return undefined
  }

  number(name: string, bounds: NumberBounds = {}, needed = false): number | undefined {
    const node = this.#scalar(name, 'a number', needed)
    return node === undefined ? undefined : this.#numberOf(node, name, bounds)
  }

  flag(name: string): boolean | undefined {
    const node = this.#scalar(name, 'true or false')
    if (node === undefined) return undefined
    if (node.type === 'bool') return node.value as boolean
    return this.#wrong(node, name, 'true or false')
  }

  mapping(name: string, known: readonly string[], needed = false): ConfigFields | undefined {
    const node = this.node(name, needed)
    if (node === undefined) return undefined
    if (node.kind !== 'mapping') return this.#wrong(node, name, 'a mapping')
    return new ConfigFields(node, `'${name}'`, known, this.#source, this.#diagnostics)
  }

  /** A list of texts. */
  texts(name: string): readonly Placed<string>[] | undefined {
    const node = this.node(name)
    if (node === undefined) return undefined
    if (node.kind !== 'sequence') return this.#wrong(node, name, 'a list')
    return node.items.flatMap(item => {
      if (item.kind === 'scalar' && item.type === 'string')
        return [{ value: item.text.text, place: this.placeOf(item) }]
      this.#wrong(item, `an item of ${name}`, 'a text')
      return []
    })
  }

  /**
   * An option as optimizers and schedulers take it: a number with Python's type (`1.0` is a float), true or false, null, a
   * text, or a list of numbers.
   */
  option(name: string): OptionInput | undefined {
    const node = this.node(name)
    if (node === undefined) return undefined
    if (node.kind === 'sequence') {
      const items = node.items.map(item => (item.kind === 'scalar' ? numberIn(item) : undefined))
      if (items.every(i => i !== undefined)) return items
      return this.#wrong(node, name, 'a list of numbers')
    }
    if (node.kind !== 'scalar') return this.#wrong(node, name, 'a number, a list of them, true or false')
    if (node.type === 'int' || node.type === 'float') return numberIn(node)
    return node.value as string | boolean | null
  }

  #scalar(name: string, expected: string, needed = false): YamlScalar | undefined {
    const node = this.node(name, needed)
    if (node === undefined || node.kind === 'scalar') return node
    return this.#wrong(node, name, expected)
  }

  #numberOf(node: YamlScalar, name: string, { min, max, integer }: NumberBounds): number | undefined {
    const isNumber = node.type === 'int' || (node.type === 'float' && integer !== true)
    if (!isNumber) return this.#wrong(node, name, integer === true ? 'an integer' : 'a number')
    const value = node.value as number
    const bound =
      min !== undefined && !(value >= min)
        ? `${min} or more`
        : max !== undefined && !(value <= max)
          ? `${max} or less`
          : null
    if (bound === null) return value
    this.#diagnostics.add(messages.outOfRange(this.placeOf(node), `'${name}'`, bound))
    return undefined
  }

  #wrong(node: YamlNode, name: string, expected: string): undefined {
    const found =
      node.kind === 'scalar' ? (node.type === 'null' ? 'nothing' : node.text.text) : `a ${node.kind}`
    this.#diagnostics.add(messages.wrongKind(this.placeOf(node), `'${name}'`, expected, found))
    return undefined
  }
}

export type OptionNumber = number | FloatScalar
export type OptionInput = OptionNumber | boolean | null | string | readonly OptionNumber[]

/** A number with Python's type: a whole one that is written `1.0` is a float. */
function numberIn({ type, value }: YamlScalar): OptionNumber | undefined {
  if (type === 'int') return value as number
  return type === 'float' ? new FloatScalar(value as number) : undefined
}
