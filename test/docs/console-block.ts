/** `console` blocks: commands after `$`, each with what it prints below it. */

export interface ConsoleCommand {
  /** The words of the command line. */
  readonly words: readonly string[]
  /** Expected output; a line `...` stands for any number of lines. */
  readonly expected: string
}

export function commandsOf(text: string): readonly ConsoleCommand[] {
  const commands: { words: string[]; expected: string }[] = []
  for (const line of text.split(/(?<=\n)/)) {
    if (line.startsWith('$ ')) commands.push({ words: wordsOf(line.slice(2).trim()), expected: '' })
    else commands.at(-1)!.expected += line
  }
  return commands
}

/** As a shell splits them; quotes hold spaces. */
const wordsOf = (line: string): string[] =>
  (line.match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? []).map(word => word.replace(/["']/g, ''))

/** The expected output as a pattern over the whole of what is printed. */
export function matches(expected: string, printed: string): boolean {
  const escaped = expected.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const pattern = escaped.replace(/^\\\.\\\.\\\.\n/gm, '(?:.*\\n)*')
  return new RegExp(`^${pattern}$`).test(printed)
}
