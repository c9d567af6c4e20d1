/**
 * The encoder of WebAssembly modules: one imported memory, imported host functions, functions and exports.
 * Source: WebAssembly 2.0, "Binary Format"; the shared flag of memories from the threads proposal.
 */

import { leb } from './opcodes.ts'

export type WasmType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

const TYPE_BYTE: Readonly<Record<WasmType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
}

export interface FunctionType {
  readonly parameters: readonly WasmType[]
  readonly results: readonly WasmType[]
}

export interface MemoryImport {
  readonly module: string
  readonly name: string
  /** Shared memories carry a maximum; ours is the largest that wasm32 has, so any memory fits. */
  readonly shared: boolean
}

interface FunctionBody {
  readonly type: number
  readonly locals: readonly WasmType[]
  readonly code: readonly number[]
}

const LARGEST_MEMORY_PAGES = 65536

/** Collects imports and functions; `encode` gives the bytes. Imports must all be known before they are called. */
export class ModuleEncoder {
  readonly #types = new Map<string, { index: number; type: FunctionType }>()
  readonly #imports: { module: string; name: string; type: number }[] = []
  readonly #importIndex = new Map<string, number>()
  readonly #functions: FunctionBody[] = []
  readonly #exports: { readonly name: string; readonly number: number }[] = []
  readonly #memory: MemoryImport

  constructor(memory: MemoryImport) {
    this.#memory = memory
  }

  #type(type: FunctionType): number {
    const key = `${type.parameters.join()}>${type.results.join()}`
    let known = this.#types.get(key)
    if (known === undefined) {
      known = { index: this.#types.size, type }
      this.#types.set(key, known)
    }
    return known.index
  }

  /** The function index of an imported function, imported on first use. */
  importFunction(module: string, name: string, type: FunctionType): number {
    const key = `${module}.${name}`
    let index = this.#importIndex.get(key)
    if (index === undefined) {
      index = this.#imports.length
      this.#imports.push({ module, name, type: this.#type(type) })
      this.#importIndex.set(key, index)
    }
    return index
  }

  /** Names of the functions imported so far, as `module.name`. */
  get importNames(): readonly string[] {
    return [...this.#importIndex.keys()]
  }

  /**
   * Adds a function. Its body may call imports, by their index.
   * @param locals types of its locals after the parameters
   * @param code instructions without the final `end`
   * @returns its number, for `exportFunction`
   */
  addFunction(type: FunctionType, locals: readonly WasmType[], code: readonly number[]): number {
    return this.#functions.push({ type: this.#type(type), locals, code }) - 1
  }

  /** Exports a function under a name; it may have several. */
  exportFunction(name: string, number: number): void {
    this.#exports.push({ name, number })
  }

  encode(): Uint8Array<ArrayBuffer> {
    const { module, name, shared } = this.#memory
    const limits = shared ? [0x03, 0, ...leb(LARGEST_MEMORY_PAGES)] : [0x00, 0]
    const imports = [
      [...text(module), ...text(name), 0x02, ...limits],
      ...this.#imports.map(f => [...text(f.module), ...text(f.name), 0x00, ...leb(f.type)]),
    ]
    const types = [...this.#types.values()].map(({ type }) => [
      0x60,
      ...vector(type.parameters.map(t => [TYPE_BYTE[t]])).flat(),
      ...vector(type.results.map(t => [TYPE_BYTE[t]])).flat(),
    ])
    const exports = this.#exports.map(e => [...text(e.name), 0x00, ...leb(this.#imports.length + e.number)])
    return joined([
      [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
      ...section(1, vector(types)),
      ...section(2, vector(imports)),
      ...section(3, vector(this.#functions.map(f => leb(f.type)))),
      ...section(7, vector(exports)),
      ...section(10, [leb(this.#functions.length), ...this.#functions.flatMap(body)]),
    ])
  }
}

/** Bytes in pieces: code is copied once, where the module is put together. */
type Pieces = readonly (readonly number[])[]

function section(id: number, content: Pieces): Pieces {
  return [[id, ...leb(lengthOf(content))], ...content]
}

function vector(items: Pieces): Pieces {
  return [leb(items.length), ...items]
}

function text(value: string): number[] {
  const bytes = new TextEncoder().encode(value)
  return [...leb(bytes.length), ...bytes]
}

function body(f: FunctionBody): Pieces {
  const groups: number[][] = []
  for (let i = 0; i < f.locals.length; ) {
    const type = f.locals[i]!
    let end = i
    while (f.locals[end] === type) end++
    groups.push([...leb(end - i), TYPE_BYTE[type]])
    i = end
  }
  const locals = vector(groups).flat()
  return [[...leb(locals.length + f.code.length + 1), ...locals], f.code, [0x0b]]
}

function lengthOf(pieces: Pieces): number {
  return pieces.reduce((sum, piece) => sum + piece.length, 0)
}

function joined(pieces: Pieces): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(lengthOf(pieces))
  let at = 0
  for (const piece of pieces) {
    bytes.set(piece, at)
    at += piece.length
  }
  return bytes
}
