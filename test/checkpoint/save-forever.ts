/** A process that saves a checkpoint over and over until it is killed, for the test of atomic writing. */
import { PyDict, tensorOf, writeFileAtomically, writeTorch } from '../../runtime/checkpoint/index.ts'

const path = process.argv[2] as string
const weights = tensorOf(new Float32Array(500_000).fill(1))

async function saveForever(): Promise<void> {
  for (let generation = 0; ; generation++) {
    const value = new PyDict('dict', [
      ['generation', generation],
      ['weights', weights],
    ])
    await writeFileAtomically(path, sink => writeTorch(value, sink))
    if (generation === 0) process.send?.('saving')
  }
}

await saveForever()
