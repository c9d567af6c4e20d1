/** Writes what of docs/ is derived from the tables and the command line. With --check: fails unless they are current. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { derivedPages } from './docs/pages.ts'

const root = path.join(import.meta.dirname, '..')
const isCheck = process.argv.includes('--check')

for (const [name, text] of await derivedPages()) {
  const file = path.join(root, name)
  if (!isCheck) {
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, text)
  } else if (readIfThere(file) !== text) {
    process.stderr.write(`${name} is not current; run: npm run build:docs\n`)
    process.exitCode = 1
  }
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return null
  }
}
