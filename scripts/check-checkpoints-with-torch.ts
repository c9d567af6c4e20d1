/**
 * Writes everything that the corpus of checkpoints accepts, in every format we write, and has real torch and safetensors
 * read it back. Then has torch go on with runs of training that we began (check-training-with-torch.ts).
 *
 *   npm run check:torch -- [PYTHON ...]
 *
 * Each PYTHON needs torch, the newest of which comes first; that one also safetensors. Without any, the one that
 * HOLDFAST_PYTHON names, or python3, is used if it has torch; else nothing is checked, and that is said. Needs
 * ../shared/data/serialization.
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  bytesSource,
  CheckpointError,
  materialize,
  open,
  PyDict,
  type PyValue,
  StoredTensor,
  safetensorsNameOf,
  saveSafetensors,
  saveTorch,
} from '../runtime/checkpoint/index.ts'
import { checkTraining } from './check-training-with-torch.ts'

interface Written {
  readonly file: string
  readonly original: string
  readonly zip: boolean
  readonly expected: unknown
}

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const corpus = resolve(root, '../shared/data/serialization')

/** Values that the legacy format, or torch 1.13, cannot hold at all; by the name of the case. */
const NEW_TYPES =
  /^(dtypes_new_v3|dtype_float4|v3_|container_skip|nested|sparse_compressed|conj_neg|tensor_attr\.|buffer_object|meta_|quantized)/

/** Sparse tensors that say whether they are coalesced, which 1.13 takes for a part too many. */
const SAYS_COALESCED = /^sparse_coo\.\w+\.t2\./

async function writeAll(folder: string): Promise<{ torch: Written[]; safetensors: Written[] }> {
  const torch: Written[] = []
  const safetensors: Written[] = []
  for (const name of readdirSync(join(corpus, 'corpus')).filter(file => file.endsWith('.json'))) {
    const expected = JSON.parse(readFileSync(join(corpus, 'corpus', name), 'utf8'))
    if (!('value' in expected)) continue
    const original = join(corpus, 'corpus', expected.file)
    const value = await readValue(original)
    if (value === undefined) continue
    for (const format of ['zip', 'legacy'] as const) {
      if (format === 'legacy' && NEW_TYPES.test(name)) continue
      const file = join(folder, format, expected.file)
      const bytes = await saved(value, format, expected.file)
      if (bytes === undefined) continue
      writeFileSync(file, bytes)
      torch.push({ file, original, zip: format === 'zip', expected })
    }
    const tensors = tensorsOf(value)
    if (tensors.length === 0) continue
    const file = join(folder, 'safetensors', `${expected.file}.safetensors`)
    writeFileSync(file, await saveSafetensors(tensors))
    safetensors.push({
      file,
      original,
      zip: false,
      expected: Object.fromEntries(await Promise.all(tensors.map(digest))),
    })
  }
  return { torch, safetensors }
}

/** Undefined, and a line, for what the writer refuses because torch would. */
async function saved(
  value: PyValue,
  format: 'zip' | 'legacy',
  file: string,
): Promise<Uint8Array | undefined> {
  try {
    return await saveTorch(value, { format, name: file.replace(/\.pt$/, '') })
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error
    console.log(`not written as ${format}: ${file}: ${error.message}`)
    return undefined
  }
}

async function readValue(path: string): Promise<PyValue | undefined> {
  try {
    return (await open(bytesSource(new Uint8Array(readFileSync(path))))).value
  } catch (error) {
    if (error instanceof CheckpointError) return undefined
    throw error
  }
}

function tensorsOf(value: PyValue): [string, StoredTensor][] {
  if (!(value instanceof PyDict)) return []
  return value.entries().filter((entry): entry is [string, StoredTensor] => {
    const [key, tensor] = entry
    return (
      typeof key === 'string' &&
      key !== '__metadata__' &&
      tensor instanceof StoredTensor &&
      tensor.quantization === null &&
      safetensorsNameOf(tensor.dtype) !== null
    )
  })
}

async function digest([name, tensor]: [string, StoredTensor]): Promise<[string, string]> {
  return [
    name,
    createHash('sha256')
      .update(await materialize(tensor))
      .digest('hex'),
  ]
}

async function main(pythons: readonly string[]): Promise<number> {
  if (!existsSync(corpus)) {
    console.log('skipped: ../shared/data/serialization is not here')
    return 0
  }
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-torch-'))
  for (const format of ['zip', 'legacy', 'safetensors']) mkdirSync(join(folder, format))
  const { torch, safetensors } = await writeAll(folder)
  let failed = 0
  for (const [i, python] of pythons.entries()) {
    // What an older torch has no types for, it cannot read back.
    const readable = torch.filter(({ file }) => {
      const name = basename(file)
      return i === 0 || !(NEW_TYPES.test(name) || SAYS_COALESCED.test(name))
    })
    const list = join(folder, 'list.json')
    const describe = join(corpus, 'tools/describe.py')
    writeFileSync(
      list,
      JSON.stringify({ describe, torch: readable, safetensors: i === 0 ? safetensors : [] }),
    )
    const script = join(root, 'test/oracle/checkpoint/compare_written.py')
    const { status } = spawnSync(python, [script, list], { stdio: 'inherit' })
    if (status !== 0) failed++
  }
  rmSync(folder, { recursive: true })
  return failed > 0 ? 1 : 0
}

function defaultPythons(): string[] {
  const python = process.env.HOLDFAST_PYTHON ?? 'python3'
  if (spawnSync(python, ['-c', 'import torch, safetensors']).status === 0) return [python]
  console.log(`skipped: ${python} has no torch and safetensors`)
  return []
}

const given = process.argv.slice(2)
const pythons = given.length > 0 ? given : defaultPythons()
const failed = pythons.length > 0 ? (await main(pythons)) + (await checkTraining(pythons)) : 0
process.exitCode = failed > 0 ? 1 : 0
