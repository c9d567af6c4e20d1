/** The fields of a mapping in a configuration, each read as its table says. Mistakes become diagnostics. */
import { FloatScalar } from '../../runtime/ops/args.ts'
import * as messages from '../diagnostics/catalogue/schema.ts'
import type { Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import { didYouMean } from '../diagnostics/did-you-mean.ts'
import type { Source } from '../parse/source.ts'
import { lookup, type YamlMapping, type YamlNode, type YamlScalar } from '../parse/yaml/node.ts'
import type { OptionKind } from './choices.ts'
import type { FieldTable } from './config-table.ts'

/** A value with the place where it stands. */
export interface Placed<T> {
  readonly value: T
  readonly place: Place
}

export class ConfigFields {
  readonly owner: string
  readonly #node: YamlMapping
  readonly #table: FieldTable
  readonly #source: Source
  readonly #diagnostics: Diagnostics

  /** Reports fields that the table does not have. */
  constructor(node: YamlMapping, owner: string, table: FieldTable, source: Source, diagnostics: Diagnostics) {
    this.owner = owner
    this.#node = node
    this.#table = table
    this.#source = source
    this.#diagnostics = diagnostics
    const known = Object.keys(table)
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

  /** The value of a field; undefined where it is absent or was reported. A required one is missed. */
  node(name: string): YamlNode | undefined {
    const pair = lookup(this.#node, name)
    if (pair === undefined) {
      if (this.#table[name]?.required)
        this.#diagnostics.add(messages.missingField(this.#firstLine(), name, this.owner))
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

  text(name: string): Placed<string> | undefined {
    const node = this.node(name)
    return node === undefined ? undefined : this.textIn(node, `'${name}'`)
  }

  /** One of the words of its field. */
  word<T extends string>(name: string): Placed<T> | undefined {
    return this.oneOf(name, this.#wordsOf(name) as readonly T[])
  }

  oneOf<T extends string>(name: string, words: readonly T[]): Placed<T> | undefined {
    const found = this.text(name)
    return found === undefined ? undefined : this.#oneOf(found, words)
  }

  /** A list of words of its field. */
  words<T extends string>(name: string): readonly Placed<T>[] {
    const node = this.node(name)
    if (node === undefined) return []
    if (node.kind !== 'sequence') {
      this.#wrong(node, `'${name}'`, 'a list')
      return []
    }
    return node.items.flatMap(item => {
      const text = this.textIn(item, `an item of '${name}'`)
      const word = text && this.#oneOf(text, this.#wordsOf(name) as readonly T[])
      return word === undefined ? [] : [word]
    })
  }

  /** A number within its field's bounds. */
  number(name: string): number | undefined {
    const node = this.#scalar(name, 'a number')
    const field = this.#table[name]
    if (node === undefined || (field?.kind !== 'number' && field?.kind !== 'integer')) return undefined
    return this.#numberIn(node, `'${name}'`, field)
  }

  flag(name: string): boolean | undefined {
    const node = this.#scalar(name, 'true or false')
    if (node === undefined) return undefined
    if (node.type === 'bool') return node.value as boolean
    return this.#wrong(node, `'${name}'`, 'true or false')
  }

  /** Two positive integers. */
  size(name: string): readonly [number, number] | undefined {
    const node = this.node(name)
    if (node === undefined) return undefined
    const items = node.kind === 'sequence' && node.items.length === 2 ? node.items : null
    if (items === null) return this.#wrong(node, `'${name}'`, 'a list of two integers')
    const bounds = { kind: 'integer', min: 1 } as const
    const [a, b] = items.map(item => {
      const what = `an item of '${name}'`
      return item.kind === 'scalar'
        ? this.#numberIn(item, what, bounds)
        : this.#wrong(item, what, 'an integer')
    })
    return a === undefined || b === undefined ? undefined : [a, b]
  }

  mapping(name: string): ConfigFields | undefined {
    const node = this.node(name)
    const field = this.#table[name]
    if (node === undefined || field?.kind !== 'mapping') return undefined
    return this.#within(node, name, field.fields)
  }

  /** The mapping of a choice whose type is known. */
  choice(name: string, fields: FieldTable): ConfigFields | undefined {
    const node = this.node(name)
    return node === undefined ? undefined : this.#within(node, name, fields)
  }

  /** The entries of a mapping whose names are known elsewhere. */
  entries(name: string): readonly { readonly name: string; readonly node: YamlNode }[] {
    const node = this.node(name)
    if (node === undefined) return []
    if (node.kind === 'mapping') return node.entries.map(e => ({ name: e.key.text.text, node: e.value }))
    this.#wrong(node, `'${name}'`, 'a mapping')
    return []
  }

  /** A text, or a list of at least one: a list of its own either way, and whether it was written as one. */
  texts(
    node: YamlNode,
    what: string,
  ): Placed<{ readonly texts: readonly string[]; readonly isList: boolean }> | undefined {
    if (node.kind !== 'sequence') {
      const text = this.textIn(node, what)
      return text && { value: { texts: [text.value], isList: false }, place: text.place }
    }
    if (node.items.length === 0) {
      this.#diagnostics.add(messages.tooFew(this.placeOf(node), what, 1))
      return undefined
    }
    const texts = node.items.map(item => this.textIn(item, `an item of ${what}`))
    if (texts.includes(undefined)) return undefined
    return { value: { texts: texts.map(t => t!.value), isList: true }, place: this.placeOf(node) }
  }

  /**
   * An option as optimizers and schedulers take it: a number with Python's type (`1.0` is a float), true or false, null, a
   * text, or a list of numbers.
   */
  option(name: string): OptionInput | undefined {
    const node = this.node(name)
    const field = this.#table[name]
    if (node === undefined || field?.kind !== 'option') return undefined
    return this.#optionIn(node, `'${name}'`, field.option)
  }

  #optionIn(node: YamlNode, what: string, kind: OptionKind): OptionInput | undefined {
    if (node.kind === 'scalar' && node.type === 'null') return null
    if (typeof kind !== 'string') {
      const text = this.textIn(node, what)
      return text && this.#oneOf(text, kind)?.value
    }
    if (node.kind === 'scalar') {
      if (kind === 'flag' && node.type === 'bool') return node.value as boolean
      const number = kind === 'flag' ? undefined : numberIn(node)
      if (number !== undefined && (kind !== 'integer' || node.type === 'int')) return number
    }
    if (node.kind === 'sequence' && kind === 'numbers') {
      const items = node.items.map(item => (item.kind === 'scalar' ? numberIn(item) : undefined))
      if (items.every(i => i !== undefined)) return items
    }
    return this.#wrong(node, what, EXPECTED[kind])
  }

  #wordsOf(name: string): readonly string[] {
    const field = this.#table[name]
    return field?.kind === 'word' || field?.kind === 'words' ? field.words : []
  }

  #oneOf<T extends string>({ value, place }: Placed<string>, words: readonly T[]): Placed<T> | undefined {
    const word = words.find(w => w === value)
    if (word !== undefined) return { value: word, place }
    this.#diagnostics.add(messages.notOneOf(place, value, words, didYouMean(value, words)))
    return undefined
  }

  #within(node: YamlNode, name: string, fields: FieldTable): ConfigFields | undefined {
    if (node.kind !== 'mapping') return this.#wrong(node, `'${name}'`, 'a mapping')
    return new ConfigFields(node, `'${name}'`, fields, this.#source, this.#diagnostics)
  }

  /** The text that a node is; `what` is what messages call it. */
  textIn(node: YamlNode, what: string): Placed<string> | undefined {
    if (node.kind === 'broken') return undefined
    if (node.kind === 'scalar' && node.type === 'string')
      return { value: node.text.text, place: this.placeOf(node) }
    return this.#wrong(node, what, 'a text')
  }

  #scalar(name: string, expected: string): YamlScalar | undefined {
    const node = this.node(name)
    if (node === undefined || node.kind === 'scalar') return node
    return this.#wrong(node, `'${name}'`, expected)
  }

  #numberIn(
    node: YamlScalar,
    what: string,
    { kind, min, max }: { readonly kind: string; readonly min?: number; readonly max?: number },
  ): number | undefined {
    const isInteger = kind === 'integer'
    const isNumber = node.type === 'int' || (node.type === 'float' && !isInteger)
    if (!isNumber) return this.#wrong(node, what, isInteger ? 'an integer' : 'a number')
    const value = node.value as number
    const bound =
      min !== undefined && !(value >= min)
        ? `${min} or more`
        : max !== undefined && !(value <= max)
          ? `${max} or less`
          : null
    if (bound === null) return value
    this.#diagnostics.add(messages.outOfRange(this.placeOf(node), what, bound))
    return undefined
  }

  #wrong(node: YamlNode, what: string, expected: string): undefined {
    const found =
      node.kind === 'scalar' ? (node.type === 'null' ? 'nothing' : node.text.text) : `a ${node.kind}`
    this.#diagnostics.add(messages.wrongKind(this.placeOf(node), what, expected, found))
    return undefined
  }
}

export type OptionNumber = number | FloatScalar
export type OptionInput = OptionNumber | boolean | null | string | readonly OptionNumber[]

const EXPECTED: Readonly<Record<Extract<OptionKind, string>, string>> = {
  number: 'a number',
  integer: 'an integer',
  flag: 'true or false',
  numbers: 'a number or a list of numbers',
}

/** A number with Python's type: a whole one that is written `1.0` is a float. */
function numberIn({ type, value }: YamlScalar): OptionNumber | undefined {
  if (type === 'int') return value as number
  return type === 'float' ? new FloatScalar(value as number) : undefined
}
