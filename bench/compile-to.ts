/**
 * Benchmarks measure JavaScript, as the package has it, the runtime as one file: a loader that compiles on the fly takes its own
 * time.
 */
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bundleRuntime } from '../scripts/bundle-runtime.ts'

const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Compiles files, folders and what they import below `out`, at their places in the project. Throws what the compiler says. */
export function compileTo(out: string, include: readonly string[]): void {
  const config = {
    extends: join(root, 'tsconfig.build.json'),
    compilerOptions: {
      rootDir: root,
      outDir: out,
      declaration: false,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include,
  }
  mkdirSync(out, { recursive: true })
  const project = join(out, 'tsconfig.json')
  writeFileSync(project, JSON.stringify(config))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', project], { encoding: 'utf8' })
  if (status !== 0) throw new Error(stdout)
  writeFileSync(join(out, 'package.json'), '{"type":"module"}')
  bundleRuntime(out)
}
