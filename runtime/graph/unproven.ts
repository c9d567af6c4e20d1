/**
 * Checks of devices that take a wait to read. What a run computes is used at once; what its checks found is read along with
 * whatever is read next, or after some runs without a wait. Nothing that was computed from a wrong index gets out meanwhile:
 * the read that would show it throws, and it ends with the error.
 */
import { type Device, type Memory, readAll } from '../devices/device.ts'
import type { OpError } from '../ops/error.ts'
import type { Node } from './node.ts'

/** What the checks of one or several runs write to. */
export interface Words {
  /** What is read to know what they found. */
  memories(): readonly Memory[]
  /**
   * Judges what was read; null where that could not be. Gives the error, if there is one; `earlier` where it is thrown by a call
   * that it does not belong to.
   */
  judge(found: readonly Uint8Array<ArrayBuffer>[] | null): ((earlier: boolean) => OpError) | null
}

/** Runs since their words were last read. */
interface Round {
  readonly words: Words
}

/** What was found wrong, and the memory of what was computed from it. */
interface Failure {
  readonly error: (earlier: boolean) => OpError
  readonly memories: ReadonlySet<Memory>
}

/** After so many runs their words are read, if nothing else is; and after so many more a run waits for them. */
const MOST_RUNS = 32

class Unproven {
  readonly #device: Device
  /** Those whose words nobody has asked for. */
  readonly #open = new Map<Words, Round>()
  /** Nodes that are right if these rounds are. */
  readonly #nodes = new Map<Node, Set<Round>>()
  /** What is being read. */
  readonly #looks = new Set<Promise<readonly Failure[]>>()
  #runs = 0
  #failure: Failure | null = null

  constructor(device: Device) {
    this.#device = device
  }

  /** Throws what was found wrong without anybody having waited for it, once. */
  assertSound(): void {
    const failure = this.#failure
    this.#failure = null
    if (failure !== null) throw failure.error(true)
  }

  isSound(nodes: () => readonly Node[]): boolean {
    return this.#nodes.size === 0 || !nodes().some(node => this.#nodes.has(node))
  }

  ran(words: Words | null, inputs: readonly Node[], made: readonly Node[]): void {
    const rounds = new Set<Round>()
    for (const node of inputs) for (const round of this.#nodes.get(node) ?? []) rounds.add(round)
    if (words !== null) {
      const round = this.#open.get(words) ?? { words }
      this.#open.set(words, round)
      rounds.add(round)
    }
    if (rounds.size === 0) return
    for (const node of made) this.#nodes.set(node, new Set([...(this.#nodes.get(node) ?? []), ...rounds]))
    if (++this.#runs >= MOST_RUNS && this.#looks.size === 0) this.look()
  }

  /** True where the device is so far behind that nothing should be asked of it. */
  get isBehind(): boolean {
    return this.#runs >= MOST_RUNS
  }

  /** Waits until what is being read has been. */
  async catchUp(): Promise<void> {
    await Promise.all(this.#looks)
    this.look()
    this.assertSound()
  }

  /** Reads what is open, and has the next call throw what is wrong with it. */
  look(): void {
    const rounds = this.#close()
    if (rounds.length === 0) return
    const found = readAll(
      this.#device,
      rounds.flatMap(r => r.words.memories()),
    )
    this.#judge(rounds, found, 0).then(failures => {
      this.#failure ??= failures[0] ?? null
    })
  }

  async read(memories: readonly Memory[]): Promise<readonly Uint8Array<ArrayBuffer>[]> {
    this.assertSound()
    const rounds = this.#close()
    const words = rounds.flatMap(r => r.words.memories())
    const reading = readAll(this.#device, [...memories, ...words])
    if (rounds.length > 0) this.#judge(rounds, reading, memories.length)
    // What is read may be from runs that others look at.
    const looks = [...this.#looks]
    const found = await reading
    const [failure] = (await Promise.all(looks)).flat()
    if (failure === undefined) return found.slice(0, memories.length)
    if (this.#failure === failure) this.#failure = null
    throw failure.error(!memories.some(memory => failure.memories.has(memory)))
  }

  /** The rounds that are open, which no run belongs to any more. */
  #close(): readonly Round[] {
    const rounds = [...this.#open.values()]
    this.#open.clear()
    this.#runs = 0
    return rounds
  }

  /** What is wrong with rounds, whose words are at the end of what is read. */
  #judge(
    rounds: readonly Round[],
    reading: Promise<readonly Uint8Array<ArrayBuffer>[]>,
    first: number,
  ): Promise<readonly Failure[]> {
    const sizes = rounds.map(r => r.words.memories().length)
    const judged = (found: readonly Uint8Array<ArrayBuffer>[] | null): readonly Failure[] => {
      this.#looks.delete(look)
      let at = first
      return rounds.flatMap((round, i) => {
        const own = found?.slice(at, at + sizes[i]!) ?? null
        at += sizes[i]!
        const error = round.words.judge(own)
        return error === null ? this.#prove(round) : [{ error, memories: this.#fail(round, error(true)) }]
      })
    }
    // That nothing can be read is for those to say who read.
    const look: Promise<readonly Failure[]> = reading.then(judged, () => judged(null))
    this.#looks.add(look)
    return look
  }

  #prove(round: Round): readonly Failure[] {
    for (const [node, rounds] of this.#nodes)
      if (rounds.delete(round) && rounds.size === 0) this.#nodes.delete(node)
    return []
  }

  /** Ends what was computed from a round. Gives its memory. */
  #fail(round: Round, error: OpError): ReadonlySet<Memory> {
    const memories = new Set<Memory>()
    for (const [node, rounds] of this.#nodes) {
      if (!rounds.has(round)) continue
      this.#nodes.delete(node)
      if (node.isThere) memories.add(node.memory!)
      node.fail(error)
    }
    return memories
  }
}

const known = new WeakMap<Device, Unproven>()

/**
 * Notes a run: from which nodes it computed which.
 * @param words what its checks write to; null where it has none
 */
export function ran(
  device: Device,
  words: Words | null,
  inputs: readonly Node[],
  made: readonly Node[],
): void {
  let found = known.get(device)
  if (found === undefined) {
    if (words === null) return
    found = new Unproven(device)
    known.set(device, found)
  }
  found.ran(words, inputs, made)
}

/** True of nodes that were computed from nothing that may turn out to be wrong. */
export function isSound(device: Device, nodes: () => readonly Node[]): boolean {
  return known.get(device)?.isSound(nodes) ?? true
}

/** True where so many runs have not been looked at that the next one should wait: see `catchUp`. */
export function isBehind(device: Device): boolean {
  return known.get(device)?.isBehind ?? false
}

/** Waits for the device. Throws OpError where earlier runs turned out to be wrong. */
export async function catchUp(device: Device): Promise<void> {
  await known.get(device)?.catchUp()
}

/** Throws OpError where earlier runs turned out to be wrong, and nobody has been told. */
export function assertSound(device: Device): void {
  known.get(device)?.assertSound()
}

/** Has the words that are open read now, because what they are in is about to end. */
export function lookNow(device: Device): void {
  known.get(device)?.look()
}

/** Reads memories together. Throws OpError where what was computed on the device since the last read is wrong. */
export function readSound(
  device: Device,
  memories: readonly Memory[],
): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  return known.get(device)?.read(memories) ?? readAll(device, memories)
}
