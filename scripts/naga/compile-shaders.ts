/**
 * Makes a module and a pipeline of each shader, on the WebGPU of the program that runs this, and prints what is refused as JSON:
 * deno run -A compile-shaders.ts SHADERS.json, a list of texts. A directive that naga refuses by itself is left out of the shaders
 * that have it, because it may know what the directive asks for all the same; that is printed too.
 */
import { readFileSync } from 'node:fs'
import process from 'node:process'

/** What is refused, with naga's message. */
export interface Refused {
  /** Directives, and how many shaders have them. */
  readonly directives: readonly (readonly [directive: string, message: string, count: number])[]
  /** What this adapter lacks, and how many shaders could only be read without it. */
  readonly lacking: readonly (readonly [reason: string, count: number])[]
  /** Shaders, by their place in the list. */
  readonly shaders: readonly (readonly [index: number, message: string])[]
}

const DIRECTIVE = /^(?:enable|requires) \w+;\n/gm
/** How naga says that an adapter lacks something, as opposed to what is wrong with a shader. */
const LACKING = /the .* extension is not supported in the current environment|requires capability .*/

const shaders = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as readonly string[]
const adapter = await navigator.gpu.requestAdapter()
if (adapter === null) throw new Error('no adapter')
const wanted: readonly GPUFeatureName[] = ['subgroups', 'shader-f16']
const device = await adapter.requestDevice({ requiredFeatures: wanted.filter(f => adapter.features.has(f)) })

/** What is wrong with a shader; null if nothing is. */
async function refusal(code: string): Promise<string | null> {
  device.pushErrorScope('validation')
  const module = device.createShaderModule({ code })
  device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } })
  return (await device.popErrorScope())?.message ?? null
}

const countUp = (counts: Map<string, number>, key: string): void => {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

const used = new Map<string, number>()
for (const code of shaders) for (const [directive] of code.matchAll(DIRECTIVE)) countUp(used, directive)
const directives: [string, string, number][] = []
for (const [directive, count] of used) {
  const message = await refusal(`${directive}@compute @workgroup_size(1) fn main() {}`)
  if (message !== null && !LACKING.test(message)) directives.push([directive.trim(), message, count])
}
const unknown = new Set(directives.map(([directive]) => `${directive}\n`))
const known = (directive: string): string => (unknown.has(directive) ? '' : directive)
const lacking = new Map<string, number>()
const refused: [number, string][] = []
for (const [i, code] of shaders.entries()) {
  const message = await refusal(code.replaceAll(DIRECTIVE, known))
  const [reason] = LACKING.exec(message ?? '') ?? []
  if (reason !== undefined) countUp(lacking, reason)
  else if (message !== null) refused.push([i, message])
}
console.log(JSON.stringify({ directives, lacking: [...lacking], shaders: refused } satisfies Refused))
