/** Traces a function once, and says what its program reads, feeds, writes and returns. */
import type { Device } from '../devices/device.ts'
import { CaptureError } from '../graph/capture-error.ts'
import type { Rewrite } from '../graph/in-place.ts'
import { latestNode, Node } from '../graph/node.ts'
import type { InputUse } from '../graph/plan.ts'
import { graphOf, trace } from '../graph/trace.ts'
import type { Graph } from '../graph/value.ts'
import type { DType } from '../ops/dtype.ts'
import { autocastDType } from '../tensor/autocast.ts'
import type { Cell } from '../tensor/cell.ts'
import { isRecording } from '../tensor/history.ts'
import type { Place } from '../tensor/place.ts'
import { decided, type Feed, Recording, withRecordingOf } from '../tensor/recording.ts'
import { tidy } from '../tensor/scope.ts'
import { Tensor } from '../tensor/tensor.ts'
import { type InputSpec, sameShape } from './input-spec.ts'
import { flatten, type Rebuild } from './structure.ts'

/** Where the memory of a program's input comes from. */
export type Source =
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'place'; readonly place: Place }
  | { readonly kind: 'feed'; readonly feed: Feed }
  /** Made before the trace, or by it: the same in every run. */
  | { readonly kind: 'constant'; readonly node: Node }

export interface Elements {
  readonly shape: readonly number[]
  readonly dtype: DType
}

/** What a run puts into a place. */
export interface Write {
  readonly place: Place
  /** Null where the place is emptied. */
  readonly value: (Elements & { readonly output: number }) | null
  /** Set where the place holds something of the same form before, which the program reads. */
  readonly rewrite: Rewrite | null
}

export interface Traced {
  readonly device: Device
  /** Its first outputs are the result's tensors. */
  readonly graph: Graph
  readonly use: InputUse
  /** One for each input of the graph. Constants are retained: whoever drops the trace releases them. */
  readonly sources: readonly Source[]
  readonly results: readonly Elements[]
  readonly rebuild: Rebuild
  readonly writes: readonly Write[]
  readonly steps: Recording['steps']
  readonly guards: Recording['guards']
  readonly reads: readonly Cell[]
  readonly written: readonly Cell[]
}

/**
 * Calls `fn` with tensors that stand for the inputs.
 * @throws CaptureError for functions that cannot be captured, and whatever `fn` throws
 */
export function traceFunction(fn: (...inputs: Tensor[]) => unknown, specs: readonly InputSpec[]): Traced {
  const recording = new Recording()
  // What was made before the trace is computed once, whatever it takes.
  const start = latestNode()
  let traced: Traced | null = null
  try {
    tidy(() => {
      const inputs = specs.map(s => recording.input(s.shape, s.dtype, s.device))
      const result = withRecordingOf(recording, () => {
        // The regions that the runs are in.
        decided(isRecording)
        decided(autocastDType)
        return fn(...inputs)
      })
      if (result instanceof Promise) {
        // What it rejects with is of no interest: it is refused anyway.
        result.catch(() => {})
        throw new CaptureError(
          'capture/function',
          'an asynchronous function cannot be captured',
          'await outside of it: pass in what it waits for, and read what run() gives',
        )
      }
      traced = describe(recording, inputs, result, start)
    })
  } finally {
    recording.end()
  }
  return traced!
}

