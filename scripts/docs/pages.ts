/** What of docs/ is derived from the source, by path relative to the project. */
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { breakingPage } from './breaking-page.ts'
import { diagnosticsPage } from './diagnostics-page.ts'
import { functionsPage } from './functions-page.ts'
import { withHelp } from './help-blocks.ts'
import { modulesPage } from './modules-page.ts'

const cli = 'docs/cli.md'

/** The reference pages, and the page of the command line with its help. */
export async function derivedPages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['docs/reference/modules.md', modulesPage()],
    ['docs/reference/functions.md', functionsPage()],
    ['docs/reference/breaking.md', breakingPage()],
    ['docs/reference/diagnostics.md', await diagnosticsPage()],
    [cli, await withHelp(readFileSync(path.join(import.meta.dirname, '../..', cli), 'utf8'))],
  ])
}
