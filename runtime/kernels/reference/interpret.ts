/**
 * The reference: runs a kernel over typed arrays, one scalar at a time. Not fast; it says what the IR means, and
 * it checks every index. Kernels are turned into closures once, so that moderate sizes stay testable.
 */

import { literal } from '../expr.ts'
import type { Barrier, Combination, Expr, For, Kernel, LocalArray, Stmt, Var } from '../ir.ts'
import { KernelError } from '../ir.ts'
import { evalBinary, evalBitcast, evalCast, evalCompare, evalUnary, type Value } from '../semantics.ts'
import { operands, stmtBody, visitStmts } from '../traverse.ts'
import { decode, encode, STORAGE_CLASS, type Storage } from './storage.ts'

/** State of one local iteration. Shared arrays are the same objects in all of them. */
interface Frame {
  vars: Value[]
  arrays: Value[][]
}

/** What a statement without barriers waits for. */
const NO_BARRIER: readonly Barrier[] = []

type Evaluate = (frame: Frame) => Value

interface Step {
  run(frame: Frame): void
  /** The same, pausing at each barrier. */
  steps(frame: Frame): Generator<Barrier>
}

/**
 * Runs the kernel.
 * @param storage one typed array per buffer, in order, of the buffer's length
 * @throws KernelError if the arrays do not fit or an index leaves its buffer
 */
export function interpret(kernel: Kernel, storage: readonly Storage[]): void {
  kernel.buffers.forEach((b, i) => {
    const array = storage[i]
    if (!(array instanceof STORAGE_CLASS[b.dtype]) || array.length !== b.length) {
      throw new KernelError('kernel/binding', `${kernel.name}: ${b.name} takes ${b.dtype}[${b.length}]`)
    }
  })
  const program = new Interpreter(kernel, storage)
  program.body(kernel.body).run({ vars: [], arrays: [] })
}

class Interpreter {
  readonly #kernel: Kernel
  readonly #storage: readonly Storage[]
  readonly #slots = new Map<Var | LocalArray, number>()
  readonly #compiled = new Map<Expr, Evaluate>()
  readonly #parents = new Map<Expr, number>()
  /** Counts statements executed: a shared node is evaluated once in each. */
  #tick = 0

  constructor(kernel: Kernel, storage: readonly Storage[]) {
    this.#kernel = kernel
    this.#storage = storage
  }

  body(body: readonly Stmt[]): Step {
    const steps = body.map(s => this.#stmt(s))
    return {
      run: frame => {
        for (const s of steps) s.run(frame)
      },
      *steps(frame) {
        for (const s of steps) yield* s.steps(frame)
      },
    }
  }

  #slot(of: Var | LocalArray): number {
    let slot = this.#slots.get(of)
    if (slot === undefined) {
      slot = this.#slots.size
      this.#slots.set(of, slot)
    }
    return slot
  }

