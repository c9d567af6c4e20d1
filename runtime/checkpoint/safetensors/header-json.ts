/**
 * The JSON of a safetensors header, parsed as strictly as serde_json does: JSON.parse would hide duplicate keys, round
 * large integers and accept lone surrogates. Only what a header may hold is read: objects, arrays, strings, and
 * non-negative integers.
 */
import { CheckpointError } from '../checkpoint-error.ts'

export type HeaderValue = string | number | null | HeaderValue[] | HeaderObject
/** Entries in the file's order; keys are unique. */
export type HeaderObject = Map<string, HeaderValue>

const MAX_DEPTH = 8
/** One for each tensor, about a kilobyte of memory in the end; the largest models have less than half of these. */
const MAX_OBJECTS = 250_000
/** Items of an array: sizes of dimensions, or two offsets. */
const MAX_ITEMS = 100_000
/** What an integer, which has at most 16 digits, is looked for in. */
const MAX_DIGITS = 400

/** Throws safetensors/corrupt with the byte position in the header. */
export function parseHeaderJson(text: string): HeaderValue {
  const parser = new Parser(text)
  return parser.document()
}

class Parser {
  readonly #text: string
  #at = 0
  #depth = 0
  #objects = 0

  constructor(text: string) {
    this.#text = text
  }

  document(): HeaderValue {
    const value = this.#value()
    this.#space()
    if (this.#at < this.#text.length) throw this.#fail('something follows the JSON value')
    return value
  }

  #fail(what: string): CheckpointError {
    return new CheckpointError('safetensors/corrupt', `the header is no valid JSON: ${what}`, {
      position: 8 + this.#at,
      hint: 'the file is damaged or no safetensors file',
    })
  }

  #space(): void {
    while (isSpace(this.#text.charCodeAt(this.#at))) this.#at++
  }

  #value(): HeaderValue {
    this.#space()
    const char = this.#text[this.#at]
    if (char === '{') return this.#nested(() => this.#object())
    if (char === '[') return this.#nested(() => this.#array())
    if (char === '"') return this.#string()
    if (char !== undefined && char >= '0' && char <= '9') return this.#integer()
    if (this.#text.startsWith('null', this.#at)) {
      this.#at += 4
      return null
    }
    throw this.#fail(char === undefined ? 'it ends too early' : `unexpected ${JSON.stringify(char)}`)
  }

  #nested<T>(read: () => T): T {
    if (++this.#depth > MAX_DEPTH) throw this.#fail(`values nested more than ${MAX_DEPTH} deep`)
    this.#at++
    const value = read()
    this.#depth--
    return value
  }

  #object(): HeaderObject {
    const object: HeaderObject = new Map()
    if (++this.#objects > MAX_OBJECTS)
      throw new CheckpointError('limit/exceeded', `the header lists more than ${MAX_OBJECTS} tensors`)
    this.#space()
    if (this.#take('}')) return object
    for (;;) {
      this.#space()
      if (this.#text[this.#at] !== '"') throw this.#fail('a key is expected')
      const key = this.#string()
      if (object.size === MAX_OBJECTS)
        throw new CheckpointError('limit/exceeded', `an object of more than ${MAX_OBJECTS} keys`)
      if (object.has(key)) throw this.#fail(`the key ${JSON.stringify(key.slice(0, 100))} occurs twice`)
      this.#space()
      if (!this.#take(':')) throw this.#fail('a colon is expected')
      object.set(key, this.#value())
      this.#space()
      if (this.#take('}')) return object
      if (!this.#take(',')) throw this.#fail('a comma or } is expected')
    }
  }

  #array(): HeaderValue[] {
    const array: HeaderValue[] = []
    this.#space()
    if (this.#take(']')) return array
    for (;;) {
      array.push(this.#value())
      if (array.length > MAX_ITEMS) throw this.#fail(`an array of more than ${MAX_ITEMS} items`)
      this.#space()
      if (this.#take(']')) return array
      if (!this.#take(',')) throw this.#fail('a comma or ] is expected')
    }
  }

  #take(char: string): boolean {
    if (this.#text[this.#at] !== char) return false
    this.#at++
    return true
  }

  /** JSON.parse decodes the escapes of one string that is known to end; what serde refuses is checked here. */
  #string(): string {
    const start = this.#at
    let end = start + 1
    while (this.#text[end] !== '"') {
      if (end >= this.#text.length) throw this.#fail('a string does not end')
      end += this.#text[end] === '\\' ? 2 : 1
    }
    let value: string
    try {
      value = JSON.parse(this.#text.slice(start, end + 1))
    } catch {
      throw this.#fail('a string holds a control character or a wrong escape')
    }
    if (hasLoneSurrogate(value)) throw this.#fail('a string holds half a surrogate pair')
    this.#at = end + 1
    return value
  }

  #integer(): number {
    const rest = this.#text.slice(this.#at, this.#at + MAX_DIGITS)
    const digits = /^(0|[1-9][0-9]*)(?![0-9.eE])/.exec(rest)?.[0]
    if (digits === undefined) throw this.#fail('a number that is no integer')
    const value = Number(digits)
    if (!Number.isSafeInteger(value)) throw this.#fail(`the integer ${digits.slice(0, 40)} is too large`)
    this.#at += digits.length
    return value
  }
}

/** Space, tab, line feed, carriage return: what JSON allows. */
function isSpace(code: number): boolean {
  return code === 32 || code === 9 || code === 10 || code === 13
}

function hasLoneSurrogate(text: string): boolean {
  return /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text)
}
