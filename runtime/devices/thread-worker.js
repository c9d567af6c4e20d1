/**
 * A thread of the CPU device: runs chunks of kernels' grids over the shared memory. Plain JavaScript, because a worker starts from
 * a file that exists as it is, in the sources as well as in the built package; it imports nothing.
 *
 * Between jobs it waits inside of `work`, where it sees no messages; it goes back to the event loop when one is under way.
 * The control block is described in `thread-control.ts`, whose numbers are repeated here.
 */

const CLAIM = 0
const PENDING = 1
const SIGNAL = 2
const SLEEPING = 3
const READY = 4
const ACTIVE = 5
const FAILED = 6
const MODULE = 7
const KERNEL = 8
const EXTENT = 9
const CHUNKS = 10
const SCRATCH = 11
const SCRATCH_STRIDE = 12
const ARGUMENT_COUNT = 13
const ARGUMENTS = 16
const MAIL = 272
const TEXT = 336
const TEXT_LENGTH = 512

/** How long to look for work before sleeping, in milliseconds: jobs of one program follow each other at once. */
const SPIN_MS = 0.05

/** @typedef {(...args: number[]) => void} Entry */
/**
 * @typedef {{ kind: 'start', memory: WebAssembly.Memory, control: Int32Array, index: number }
 *   | { kind: 'module', id: number, module: WebAssembly.Module }
 *   | { kind: 'drop', id: number }} Message
 */

const node = globalThis.process?.getBuiltinModule?.('node:worker_threads')
/** @type {{ onmessage: ((event: { data: Message }) => void) | null }} */
const port = node?.parentPort ?? /** @type {any} */ (globalThis)

/** @type {Int32Array} */
let control = new Int32Array(0)
/** @type {WebAssembly.Memory | null} */
let memory = null
let index = 0
let handled = 0
/** A chunk that was claimed before its module arrived; 0 if there is none. */
let held = 0
/** @type {Map<number, WebAssembly.Exports>} */
const modules = new Map()

/** Kernels that call functions of the host are not run here. */
const host = new Proxy({}, { get: () => () => fail(new Error('a host function was called in a thread')) })

port.onmessage = ({ data }) => {
  handled++
  if (data.kind === 'start') {
    ;({ memory, control, index } = data)
    Atomics.add(control, READY, 1)
  } else if (data.kind === 'drop') {
    modules.delete(data.id)
  } else {
    try {
      const env = { memory: /** @type {WebAssembly.Memory} */ (memory) }
      modules.set(data.id, new WebAssembly.Instance(data.module, { env, host }).exports)
    } catch (error) {
      modules.set(data.id, {})
      fail(error)
    }
  }
  if (held > 0) {
    const chunk = held
    held = 0
    perform(chunk)
  }
  if (handled === Atomics.load(control, MAIL + index)) work()
}

/** Looks for chunks until a message is under way. */
function work() {
  let since = performance.now()
  for (let turn = 1; ; turn++) {
    if (Atomics.load(control, MAIL + index) !== handled) return
    const left = Atomics.load(control, CLAIM)
    if (left > 0 && index < Atomics.load(control, ACTIVE)) {
      if (Atomics.compareExchange(control, CLAIM, left, left - 1) === left) {
        perform(left)
        if (held > 0) return
        since = performance.now()
      }
    } else if (turn % 64 === 0 && performance.now() - since > SPIN_MS) {
      sleep()
      since = performance.now()
    }
  }
}

function sleep() {
  const signal = Atomics.load(control, SIGNAL)
  if (Atomics.load(control, MAIL + index) !== handled) return
  if (Atomics.load(control, CLAIM) > 0 && index < Atomics.load(control, ACTIVE)) return
  Atomics.add(control, SLEEPING, 1)
  Atomics.wait(control, SIGNAL, signal)
  Atomics.sub(control, SLEEPING, 1)
}

/**
 * Runs a chunk of the present job, which stays the present one until this chunk is counted as done.
 * @param {number} left chunks that were left when it was claimed
 */
function perform(left) {
  const exports = modules.get(Atomics.load(control, MODULE))
  if (exports === undefined) {
    held = left
    return
  }
  try {
    const [chunks, extent] = [Number(control[CHUNKS]), Number(control[EXTENT])]
    const chunk = chunks - left
    const first = ARGUMENTS
    const args = control.subarray(first, first + Number(control[ARGUMENT_COUNT]))
    const scratch = Number(control[SCRATCH]) + (index + 1) * Number(control[SCRATCH_STRIDE])
    const run = /** @type {Entry} */ (exports[`k${control[KERNEL]}`])
    run(...args, scratch, Math.floor((extent * chunk) / chunks), Math.floor((extent * (chunk + 1)) / chunks))
  } catch (error) {
    fail(error)
  }
  if (Atomics.sub(control, PENDING, 1) === 1) Atomics.notify(control, PENDING)
}

/**
 * Leaves the message of the first error where the main thread finds it.
 * @param {unknown} error
 */
function fail(error) {
  if (Atomics.compareExchange(control, FAILED, 0, -1) !== 0) return
  const text = String(error).slice(0, TEXT_LENGTH)
  for (let i = 0; i < text.length; i++) control[TEXT + i] = text.charCodeAt(i)
  Atomics.store(control, FAILED, 1 + text.length)
}
