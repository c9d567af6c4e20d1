/** The help of every command in docs/cli.md, as the command line prints it. */
import { runCommandLine } from '../../compiler/cli/program.ts'

const HELP = /^(\$ npx holdfast (.*)--help\n)(?:(?!\$ |```).*\n)*/gm

/** The page with the output of its `--help` commands renewed. */
export async function withHelp(page: string): Promise<string> {
  const outputs = new Map<string, string>()
  for (const [, , words] of page.matchAll(HELP)) outputs.set(words!, await helpOf(words!.trim()))
  return page.replace(HELP, (_, command: string, words: string) => `${command}${outputs.get(words)}`)
}

async function helpOf(command: string): Promise<string> {
  let printed = ''
  const write = (text: string): void => {
    printed += text
  }
  const args = command === '' ? ['--help'] : [command, '--help']
  await runCommandLine(args, { stdout: write, stderr: write, color: false, columns: null })
  return printed
}
