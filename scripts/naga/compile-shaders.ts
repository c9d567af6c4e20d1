/**
 * Makes a module and a pipeline of each shader, on the WebGPU of the program that runs this, and prints a list of
 * `[index, message]` of those that are refused as JSON: deno run -A compile-shaders.ts SHADERS.json, a list of texts.
 */
import { readFileSync } from 'node:fs'
import process from 'node:process'

const shaders = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as readonly string[]
const adapter = await navigator.gpu.requestAdapter()
if (adapter === null) throw new Error('no adapter')
const device = await adapter.requestDevice()
const refused: [index: number, message: string][] = []
for (const [i, code] of shaders.entries()) {
  device.pushErrorScope('validation')
  const module = device.createShaderModule({ code })
  device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } })
  const error = await device.popErrorScope()
  if (error !== null) refused.push([i, error.message])
}
console.log(JSON.stringify(refused))
