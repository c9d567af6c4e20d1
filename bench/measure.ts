/** What all benchmarks share: peers are processes, measured in turn, and compared by their medians. */
import { spawnSync } from 'node:child_process'
import { cpus, totalmem } from 'node:os'

/** A process that does one thing once and prints `{"ms", "peakMiB"}` as its last line. */
export interface Peer {
  readonly name: string
  readonly command: readonly string[]
}

export interface Measured {
  readonly name: string
  /** Median, least and greatest of the rounds, in milliseconds. */
  readonly ms: readonly [median: number, least: number, greatest: number]
  /** Most memory that a round took beyond what the process had before, in MiB. */
  readonly peakMiB: number
}

/** Every peer once per round, each round beginning with another one, so that none has the machine's good moments for itself. */
export function measureInTurn(peers: readonly Peer[], rounds: number, before: () => void): Measured[] {
  const times = peers.map((): number[] => [])
  const peaks = peers.map(() => 0)
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < peers.length; turn++) {
      const i = (round + turn) % peers.length
      before()
      const { ms, peakMiB } = runOnce(peers[i] as Peer)
      times[i]?.push(ms)
      peaks[i] = Math.max(peaks[i] as number, peakMiB)
    }
  }
  return peers.map(({ name }, i) => {
    const sorted = (times[i] as number[]).sort((a, b) => a - b)
    const ms = [sorted[sorted.length >> 1], sorted[0], sorted.at(-1)] as [number, number, number]
    return { name, ms, peakMiB: peaks[i] as number }
  })
}

function runOnce({ name, command: [program, ...args] }: Peer): { ms: number; peakMiB: number } {
  const { status, stdout, stderr } = spawnSync(program as string, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${name} failed: ${stderr.slice(-2000)}`)
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) as string)
}

/** A Markdown table; ratios are to the first peer. */
export function table(title: string, measured: readonly Measured[]): string {
  const first = (measured[0] as Measured).ms[0]
  const rows = measured.map(
    ({ name, ms: [median, least, greatest], peakMiB }) =>
      `| ${name} | ${digits(median)} | ${digits(least)} to ${digits(greatest)} | ${(median / first).toFixed(2)} | ${Math.round(peakMiB)} |`,
  )
  const head = `| ${title} | ms, median | least to greatest | ratio | peak memory, MiB |\n|---|---|---|---|---|`
  return `${head}\n${rows.join('\n')}\n`
}

function digits(ms: number): string {
  return ms < 100 ? ms.toFixed(1) : ms.toFixed(0)
}

export function machine(): string {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${cpus().length} x ${cpu?.model ?? 'unknown'}, ${memory} GiB, ${process.platform}, Node ${process.version}`
}
