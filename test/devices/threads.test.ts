/** Threads of the CPU: the same bits as one thread, errors, and ends. */
import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { CpuDevice } from '../../runtime/devices/cpu.ts'
import { DeviceError } from '../../runtime/devices/device.ts'
import { ThreadPool } from '../../runtime/devices/thread-pool.ts'
import { getThreads, setThreads } from '../../runtime/devices/threads.ts'
import { loopVar } from '../../runtime/kernels/ir.ts'
import { compileModule, wasmImports } from '../../runtime/kernels/wasm/compile.ts'
import { tensor } from '../../runtime/tensor/create.ts'
import { F } from '../../runtime/tensor/functional.ts'
import { tidy } from '../../runtime/tensor/scope.ts'
import type { Tensor } from '../../runtime/tensor/tensor.ts'

const before = getThreads()
afterEach(() => setThreads(before))

const wave = (length: number, step: number) => Float32Array.from({ length }, (_, i) => Math.sin(i * step))

/** Runs something large until the device's workers are up. */
async function started(device: CpuDevice, threads: number): Promise<void> {
  setThreads(threads)
  const x = tensor(wave(256 * 256, 0.1), { shape: [256, 256], device })
  for (let turn = 0; turn < 500 && device.threads.running < threads; turn++) {
    tidy(() => F.matmul(x, x).dataSync())
    await new Promise(done => setTimeout(done, 10))
  }
  expect(device.threads).toMatchObject({ count: threads, failure: null })
  expect(device.threads.running).toBeGreaterThanOrEqual(threads)
}

const WORK: Readonly<Record<string, (device: CpuDevice) => Tensor>> = {
  'a product': device =>
    F.matmul(
      tensor(wave(200 * 300, 0.7), { shape: [200, 300], device }),
      tensor(wave(300 * 150, 1.3), { shape: [300, 150], device }),
    ),
  'a convolution with stride and ragged edges': device =>
    F.conv2d(
      tensor(wave(2 * 8 * 61 * 47, 0.3), { shape: [2, 8, 61, 47], device }),
      tensor(wave(20 * 8 * 9, 0.9), { shape: [20, 8, 3, 3], device }),
      { stride: 2, padding: 1 },
    ),
  'a depthwise convolution, which keeps a channel in memory of each thread': device =>
    F.conv2d(
      tensor(wave(2 * 16 * 60 * 60, 0.3), { shape: [2, 16, 60, 60], device }),
      tensor(wave(16 * 9, 0.9), { shape: [16, 1, 3, 3], device }),
      { padding: 1, groups: 16 },
    ),
  'a softmax over rows': device => F.softmax(tensor(wave(400 * 500, 0.2), { shape: [400, 500], device }), -1),
  'elementwise functions': device => F.gelu(F.exp(tensor(wave(300_000, 0.01), { shape: [300_000], device }))),
  'functions that only the host has': device =>
    F.erf(tensor(Float64Array.from(wave(100_000, 0.01)), { shape: [100_000], device })),
}