function describe(recording: Recording, inputs: readonly Tensor[], result: unknown, start: number): Traced {
  const results: Tensor[] = []
  const rebuild = flatten(result, results)
  const writes = [...recording.places].filter(
    ([, { before, after }]) => after !== undefined && after !== before,
  )
  const after = writes.flatMap(([, traced]) => (traced.after == null ? [] : [traced.after.node]))
  const isGiven = (node: Node): boolean => node.operation === null || node.id <= start
  const roots = distinct([...results.map(r => r.node), ...after], isGiven)
  const found = trace(roots, isGiven)
  const device = deviceOf([...found.leaves, ...roots], inputs)
  const sources = found.leaves.map(sourceFinder(recording, inputs))
  const graph = graphOf(found, roots)
  let output = results.length
  const described = writes.map(([place, { before, after }]): Write => {
    if (after == null) return { place, value: null, rewrite: null }
    const { shape, dtype } = after
    const value = { shape, dtype, output: output++ }
    const input = sources.findIndex(s => s.kind === 'place' && s.place === place)
    const alike = before != null && before.dtype === dtype && sameShape(before.shape, shape)
    return { place, value, rewrite: alike && input >= 0 ? { input, output: value.output } : null }
  })
  for (const [place, { before }] of recording.places) {
    if (before !== undefined) recording.guards.push(placeGuard(place, before))
  }
  for (const source of sources) if (source.kind === 'constant') source.node.retain()
  const rewritten = new Set(described.map(w => w.place))
  const changes = (s: Source): boolean =>
    s.kind === 'place' ? rewritten.has(s.place) : s.kind === 'input' || s.kind === 'feed'
  const changing = new Set(sources.flatMap((source, i) => (changes(source) ? [i] : [])))
  return {
    device,
    graph,
    use: { changing, rewrites: described.flatMap(w => (w.rewrite === null ? [] : [w.rewrite])) },
    sources,
    results: results.map(({ shape, dtype }) => ({ shape, dtype })),
    rebuild,
    writes: described,
    steps: recording.steps,
    guards: recording.guards,
    reads: cellsOf(sources.flatMap(s => (s.kind === 'place' ? [s.place] : []))),
    written: cellsOf(described.map(w => w.place)),
  }
}

const cellsOf = (places: readonly Place[]): readonly Cell[] => [
  ...new Set(places.filter(p => !p.isGrad).map(p => p.cell)),
]

/** What a place held is still there, or something of the same form. */
function placeGuard(place: Place, before: Tensor | null): () => boolean {
  if (before === null) return () => place.tensor === null
  const { shape, dtype, device } = before
  return () => {
    const now = place.tensor
    return now !== null && now.dtype === dtype && now.device === device && sameShape(now.shape, shape)
  }
}

/** Each root a computation of its own: what is given, or wanted twice, is copied. */
function distinct(roots: readonly Node[], isGiven: (node: Node) => boolean): readonly Node[] {
  const seen = new Set<Node>()
  return roots.map(root => {
    const isNew = !isGiven(root) && !seen.has(root)
    seen.add(root)
    if (isNew) return root
    const { shape, dtype, device } = root
    const operation = { op: 'reshape', attrs: { shape } } as const
    // The handle ends with the trace.
    return new Tensor(new Node(shape, dtype, device, { operation, inputs: [root] })).node
  })
}

function sourceFinder(recording: Recording, inputs: readonly Tensor[]): (node: Node) => Source {
  const known = new Map<Node, Source>()
  for (const [index, { node }] of inputs.entries()) known.set(node, { kind: 'input', index })
  for (const [place, { before }] of recording.places)
    if (before != null) known.set(before.node, { kind: 'place', place })
  for (const step of recording.steps)
    if (typeof step !== 'function') known.set(step.node, { kind: 'feed', feed: step })
  return node => known.get(node) ?? { kind: 'constant', node }
}

function deviceOf(nodes: readonly Node[], inputs: readonly Tensor[]): Device {
  const devices = new Set(nodes.map(n => n.device))
  const [device = inputs[0]?.device] = devices
  if (device === undefined) {
    throw new CaptureError(
      'capture/function',
      'the function computes nothing: it returns no tensor and writes to no cell',
    )
  }
  if (devices.size > 1) {
    const names = [...devices].map(d => d.name).join(' and ')
    throw new CaptureError(
      'capture/function',
      `the function computes on ${names}`,
      'a plan runs on one device: capture each part by itself',
    )
  }
  return device
}
