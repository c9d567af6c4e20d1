import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 as nativeCrc32 } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { crc32, slicingBy8 } from '../../runtime/checkpoint/crc32.ts'
import {
  type ByteSource,
  blobSource,
  bytesSource,
  describe as describeValue,
  fileSource,
  findStateDicts,
  httpSource,
  open,
  PyDict,
  type StoredTensor,
  saveSafetensors,
  saveTorch,
  tensorOf,
  writeFileAtomically,
} from '../../runtime/checkpoint/index.ts'
import { nativeSha256 } from '../../runtime/checkpoint/native-sha256.ts'
import { Sha256, sha256Hex } from '../../runtime/checkpoint/sha256.ts'
import { canonical, fixture, fixtureJson, fixtures } from './reference.ts'

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-sources-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A source that counts the bytes asked for. */
function counted(bytes: Uint8Array): ByteSource & { total: number } {
  const inner = bytesSource(bytes)
  const source = {
    size: inner.size,
    name: inner.name,
    total: 0,
    read: (from: number, to: number) => {
      source.total += to - from
      return inner.read(from, to)
    },
  }
  return source
}

describe('laziness', () => {
  const big = new Map(
    Array.from({ length: 8 }, (_, i) => [`layer${i}`, tensorOf(new Float32Array(250_000).fill(i))] as const),
  )

  test.each(['zip', 'legacy', 'safetensors'] as const)(
    'opening a %s file reads its structure, not its tensors',
    async format => {
      const bytes = await (format === 'safetensors'
        ? saveSafetensors(big)
        : saveTorch(new PyDict('dict', big), { format }))
      const source = counted(bytes)
      const { value } = await open(source)
      expect([...(value as PyDict).keys()]).toEqual([...big.keys()])
      // The legacy reader looks at a window of one MiB, in which its pickles lie.
      expect(source.total).toBeLessThan(format === 'legacy' ? 1_100_000 : 100_000)
      const before = source.total
      const tensor = (value as PyDict).get('layer3') as StoredTensor
      const slice = await tensor.storage.read(4000, 4400)
      expect([...new Float32Array(slice.slice().buffer)]).toEqual(new Array(100).fill(3))
      expect(source.total - before).toBeLessThan(2000)
    },
  )
})

describe('sources', () => {
  const check = async (source: ByteSource) => {
    const checkpoint = await open(source)
    expect(canonical(await describeValue(checkpoint.value))).toBe(canonical(fixtureJson('training.pt.json')))
    await checkpoint.close()
  }

  test('a file is read through its handle, which closing releases', async () => {
    await check(await fileSource(join(fixtures, 'training.pt')))
  })

  test('a Blob is read by slices', async () => {
    await check(blobSource(new Blob([fixture('training.pt').slice()])))
  })

  test('a missing file is an error with its name', async () => {
    await expect(fileSource(join(folder, 'none'))).rejects.toMatchObject({ code: 'file/read' })
  })

  describe('web servers', () => {
    const bytes = fixture('training.pt')
    let ranges = true
    const changed = false
    let requests = 0
    const server = createServer((request, response) => {
      requests++
      if (request.url !== '/training.pt') {
        response.writeHead(404).end()
        return
      }
      const match = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? '')
      if (!ranges || match === null) {
        response.writeHead(200).end(bytes)
        return
      }
      const [from, to] = [Number(match[1]), Math.min(Number(match[2]), bytes.length - 1)]
      const etag = changed && requests > 1 ? '"new"' : '"old"'
      response
        .writeHead(206, { 'content-range': `bytes ${from}-${to}/${bytes.length}`, etag })
        .end(bytes.subarray(from, to + 1))
    })
    let base: string
    beforeAll(async () => {
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
      base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    })
    afterAll(() => server.close())

    test('one with ranges is asked for what is needed', async () => {
      await check(await httpSource(`${base}/training.pt`))
    })

    test('one without ranges is read whole, once', async () => {
      ranges = false
      requests = 0
      await check(await httpSource(`${base}/training.pt`))
      expect(requests).toBe(1)
      ranges = true
    })

    test('one that has no such file is named', async () => {
      await expect(httpSource(`${base}/none.pt`)).rejects.toMatchObject({ code: 'file/read' })
    })

    test('one without a listener is an error of ours', async () => {
      await expect(httpSource('http://127.0.0.1:1/x')).rejects.toMatchObject({ code: 'file/read' })
    })
  })
})

describe('writing files', () => {
  test('a file is replaced whole, and nothing else is left in the folder', async () => {
    const path = join(folder, 'replaced')
    writeFileSync(path, 'old')
    await writeFileAtomically(path, async sink => {
      await sink.write(new TextEncoder().encode('new'))
      expect(readFileSync(path, 'utf8')).toBe('old')
    })
    expect(readFileSync(path, 'utf8')).toBe('new')
    expect(readdirSync(folder)).toEqual(['replaced'])
  })

  test('a writer that fails leaves the old file and no other', async () => {
    const path = join(folder, 'kept')
    writeFileSync(path, 'old')
    const failing = writeFileAtomically(path, async sink => {
      await sink.write(new Uint8Array(10))
      throw new Error('no more')
    })
    await expect(failing).rejects.toThrow('no more')
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([])
  })

  test('a process that is killed while saving leaves a checkpoint that loads', async () => {
    const path = join(folder, 'killed.pt')
    writeFileSync(path, await saveTorch(new PyDict('dict', [['generation', -1]])))
    const seen = new Set<unknown>()
    for (let i = 0; i < 5; i++) {
      const child = fork(new URL('./save-forever.ts', import.meta.url), [path], {
        execArgv: ['--conditions=holdfast-source', '--import=tsx'],
      })
      await new Promise(resolve => child.once('message', resolve))
      await new Promise(resolve => setTimeout(resolve, (i * 7919) % 40))
      const exited = new Promise(resolve => child.once('exit', resolve))
      child.kill('SIGKILL')
      await exited
      const checkpoint = await open(await fileSource(path))
      await describeValue(checkpoint.value)
      seen.add((checkpoint.value as PyDict).get('generation'))
      await checkpoint.close()
    }
    expect(seen.size).toBeGreaterThan(1)
  })
})

describe('digests', () => {
  test('crc32 and sha256 of pieces are those of the platform, at every length around a block', async () => {
    for (const length of [0, 1, 7, 8, 9, 55, 56, 63, 64, 65, 127, 128, 1000]) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 131) & 255)
      const expected = createHash('sha256').update(bytes).digest('hex')
      const cut = Math.floor(length / 3)
      expect(new Sha256().update(bytes.subarray(0, cut)).update(bytes.subarray(cut)).hex()).toBe(expected)
      expect(await sha256Hex(bytes)).toBe(expected)
      const native = await nativeSha256()
      for (const piece of [bytes.subarray(0, cut), bytes.subarray(cut)]) native.update(piece)
      expect(native.hex()).toBe(expected)
      for (const implementation of [crc32, slicingBy8]) {
        const pieces = implementation(bytes.subarray(cut), implementation(bytes.subarray(0, cut)))
        expect(pieces).toBe(nativeCrc32(bytes))
      }
    }
    expect(slicingBy8(new TextEncoder().encode('123456789'))).toBe(0xcbf43926)
  })

  test('a state_dict is found the same way whatever the source', async () => {
    const checkpoint = await open(await fileSource(join(fixtures, 'training.pt')))
    expect(findStateDicts(checkpoint.value).map(found => found.path)).toEqual([['model_state_dict']])
    await checkpoint.close()
  })
})
