/** The page's scripts: one bundle for each entry, so that a frame loads the code of its own contender only. */
import { existsSync, readdirSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'rolldown'
import { CLASSES } from '../prepare.ts'

const here = dirname(fileURLToPath(import.meta.url))
const root = dirname(dirname(here))

/** The peers' packages, where `npm ci --prefix bench` put them. */
export const PEERS = join(root, 'bench/node_modules')
/** True where they are installed. */
export const hasPeers = existsSync(join(PEERS, '@tensorflow/tfjs-backend-webgpu'))

/** Bundles the page, its frames and the generated classes into `out`. */
export async function buildPage(out: string): Promise<void> {
  const classes = readdirSync(CLASSES).filter(file => file.endsWith('.ts'))
  await build({
    input: {
      index: join(here, 'index.ts'),
      frame: join(here, 'frame.ts'),
      // The CPU device looks for it beside its own code.
      'thread-worker': join(root, 'runtime/devices/thread-worker.js'),
      ...Object.fromEntries(
        classes.map(file => [`generated-${basename(file, '.ts')}`, join(CLASSES, file)] as const),
      ),
    },
    platform: 'browser',
    // They are asked for in Node only.
    external: [/^node:/, /^\/ort\//, ...(hasPeers ? [] : [/^@(tensorflow|jax-js)\//])],
    output: { dir: out, entryFileNames: '[name].js', chunkFileNames: '[name]-[hash].js', minify: true },
    logLevel: 'silent',
  })
}
