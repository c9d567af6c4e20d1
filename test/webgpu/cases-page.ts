/** The page in which the cases run in a browser: suite by suite, as the test asks for them. */
import { useWebGPU } from '../../runtime/index.ts'
import { type Fixtures, suitesOf } from './case-suites.ts'

/** What of a suite is to be run, and the families that there are. */
export interface SuiteRequest {
  readonly families: readonly string[]
  readonly suite: string
  readonly everything: boolean
}

/** How many cases ran, and what was wrong, with the titles. */
export interface SuiteReport {
  readonly ran: number
  readonly wrong: readonly string[]
}

const read: Fixtures = async file => (await fetch(`/fixtures/${file}`)).json()

async function runSuite({ families, suite: name, everything }: SuiteRequest): Promise<SuiteReport> {
  const suite = suitesOf(families).find(s => s.name === name)!
  const cases = (await suite.cases(read)).filter((_, i) => everything || i % suite.nth === 0)
  const wrong: string[] = []
  for (const { title, run } of cases) {
    const found = await run().catch((error: unknown) => [String(error)])
    wrong.push(...found.slice(0, 3).map(text => `${title}: ${text}`))
  }
  return { ran: cases.length, wrong }
}

/** Opens the device; the suites are the page's `runSuite` from then on. */
export async function run(): Promise<{ adapter: string }> {
  const { adapter } = await useWebGPU()
  Object.assign(globalThis, { runSuite })
  return { adapter }
}
