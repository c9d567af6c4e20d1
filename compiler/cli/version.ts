/** The version of the package, from its package.json: two folders up in the sources, three in `dist`. */
import { existsSync, readFileSync } from 'node:fs'

export function version(): string {
  const files = ['../../package.json', '../../../package.json'].map(f => new URL(f, import.meta.url))
  const file = files.find(f => existsSync(f))
  if (file === undefined) return 'unknown'
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version
}
