/**
 * Bundles modules with what they import: a platform takes longer to find and open four hundred files than to read what is in them.
 *
 *   tsx scripts/bundle.ts    # the package, as `dist/`
 */
import { chmodSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'rolldown'

const root = path.resolve(import.meta.dirname, '..')

/** Code that several modules share stands in files of this folder, and the worker that the CPU device starts stands beside it. */
const SHARED = 'shared'

/**
 * Bundles modules of the project into `out`, each at its own place with the ending `.js`. They share one set of classes; packages
 * are left to be imported. Rejects with the bundler's messages.
 * @param modules - their files, below the project's root
 */
export async function bundle(modules: readonly string[], out: string): Promise<void> {
  const entries = modules.map(file => [file.replace(/\.ts$/, ''), path.join(root, file)] as const)
  await build({
    input: {
      ...Object.fromEntries(entries),
      [`${SHARED}/thread-worker`]: path.join(root, 'runtime/devices/thread-worker.js'),
    },
    // Packages, the platform's among them.
    external: id => !id.startsWith('.') && !path.isAbsolute(id),
    platform: 'neutral',
    output: {
      dir: out,
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: `${SHARED}/[name]-[hash].js`,
    },
    logLevel: 'warn',
  })
}

/** The sources of the package's command and of its entry points. */
function modulesOfPackage(): string[] {
  const text = readFileSync(path.join(root, 'package.json'), 'utf8')
  const { exports } = JSON.parse(text) as { exports: Record<string, string | Record<string, string>> }
  const sources = Object.values(exports).flatMap(e => (typeof e === 'string' ? [] : [e['holdfast-source']!]))
  return ['compiler/cli/main.ts', ...new Set(sources.map(source => path.normalize(source)))]
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  await bundle(modulesOfPackage(), path.join(root, 'dist'))
  chmodSync(path.join(root, 'dist/compiler/cli/main.js'), 0o755)
}
