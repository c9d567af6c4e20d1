/** Text as a terminal shows it: how wide it is, and nothing in it that moves the cursor. */

/** A piece of a text on the screen: a character with what combines with it. */
export interface Cell {
  readonly text: string
  readonly width: number
  /** Where it begins in the text it was made from, in UTF-16 code units. */
  readonly offset: number
}

const tabWidth = 4

/** Control characters, and those that turn the direction of writing or break lines. */
const unsafe = /[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/u

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u

const combining = /\p{Mn}|\p{Me}|[\u200b-\u200d]|\ufe0f/u

/** The cells of one line. Tabs become spaces up to the next stop; what could harm a terminal becomes U+FFFD. */
export function cellsOf(line: string): Cell[] {
  const cells: Cell[] = []
  let column = 0
  let offset = 0
  for (const character of line) {
    const last = cells.at(-1)
    if (character === '\t') {
      const width = tabWidth - (column % tabWidth)
      cells.push({ text: ' '.repeat(width), width, offset })
      column += width
    } else if (combining.test(character) && last !== undefined && last.width > 0) {
      cells[cells.length - 1] = { ...last, text: last.text + character }
    } else {
      const width = wide.test(character) ? 2 : 1
      cells.push({ text: unsafe.test(character) ? '\ufffd' : character, width, offset })
      column += width
    }
    offset += character.length
  }
  return cells
}

/** A message in one line, without anything that could harm a terminal. */
export function safeText(text: string): string {
  return cellsOf(text.replace(/\s*\n\s*/g, ' '))
    .map(cell => cell.text)
    .join('')
}
