/**
 * What the page asks for: its own files, the peers' WebAssembly, the files of a piece of work, which is prepared when it is first
 * asked for, and whether outputs agree. Nothing is kept but the piece of work at hand: one of them is larger than a gigabyte.
 */
import { createReadStream, existsSync, rmSync, statSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { prepareWork } from '../prepare.ts'
import { difference } from '../work-arrays.ts'
import { WORKS } from '../works.ts'
import { hasPeers, PEERS } from './build.ts'
import type { Entrant, Offer } from './row.ts'

const here = dirname(fileURLToPath(import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.json': 'application/json',
  '.wasm': 'application/wasm',
}

/** The first is the one that the outputs of the others are compared with. */
const ENTRANTS: readonly Entrant[] = [
  { contender: 'holdfast-cpu', threads: 1 },
  { contender: 'holdfast-webgpu', threads: 1 },
  ...(hasPeers ? ['ort-wasm', 'ort-webgpu', 'tfjs-webgpu', 'jax-webgpu'] : []).map(contender => ({
    contender,
    threads: 1,
  })),
]

/** What can be run. */
export const OFFER: Offer = {
  works: WORKS.map(({ name, train }) => ({ name, train: train !== undefined })),
  entrants: ENTRANTS,
}

/** @param scripts folder of the page's bundles; `folder` is where works are prepared */
export function serve(scripts: string, folder: string): Server {
  let prepared: { readonly name: string; readonly done: Promise<void> } | null = null
  let reference: Float32Array | null = null

  async function fileOf(path: string): Promise<string | null> {
    const [, area, ...rest] = path.split('/')
    const name = rest.join('/')
    if (path === '/') return join(here, 'index.html')
    if (path === '/frame.html') return join(here, 'frame.html')
    if (area === 'js') return join(scripts, name)
    if (area === 'ort') return join(PEERS, 'onnxruntime-web/dist', name)
    if (area !== 'works') return null
    const work = WORKS.find(w => w.name === rest[0])
    if (work === undefined) return null
    if (prepared?.name !== work.name) {
      if (prepared !== null) rmSync(join(folder, prepared.name), { recursive: true, force: true })
      reference = null
      prepared = { name: work.name, done: prepareWork(work, join(folder, work.name)) }
    }
    await prepared.done
    return join(folder, name)
  }

  /** Notes the outputs of the first contender of a piece of work, and compares those of the others. */
  async function compared(request: IncomingMessage, contender: string): Promise<string | null> {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk as Uint8Array)
    const { buffer, byteOffset, byteLength } = Buffer.concat(chunks)
    const outputs = new Float32Array(buffer.slice(byteOffset, byteOffset + byteLength))
    if (contender === ENTRANTS[0]!.contender || reference === null) reference = outputs
    return difference(outputs, reference)
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url!, 'http://localhost')
    // What threads on shared memory need.
    response.setHeader('cross-origin-opener-policy', 'same-origin')
    response.setHeader('cross-origin-embedder-policy', 'require-corp')
    response.setHeader('cache-control', 'no-store')
    const json = (value: unknown): void => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(value))
    }
    if (pathname === '/offer.json') return json(OFFER)
    const [, area, , contender] = pathname.split('/')
    if (area === 'outputs' && request.method === 'POST') return json(await compared(request, contender!))
    const file = pathname.includes('..') ? null : await fileOf(pathname)
    if (file === null || !existsSync(file)) {
      response.writeHead(404).end('there is no such file')
      return
    }
    const { size } = statSync(file)
    response.setHeader('content-type', TYPES[extname(file)] ?? 'application/octet-stream')
    response.setHeader('accept-ranges', 'bytes')
    const [whole, from, to] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
    const start = Number(from ?? 0)
    const end = Math.min(to ? Number(to) : size - 1, size - 1)
    response.setHeader('content-length', end - start + 1)
    if (whole !== undefined) response.writeHead(206, { 'content-range': `bytes ${start}-${end}/${size}` })
    if (request.method === 'HEAD') response.end()
    else createReadStream(file, { start, end }).pipe(response)
  }

  return createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
}
