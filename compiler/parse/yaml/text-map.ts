/** Builds an embedded text piece by piece, keeping for each piece where in the file it came from. */
import type { EmbeddedText, Range, Source } from '../source.ts'

interface Piece {
  /** Offset in the text. */
  readonly at: number
  readonly file: number
  /** Verbatim pieces advance in the file with the text; others (an escape, a fold) stand at one place. */
  readonly verbatim: boolean
}

export class TextBuilder {
  readonly #source: Source
  readonly #parts: string[] = []
  readonly #pieces: Piece[] = []
  #length = 0

  constructor(source: Source) {
    this.#source = source
  }

  get length(): number {
    return this.#length
  }

  /** Characters of the file as they are. */
  copy(from: number, to: number): void {
    if (to > from) this.#add(this.#source.text.slice(from, to), from, true)
  }

  /** Characters that the file spells otherwise, at `file`. */
  put(text: string, file: number): void {
    if (text !== '') this.#add(text, file, false)
  }

  /** `end` is the place in the file of the end of the text. */
  build(end: number): EmbeddedText {
    return mappedText(this.#source, this.#parts.join(''), this.#pieces, end)
  }

  #add(text: string, file: number, verbatim: boolean): void {
    this.#parts.push(text)
    this.#pieces.push({ at: this.#length, file, verbatim })
    this.#length += text.length
  }
}

function mappedText(source: Source, text: string, pieces: readonly Piece[], end: number): EmbeddedText {
  const toFile = (offset: number): number => {
    if (offset >= text.length) return end
    let low = 0
    let high = pieces.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (pieces[middle]!.at <= offset) low = middle
      else high = middle - 1
    }
    const piece = pieces[low]!
    return piece.verbatim ? piece.file + Math.max(0, offset - piece.at) : piece.file
  }
  return { source, text, toFile }
}

/** A stretch of the file as it is. */
export function verbatimText(source: Source, range: Range): EmbeddedText {
  return {
    source,
    text: source.text.slice(range.start, range.end),
    toFile: offset => range.start + offset,
  }
}

/** A part of an embedded text. */
export function sliceText(text: EmbeddedText, start: number, end: number): EmbeddedText {
  return {
    source: text.source,
    text: text.text.slice(start, end),
    toFile: offset => text.toFile(start + offset),
  }
}
