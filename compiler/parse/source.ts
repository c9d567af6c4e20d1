/** Source files, ranges in them, and texts embedded in them (a forward body inside a YAML scalar). */

/** A file as the author wrote it. */
export interface Source {
  /** As given on the command line or in an import, relative where it was relative; shown in diagnostics. */
  readonly path: string
  readonly text: string
}

/** UTF-16 offsets in the text of a source, end exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * Text taken out of a source file: the value of a YAML scalar, with its indentation, quotes and folds undone.
 * `toFile` gives for an offset in `text` (0 to text.length) the offset of the same character in the file.
 */
export interface EmbeddedText {
  readonly source: Source
  readonly text: string
  toFile(offset: number): number
}

/** A whole source as an embedded text, for tests and files that hold nothing else. */
export function wholeText(source: Source): EmbeddedText {
  return { source, text: source.text, toFile: offset => offset }
}

/** The range in the file of a range in an embedded text. */
export function fileRange(text: EmbeddedText, start: number, end: number): Range {
  const from = text.toFile(start)
  return { start: from, end: end > start ? Math.max(text.toFile(end - 1) + 1, from) : from }
}
