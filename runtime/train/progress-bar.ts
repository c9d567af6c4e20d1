/** A line of a terminal that says how far an epoch is, how fast, and how long it will take. */
import type { Callback, StepInfo } from './callback.ts'
import type { EpochRecord, Run } from './run.ts'

export interface ProgressBarOptions {
  readonly write: (text: string) => void
  /** Columns of the terminal; null where lines cannot be overwritten: then only whole epochs are told. */
  readonly columns: number | null
  readonly epochs: number
  /** Milliseconds; the platform's clock unless given. */
  readonly now?: () => number
}

const INTERVAL_MS = 100

export function progressBar({
  write,
  columns,
  epochs,
  now = () => performance.now(),
}: ProgressBarOptions): Callback {
  let start = 0
  let shown = 0
  let samples = 0
  let steps = 0
  /** Batches of the epoch that were done before a resume. */
  let before: number | null = null
  const clear = (): void => {
    if (columns !== null && shown > 0) write(`\r${' '.repeat(columns - 1)}\r`)
    shown = 0
  }
  const begin = (): void => {
    start = now()
    samples = 0
    steps = 0
    before = null
  }
  return {
    onStart: begin,
    onStep(run: Run, info: StepInfo) {
      before ??= info.batch - 1
      samples += info.samples
      steps++
      const time = now()
      if (columns === null || time - shown < INTERVAL_MS) return
      shown = time
      const left = ((info.batches - info.batch) * (time - start)) / Math.max(1, info.batch - before) / 1000
      const parts = [
        `epoch ${run.epoch + 1}/${epochs}`,
        bar(info.batch / info.batches),
        `loss ${run.epochLoss.toFixed(4)}`,
        speedOf(samples, time - start),
        Number.isNaN(left) ? '' : `ETA ${duration(left)}`,
      ]
      write(
        `\r${parts
          .filter(p => p !== '')
          .join('  ')
          .slice(0, columns - 1)
          .padEnd(columns - 1)}`,
      )
    },
    onEpoch(_run, record: EpochRecord) {
      const seconds = (now() - start) / 1000
      clear()
      const metrics = Object.entries(record.metrics).map(([name, v]) => `${name} ${v.toFixed(4)}`)
      const speed = steps === 0 ? '' : `${duration(seconds)}, ${speedOf(samples, seconds * 1000)}`
      const parts = [`epoch ${record.epoch}/${epochs}`, `loss ${record.loss.toFixed(4)}`, ...metrics, speed]
      write(`${parts.filter(p => p !== '').join('  ')}\n`)
      begin()
    },
    onEnd: clear,
  }
}

/** `[#####...............]  25 %`; nothing where the part is not known. */
function bar(part: number): string {
  if (Number.isNaN(part)) return ''
  const full = Math.round(part * 20)
  return `[${'#'.repeat(full)}${'.'.repeat(20 - full)}] ${`${Math.floor(part * 100)} %`.padStart(5)}`
}

const speedOf = (samples: number, milliseconds: number): string => {
  const rate = samples / (milliseconds / 1000)
  return `${rate < 10 ? rate.toFixed(1) : Math.round(rate)} samples/s`
}

/** `7.5 s`, `3:05`, `1:02:03`. */
function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  const two = (n: number): string => String(n).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}
