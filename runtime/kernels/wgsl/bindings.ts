/**
 * The bindings of a shader: which buffers it uses, under which names, and how their elements are read and written. A buffer
 * that is larger than a binding has several (`windowsOf`), and functions that find the one an index falls into.
 */
import { ITEM_SIZE } from '../../ops/dtype.ts'
import type { Buffer, Kernel } from '../ir.ts'
import { REGISTER_TYPE } from '../ir.ts'
import { type Window, windowsOf } from '../windows.ts'
import { loadElement, storageDirectives, storageType, storeElement } from './element-access.ts'
import type { HelperSet } from './helpers.ts'
import { registerType } from './operations.ts'
import type { WgslTarget } from './target.ts'

/** One binding of group 0: a window on one of the kernel's buffers, and whether it is only read. */
export interface Binding extends Window {
  readonly buffer: number
  readonly readOnly: boolean
}

interface Used {
  readonly name: string
  readonly windows: readonly Window[]
  /** Functions that the windows need. */
  readonly functions: Map<string, string>
}

export class Bindings {
  readonly #kernel: Kernel
  readonly #target: WgslTarget
  readonly #helpers: HelperSet
  readonly #vectors: ReadonlySet<unknown>
  readonly #used = new Map<Buffer, Used>()

  /** @param vectors buffers that are read and written in vectors of four float32 */
  constructor(kernel: Kernel, target: WgslTarget, helpers: HelperSet, vectors: ReadonlySet<unknown>) {
    this.#vectors = vectors
    this.#kernel = kernel
    this.#target = target
    this.#helpers = helpers
  }

  /** The name of a buffer that is bound as a whole. */
  nameOf(b: Buffer): string {
    return this.#use(b).name
  }

  /** An element as a register value. `index` may be repeated: a name or a literal. */
  load(b: Buffer, index: string): string {
    const { name, windows, functions } = this.#use(b)
    if (windows.length === 1) return loadElement(b, name, index, this.#helpers, this.#target)
    const load = `${name}_at`
    if (!functions.has(load)) {
      const of = (window: string, at: string) => [
        `return ${loadElement(b, window, at, this.#helpers, this.#target)};`,
      ]
      const head = `fn ${load}(i: i32) -> ${registerType(REGISTER_TYPE[b.dtype])} {`
      functions.set(load, this.#choice(b, head, of))
    }
    return `${load}(${index})`
  }

  /** Statements that store a register value; `index` and `value` are names or literals. */
  store(b: Buffer, index: string, value: string): readonly string[] {
    const { name, windows, functions } = this.#use(b)
    if (windows.length === 1) return storeElement(b, name, index, value, this.#helpers, this.#target)
    const store = `${name}_put`
    if (!functions.has(store)) {
      const of = (window: string, at: string) => [
        ...storeElement(b, window, at, 'value', this.#helpers, this.#target),
        'return;',
      ]
      const head = `fn ${store}(i: i32, value: ${registerType(REGISTER_TYPE[b.dtype])}) {`
      functions.set(store, this.#choice(b, head, of))
    }
    return [`${store}(${index}, ${value});`]
  }

  /** In the order of their numbers. */
  get all(): readonly Binding[] {
    return [...this.#used].flatMap(([b, { windows }]) =>
      windows.map(window => ({
        ...window,
        buffer: this.#kernel.buffers.indexOf(b),
        readOnly: b.access === 'read',
      })),
    )
  }

  /** The directives that their types need. */
  get directives(): readonly string[] {
    return [...new Set([...this.#used.keys()].flatMap(b => storageDirectives(b, this.#target)))]
  }

  /** Declarations of the bindings, and the functions that use them. */
  get text(): readonly string[] {
    const names = [...this.#used].flatMap(([b, used]) =>
      used.windows.map((_, w) => ({ b, name: windowName(used, w) })),
    )
    const declarations = names.map(
      ({ b, name }, i) =>
        `@group(0) @binding(${i}) var<storage, ${b.access === 'read' ? 'read' : 'read_write'}> ${name}: ${this.#vectors.has(b) ? 'array<vec4<f32>>' : storageType(b, this.#target)};`,
    )
    return [...declarations, ...[...this.#used.values()].flatMap(({ functions }) => [...functions.values()])]
  }

  #use(b: Buffer): Used {
    let used = this.#used.get(b)
    if (used === undefined) {
      const windows = windowsOf(b, this.#target)
      used = { name: `b${this.#used.size}`, windows, functions: new Map() }
      this.#used.set(b, used)
    }
    return used
  }

  /** A function that does something in the window that an index falls into. */
  #choice(b: Buffer, head: string, body: (window: string, at: string) => readonly string[]): string {
    const used = this.#use(b)
    const lines = used.windows.flatMap(({ offset, bytes }, w): string[] => {
      const [first, end] = [offset, offset + bytes].map(at => at / ITEM_SIZE[b.dtype])
      const place = w === 0 ? [] : [`let at${w} = i - ${first};`]
      const inside = [...place, ...body(windowName(used, w), w === 0 ? 'i' : `at${w}`)]
      return w === used.windows.length - 1 ? inside : [`if (i < ${end}) {`, ...inside, '}']
    })
    return [head, ...lines.map(line => `  ${line}`), '}'].join('\n')
  }
}

const windowName = ({ name, windows }: Used, w: number): string =>
  windows.length === 1 ? name : `${name}w${w}`
