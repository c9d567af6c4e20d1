/** What evaluation needs beside its frame: where to report, what makes tensors, how much may be done, what is remembered for targets. */

import type { FunctionRow } from '../../runtime/ops/function.ts'
import { tooLong } from '../diagnostics/catalogue/evaluate.ts'
import type { Diagnostic, Diagnostics, Place } from '../diagnostics/diagnostic.ts'
import type { GraphValue } from '../ir/graph.ts'
import type { ModuleInstance, TensorInstance } from '../ir/module.ts'
import type { Node } from '../parse/python/ast.ts'
import type { Frame } from './scope.ts'
import { ERROR, type Value } from './value.ts'

/** Evaluation steps (expressions and statements) in one trace. Real models take some thousands. */
const STEP_LIMIT = 2_000_000

/** A positional or named argument of a call, evaluated. */
export interface CallArgument {
  readonly name: string | null
  readonly value: Value
  readonly node: Node
}

/** Makes graph nodes. Reports what rules refuse, and returns ERROR then. */
export interface TensorWorld {
  callFunction(
    rows: readonly FunctionRow[],
    name: string,
    args: readonly CallArgument[],
    node: Node,
    frame: Frame,
  ): Value
  callRow(module: ModuleInstance, args: readonly CallArgument[], node: Node, frame: Frame): Value
  state(tensor: TensorInstance): Value
  write(tensor: TensorInstance, value: GraphValue, node: Node, frame: Frame): void
  /** Sizes are equal from here on: `assert h == w`. */
  assume(
    a: GraphValue['aval']['shape'][number],
    b: GraphValue['aval']['shape'][number],
    node: Node,
    frame: Frame,
  ): void
}

/** What targets learn from evaluation about the author's code: which kinds of values an expression had. */
export interface Observer {
  /** `node` is an expression or target, a param of a function, a declared input, or a body, whose value is what it returns. */
  value(node: object, value: Value): void
  /** Which row of the op table a call, an operator or an index became. */
  row(node: Node, row: FunctionRow): void
  /** Whether a branch that is not taken should be evaluated for observation only; `depth`: how many such branches it stands in. */
  wants(node: Node, depth: number): boolean
}

/** Thrown when evaluation must stop: the step limit. Reported before. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

export class Machine {
  readonly diagnostics: Diagnostics
  readonly tensors: TensorWorld
  readonly training: boolean
  readonly observer: Observer | null
  /** While positive, nothing is reported and nothing changes: a branch is evaluated to be observed. */
  shadow = 0
  #steps = 0
  readonly #reported = new Set<string>()
  /** Operands that wait for others of the same expression to be evaluated, in this body and in those that called it. */
  readonly held: Value[] = []
  /** Loops that run now, outermost first, for the message at the step limit. */
  readonly loops: { readonly node: Node; readonly count: number }[] = []

  constructor(
    diagnostics: Diagnostics,
    tensors: TensorWorld,
    options: { training: boolean; observer: Observer | null },
  ) {
    this.diagnostics = diagnostics
    this.tensors = tensors
    this.training = options.training
    this.observer = options.observer
  }

  place(node: { readonly range: Place['range'] }, frame: Frame): Place {
    return { source: frame.scope.file.source, range: node.range }
  }

  /** Reports once per code and place: a definition that is used ten times has its mistake once. */
  report(diagnostic: Diagnostic): Value {
    if (this.shadow > 0) return ERROR
    const key = `${diagnostic.code}\0${diagnostic.source.path}\0${diagnostic.range.start}\0${diagnostic.range.end}`
    if (!this.#reported.has(key)) {
      this.#reported.add(key)
      this.diagnostics.add(diagnostic)
    }
    return ERROR
  }

  step(node: Node, frame: Frame): void {
    if (++this.#steps <= STEP_LIMIT) return
    const widest = this.loops.reduce<{ node: Node; count: number } | null>(
      (a, b) => (a === null || b.count > a.count ? b : a),
      null,
    )
    this.shadow = 0
    this.report(
      tooLong(
        this.place(widest?.node ?? node, frame),
        STEP_LIMIT,
        widest === null ? null : `${widest.count}`,
      ),
    )
    throw new Stopped()
  }

  /** Runs what evaluates several operands one after the other; each may be put to `held` while it waits for the others. */
  holding<T>(run: () => T): T {
    const before = this.held.length
    const result = run()
    this.held.length = before
    return result
  }

  /** Evaluates an operand while another one waits for it. */
  beside<T>(operand: Value, run: () => T): T {
    return this.holding(() => {
      this.held.push(operand)
      return run()
    })
  }

  observe(node: object, value: Value): Value {
    if (value.kind !== 'error') this.observer?.value(node, value)
    return value
  }
}
