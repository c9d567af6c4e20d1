/**
 * Loads a checkpoint that PyTorch saved into the class that `holdfast build` made of specs/tutorial/digits-cnn.yaml, predicts
 * images that were not trained on, and compares with what PyTorch computed for them.
 */
import { openPath, stateDictsOf } from 'holdfast/checkpoint'
import { stateDictFromStored, type Tensor } from 'holdfast/runtime'
import { DigitsCNN } from '../../generated/tutorial/digits-cnn.ts'

const folder = 'examples/digits'
const SHOWN = 6

const checkpoint = await openPath(`${folder}/digits.pt`)
const [weights] = stateDictsOf(checkpoint)
const model = new DigitsCNN()
model.loadStateDict(await stateDictFromStored(weights!.tensors))
model.eval()
console.log(
  `${folder}/digits.pt: ${weights!.tensors.size} tensors of ${weights!.path.join('.')}, saved by PyTorch`,
)
await checkpoint.close()

const heldout = await openPath(`${folder}/heldout.safetensors`)
const samples = await stateDictFromStored(stateDictsOf(heldout)[0]!.tensors)
await heldout.close()
const image = samples.get('image')
const count = image.shape[0]!

const start = performance.now()
const logits = await elements(model.forward(image))
const milliseconds = performance.now() - start

const expected = await elements(samples.get('logits'))
const labels = await elements(samples.get('label'))
const predicted = argmaxOfRows(logits, 10)
const torchs = argmaxOfRows(expected, 10)

const pixels = await elements(image)
console.log(`\n${drawn(pixels, SHOWN)}`)
const captions = predicted.slice(0, SHOWN).map(digit => `predicted ${digit}`.padEnd(19))
console.log(`${captions.join('').trimEnd()}\n`)

const correct = matches(predicted, labels)
const difference = logits.reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0)
console.log(
  `${count} held-out images in ${milliseconds.toFixed(0)} ms, ${correct} right: accuracy ${percent(correct)}`,
)
console.log(`PyTorch: the same digit for ${matches(predicted, torchs)} of ${count}`)
console.log(`         logits at most ${difference.toExponential(1)} apart`)

async function elements(tensor: Tensor): Promise<readonly number[]> {
  return Array.from<number | bigint, number>(await tensor.data(), Number)
}

function argmaxOfRows(values: readonly number[], width: number): readonly number[] {
  return Array.from({ length: values.length / width }, (_, row) => {
    const scores = values.slice(row * width, (row + 1) * width)
    return scores.indexOf(Math.max(...scores))
  })
}

function matches(a: readonly number[], b: readonly number[]): number {
  return a.filter((value, i) => value === b[i]).length
}

function percent(part: number): string {
  return `${((100 * part) / count).toFixed(1)} %`
}

/** The first images side by side: 8x8 grey values from 0 to 16, two characters each. */
function drawn(values: readonly number[], images: number): string {
  const shades = ' .:-=+*#%@'
  const row = (n: number, y: number): string =>
    values
      .slice(n * 64 + y * 8, n * 64 + y * 8 + 8)
      .map(v => shades[Math.min(9, Math.floor(v / 1.7))]!.repeat(2))
      .join('')
  return Array.from({ length: 8 }, (_, y) =>
    Array.from({ length: images }, (_, n) => row(n, y))
      .join('   ')
      .trimEnd(),
  ).join('\n')
}