describe('threads', () => {
  const device = new CpuDevice()

  it.each(Object.keys(WORK))('give the bits of one thread for %s', async name => {
    await started(device, 3)
    const results = [1, 2, 3, 3, 3].map(threads => {
      setThreads(threads)
      return tidy(() => new Uint8Array(WORK[name]!(device).dataSync().slice().buffer))
    })
    for (const result of results) expect(Buffer.compare(result, results[0]!)).toBe(0)
  })

  it('see memory that was added after they started', async () => {
    await started(device, 2)
    const held = tensor(new Float32Array(40 << 20), { device })
    const x = tensor(wave(3 << 20, 0.5), { shape: [3 << 20], device })
    setThreads(1)
    const bytes = () => tidy(() => new Uint8Array(F.mul(x, 3).dataSync().slice().buffer))
    const expected = bytes()
    setThreads(2)
    for (let turn = 0; turn < 5; turn++) expect(Buffer.compare(bytes(), expected)).toBe(0)
    held.dispose()
  })

  it('are as many as were asked for', () => {
    setThreads(2)
    expect(getThreads()).toBe(2)
    expect(device.threads.count).toBe(2)
  })

  it('must be a positive integer', () => {
    for (const wrong of [0, -1, 1.5, Number.NaN, Infinity])
      expect(() => setThreads(wrong)).toThrow(/no number of threads/)
    expect(getThreads()).toBe(before)
  })

  it('report an error of a worker as an error of the device, once', async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    const pool = new ThreadPool(memory)
    pool.threads = 2
    // A store far outside of memory.
    const out = { name: 'out', dtype: 'float32', length: 1 << 28, access: 'write' } as const
    const variable = loopVar('i', 64)
    const kernel = {
      name: 'trap',
      buffers: [out],
      body: [
        {
          kind: 'for',
          variable,
          extent: 64,
          bind: 'grid',
          body: [
            {
              kind: 'store',
              buffer: out,
              index: variable,
              value: { kind: 'const', type: 'f32', value: 1 },
              mask: null,
            },
          ],
        },
      ],
    } as const
    const { bytes } = compileModule([kernel], { sharedMemory: true, relaxedSimd: false })
    const module = new WebAssembly.Module(bytes)
    expect(new WebAssembly.Instance(module, wasmImports(memory)).exports.k0).toBeTypeOf('function')
    const shared = pool.share(module)
    const slowly = () => {
      const until = performance.now() + 2
      while (performance.now() < until);
    }
    const job = {
      module: shared,
      kernel: 0,
      run: slowly,
      args: [2 ** 30],
      scratch: 0,
      scratchStride: 0,
      extent: 64,
      chunks: 64,
    }
    let error: unknown = null
    for (let turn = 0; turn < 100 && error === null; turn++) {
      try {
        pool.run(job)
      } catch (thrown) {
        error = thrown
      }
      await new Promise(done => setTimeout(done, 10))
    }
    expect(error).toBeInstanceOf(DeviceError)
    expect(error).toMatchObject({ code: 'device/thread', device: 'cpu' })
    expect(String(error)).toContain('RuntimeError')
    expect(() => pool.run({ ...job, args: [1024] })).not.toThrow()
  })

  it('wait for the chunks of others when one of the caller fails', async () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true })
    const pool = new ThreadPool(memory)
    pool.threads = 2
    const variable = loopVar('i', 8)
    const { bytes } = compileModule(
      [{ name: 'empty', buffers: [], body: [{ kind: 'for', variable, extent: 8, bind: 'grid', body: [] }] }],
      { sharedMemory: true, relaxedSimd: false },
    )
    const module = pool.share(new WebAssembly.Module(bytes))
    let thrown = 0
    const run = () => {
      thrown++
      throw new RangeError('mine')
    }
    const job = { module, kernel: 0, run, args: [], scratch: 0, scratchStride: 0, extent: 8, chunks: 8 }
    for (let turn = 0; turn < 20; turn++) {
      const already = thrown
      try {
        pool.run(job)
        // The worker was faster with every chunk.
        expect(thrown).toBe(already)
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError)
        expect(thrown).toBe(already + 1)
      }
      await new Promise(done => setTimeout(done, 5))
    }
    expect(pool.running).toBe(2)
    expect(thrown).toBeGreaterThan(0)
    expect(() => pool.run({ ...job, run: () => {} })).not.toThrow()
  })

  it('do not keep a process alive', () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=holdfast-source', '--input-type=module', '--eval', PROGRAM],
      { encoding: 'utf8', timeout: 30_000, cwd: path.resolve(import.meta.dirname, '../..') },
    )
    expect(stderr).toBe('')
    expect(stdout).toBe('2 threads\n')
    expect(status).toBe(0)
  })
})

const PROGRAM = `
import { F, getDevice, setThreads, tensor } from 'holdfast/runtime'
setThreads(2)
const x = tensor(new Float32Array(256 * 256).fill(1), { shape: [256, 256] })
const end = performance.now() + 20_000
while (getDevice('cpu').threads.running < 2 && performance.now() < end) {
  await F.matmul(x, x).data()
  await new Promise(done => setTimeout(done, 5))
}
for (let turn = 0; turn < 20; turn++) await F.matmul(x, x).data()
console.log(getDevice('cpu').threads.running + ' threads')
`
