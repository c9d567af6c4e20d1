/**
 * Whether naga, the WGSL compiler of Firefox and of wgpu, takes our shaders, and whether what they compute there is right: all shaders of
 * functions, modules, gradients, templates and the benchmarks' models are compiled, for adapters with and without subgroups and
 * float16, and a part of the values is compared with PyTorch.
 *
 *   npm run check:naga -- [--nth N]        compares the values of each Nth case (default 16)
 *
 * naga is had as a part of Deno: HOLDFAST_DENO, or what npm installs into a temporary folder. Where it cannot be had, this says so.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { vulkanEnvironment } from '../test/webgpu/vulkan.ts'
import { collectShaders } from './naga/collect-shaders.ts'
import type { Refused } from './naga/compile-shaders.ts'

const VERSION = '2.9.6'
const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64-glibc',
  'linux-arm64': 'linux-arm64-glibc',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'win32-x64',
}
const here = path.join(import.meta.dirname, 'naga')
const { values } = parseArgs({ options: { nth: { type: 'string', default: '16' } } })

const deno = process.env.HOLDFAST_DENO ?? installedDeno()
if (deno === null) console.log('skipped: Deno, whose WebGPU is naga and wgpu, could not be installed')
else process.exitCode = (await check(deno)) ? 0 : 1

async function check(program: string): Promise<boolean> {
  const shaders = [...(await collectShaders())]
  const folder = mkdtempSync(path.join(tmpdir(), 'holdfast-naga-'))
  try {
    const file = path.join(folder, 'shaders.json')
    writeFileSync(file, JSON.stringify(shaders.map(([code]) => code)))
    const refused = run<Refused>(program, 'compile-shaders.ts', file)
    if (refused === null) return true
    for (const [directive, message, count] of refused.directives)
      console.log(`${count} shaders are compiled without '${directive}': ${firstLine(message)}`)
    for (const [reason, count] of refused.lacking)
      console.log(`${count} shaders are read, but not compiled on this adapter: ${reason}`)
    for (const [i, message] of refused.shaders.slice(0, 10)) console.log(`${shaders[i]![1]}:\n${message}`)
    console.log(`naga refuses ${refused.shaders.length} of ${shaders.length} shaders`)
    const found = run<{ adapter: string; compared: number; wrong: string[] }>(
      program,
      'compare-values.ts',
      values.nth,
    )
    if (found === null) return false
    for (const line of found.wrong.slice(0, 10)) console.log(line)
    console.log(
      `on ${found.adapter}, ${found.wrong.length} of ${found.compared} results differ from PyTorch's, or the CPU's`,
    )
    return refused.shaders.length === 0 && found.wrong.length === 0
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** What a message says, without the place that it shows. */
function firstLine(message: string): string {
  return message.trim().split('\n')[0]!
}

/** What a script prints in Deno; null, with the reason printed, where it finds no adapter. */
function run<T>(program: string, script: string, argument: string): T | null {
  const args = ['run', '--allow-all', '--unstable-webgpu', path.join(here, script), argument]
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    encoding: 'utf8',
    env: { ...process.env, ...vulkanEnvironment() },
    maxBuffer: 2 ** 28,
  })
  if (status === 0) return JSON.parse(stdout) as T
  const said = error?.message ?? stderr
  if (!/no adapter/.test(said)) throw new Error(`${script}: ${said}`)
  console.log('skipped: Deno finds no graphics adapter')
  return null
}

/** Deno as npm has it, in a folder that is kept for the next time; null where it is not to be had. */
function installedDeno(): string | null {
  const name = PACKAGES[`${process.platform}-${process.arch}`]
  if (name === undefined) return null
  const folder = path.join(tmpdir(), `holdfast-deno-${VERSION}`)
  const program = path.join(
    folder,
    'node_modules/@deno',
    name,
    process.platform === 'win32' ? 'deno.exe' : 'deno',
  )
  if (existsSync(program)) return program
  mkdirSync(folder, { recursive: true })
  const options = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--prefix', folder]
  spawnSync('npm', ['install', ...options, `@deno/${name}@${VERSION}`], {
    stdio: 'inherit',
    shell: process.platform === 'win32',
  })
  return existsSync(program) ? program : null
}