  #stmt(s: Stmt): Step {
    switch (s.kind) {
      case 'for':
        return s.bind === 'local' && hasBarrier(s) ? this.#workgroup(s) : this.#loop(s)
      case 'if': {
        const condition = this.#expr(s.condition)
        const inner = this.body(s.body)
        const holds = (frame: Frame) => {
          this.#tick++
          return condition(frame)
        }
        return {
          run: frame => {
            if (holds(frame)) inner.run(frame)
          },
          *steps(frame) {
            if (holds(frame)) yield* inner.steps(frame)
          },
        }
      }
      case 'let': {
        const slot = this.#slot(s.variable)
        const value = this.#expr(s.value)
        return this.#simple(frame => {
          frame.vars[slot] = value(frame)
        })
      }
      case 'alloc':
        return this.#alloc(s.array, s.init)
      case 'set': {
        const slot = this.#slot(s.array)
        const { name, size } = s.array
        const index = this.#expr(s.index)
        const value = this.#expr(s.value)
        return this.#simple(frame => {
          frame.arrays[slot]![this.#inside(index(frame), size, name)] = value(frame)
        })
      }
      case 'store':
        return this.#store(s.buffer, s.index, s.value, s.mask)
      case 'barrier':
        return {
          run: () => {},
          *steps() {
            yield s
          },
        }
    }
  }

  #simple(run: (frame: Frame) => void): Step {
    const tick = (frame: Frame) => {
      this.#tick++
      run(frame)
    }
    return {
      run: tick,
      *steps(frame) {
        tick(frame)
        yield* NO_BARRIER
      },
    }
  }

  #loop(s: For): Step {
    const slot = this.#slot(s.variable)
    const inner = this.body(s.body)
    return {
      run(frame) {
        for (let i = 0; i < s.extent; i++) {
          frame.vars[slot] = i
          inner.run(frame)
        }
      },
      *steps(frame) {
        for (let i = 0; i < s.extent; i++) {
          frame.vars[slot] = i
          yield* inner.steps(frame)
        }
      },
    }
  }

  /** Runs local iterations in lockstep from barrier to barrier, each with registers of its own. */
  #workgroup(s: For): Step {
    const slot = this.#slot(s.variable)
    const inner = this.body(s.body)
    const shared = new Set<number>()
    const fork = (frame: Frame, i: number): Frame => {
      const vars = [...frame.vars]
      vars[slot] = i
      return { vars, arrays: frame.arrays.map((array, at) => (shared.has(at) ? array : [...array])) }
    }
    const combine = ({ array, op }: Combination, frames: readonly Frame[]): void => {
      const at = this.#slot(array)
      const values = frames.map(f => f.arrays[at]![0]!)
      const whole = values.reduce((a, b) => evalBinary(op, array.type, a, b))
      for (const f of frames) f.arrays[at]![0] = whole
    }
    function* steps(frame: Frame): Generator<Barrier> {
      const frames = Array.from({ length: s.extent }, (_, i) => fork(frame, i))
      const iterations = frames.map(own => inner.steps(own))
      for (;;) {
        const reached = iterations.map(iteration => iteration.next())
        const waiting = reached.filter(r => !r.done)
        if (waiting.length === 0) return
        if (waiting.length < s.extent)
          throw new KernelError('kernel/structure', 'a barrier that not all iterations reach')
        const met = waiting[0]!.value as Barrier
        if (met.combine !== null) combine(met.combine, frames)
        yield met
      }
    }
    for (const [of, at] of this.#slots) if ('space' in of && of.space === 'shared') shared.add(at)
    return {
      run: frame => {
        for (const _ of steps(frame));
      },
      steps,
    }
  }

  #alloc(array: LocalArray, init: Expr | null): Step {
    const slot = this.#slot(array)
    const value = this.#expr(init ?? literal(array.type, 0))
    return this.#simple(frame => {
      frame.arrays[slot] = new Array<Value>(array.size).fill(value(frame))
    })
  }

  #store(buffer: Kernel['buffers'][number], index: Expr, value: Expr, mask: Expr | null): Step {
    const target = this.#storage[this.#kernel.buffers.indexOf(buffer)]!
    const { dtype, name, length } = buffer
    const at = this.#expr(index)
    const what = this.#expr(value)
    const where = mask === null ? () => true : this.#expr(mask)
    return this.#simple(frame => {
      if (where(frame)) target[this.#inside(at(frame), length, name)] = encode(dtype, what(frame))
    })
  }

  #inside(index: Value, length: number, name: string): number {
    if (typeof index === 'number' && index >= 0 && index < length) return index
    throw new KernelError(
      'kernel/bounds',
      `index ${String(index)} of ${name}[${length}] (${this.#kernel.name})`,
    )
  }

  #expr(e: Expr): Evaluate {
    const known = this.#compiled.get(e)
    if (known !== undefined) return known
    for (const operand of operands(e)) this.#parents.set(operand, (this.#parents.get(operand) ?? 0) + 1)
    const evaluate = this.#node(e)
    const leaf = e.kind === 'const' || e.kind === 'var'
    const result = leaf ? evaluate : this.#oncePerStatement(evaluate)
    this.#compiled.set(e, result)
    return result
  }

  /** A node may have many parents, and evaluating it for each would grow exponentially with depth. */
  #oncePerStatement(evaluate: Evaluate): Evaluate {
    let tick = -1
    let value: Value = 0
    return frame => {
      if (tick !== this.#tick) {
        value = evaluate(frame)
        tick = this.#tick
      }
      return value
    }
  }

  #node(e: Expr): Evaluate {
    switch (e.kind) {
      case 'const':
        return () => e.value
      case 'var': {
        const slot = this.#slot(e)
        return frame => frame.vars[slot]!
      }
      case 'load': {
        const source = this.#storage[this.#kernel.buffers.indexOf(e.buffer)]!
        const { dtype, length, name } = e.buffer
        const index = this.#expr(e.index)
        const read = (frame: Frame) => decode(dtype, source[this.#inside(index(frame), length, name)]!)
        if (e.mask === null || e.otherwise === null) return read
        const mask = this.#expr(e.mask)
        const otherwise = this.#expr(e.otherwise)
        return frame => (mask(frame) ? read(frame) : otherwise(frame))
      }
      case 'get': {
        const slot = this.#slot(e.array)
        const { size, name } = e.array
        const index = this.#expr(e.index)
        return frame => frame.arrays[slot]![this.#inside(index(frame), size, name)]!
      }
      case 'unary': {
        const a = this.#expr(e.a)
        return frame => evalUnary(e.op, e.type, a(frame))
      }
      case 'binary': {
        const a = this.#expr(e.a)
        const b = this.#expr(e.b)
        return frame => evalBinary(e.op, e.type, a(frame), b(frame))
      }
      case 'compare': {
        const a = this.#expr(e.a)
        const b = this.#expr(e.b)
        return frame => evalCompare(e.op, a(frame), b(frame))
      }
      case 'select': {
        const condition = this.#expr(e.condition)
        const yes = this.#expr(e.yes)
        const no = this.#expr(e.no)
        return frame => {
          // Both sides, as targets do: so a load outside its buffer shows, whichever is taken.
          const [a, b] = [yes(frame), no(frame)]
          return condition(frame) ? a : b
        }
      }
      case 'cast': {
        const a = this.#expr(e.a)
        return frame => evalCast(e.to, e.a.type, a(frame))
      }
      case 'bitcast': {
        const a = this.#expr(e.a)
        return frame => evalBitcast(e.a.type, a(frame))
      }
    }
  }
}

function hasBarrier(s: Stmt): boolean {
  let found = false
  visitStmts(stmtBody(s), inner => {
    if (inner.kind === 'barrier') found = true
  })
  return found
}
