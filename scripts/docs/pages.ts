/** The generated pages of docs/reference, by path relative to the project. */
import { diagnosticsPage } from './diagnostics-page.ts'
import { functionsPage } from './functions-page.ts'
import { modulesPage } from './modules-page.ts'

export async function referencePages(): Promise<ReadonlyMap<string, string>> {
  return new Map([
    ['docs/reference/modules.md', modulesPage()],
    ['docs/reference/functions.md', functionsPage()],
    ['docs/reference/diagnostics.md', await diagnosticsPage()],
  ])
}
