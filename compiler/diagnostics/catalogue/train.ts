/** Messages about the configuration of a training run. Its form is checked with the messages of `schema.ts`. */
import type { Diagnostic, Place } from '../diagnostic.ts'
import { errorsOf } from '../make.ts'

const error = errorsOf('train')

export const fileMissing = (place: Place, path: string, reason: string): Diagnostic =>
  error(place, 'file', `${path}: ${reason}`, { hint: 'paths are relative to the configuration' })

export const tensorMissing = (
  place: Place,
  file: string,
  tensor: string,
  known: readonly string[],
  suggestion: string | null,
): Diagnostic =>
  error(place, 'tensor', `${file} has no tensor '${tensor}'`, {
    hint:
      suggestion === null
        ? `it has ${known.slice(0, 12).join(', ') || 'no tensors'}`
        : `did you mean '${suggestion}'?`,
  })

export const noRows = (place: Place, file: string, tensor: string): Diagnostic =>
  error(place, 'rows', `'${tensor}' of ${file} has no rows`, { hint: 'every row is a sample' })

export const rowsDiffer = (
  place: Place,
  file: string,
  one: string,
  rows: number,
  other: string,
  otherRows: number,
): Diagnostic =>
  error(place, 'rows', `in ${file}, '${one}' has ${rows} rows and '${other}' has ${otherRows}`, {
    hint: 'every row is a sample: all tensors have as many',
  })

export const noFileFor = (
  place: Place,
  tensor: string,
  known: readonly string[],
  suggestion: string | null,
): Diagnostic =>
  error(place, 'tensor', `there is no file for '${tensor}'`, {
    hint:
      suggestion === null
        ? `there are files for ${known.join(', ') || 'nothing'}`
        : `did you mean '${suggestion}'?`,
  })

export const namelessArray = (place: Place, file: string, tensor: string): Diagnostic =>
  error(place, 'tensor', `${file} holds one array, which has no name`, {
    hint: `give each tensor a file: { ${tensor}: ${file}, ... }`,
  })

export const listOfTensors = (place: Place, file: string): Diagnostic =>
  error(place, 'tensor', `only columns of a table are listed, and ${file} is none`, {
    hint: 'give one name',
  })

/** Shapes: of a row in the file, and as the input declares it. */
export const rowShape = (
  place: Place,
  file: string,
  tensor: string,
  row: string,
  sizes: string,
): Diagnostic =>
  error(place, 'shape', `a row of '${tensor}' in ${file} is ${row}, and the input takes ${sizes}`)

export const imageShape = (place: Place, image: string, found: string, sizes: string): Diagnostic =>
  error(place, 'shape', `${image} becomes ${found}, and the input takes ${sizes}`, {
    hint: 'data.image_size: [HEIGHT, WIDTH] resizes images; an input for them is [N, channels, height, width]',
  })

export const noDecoder = (place: Place): Diagnostic =>
  error(place, 'decoder', "images are decoded by the package 'sharp', which is not installed", {
    hint: 'npm install sharp',
  })

export const otherClasses = (place: Place, one: readonly string[], other: readonly string[]): Diagnostic =>
  error(place, 'classes', `the folders have other classes: ${one.join(', ')} and ${other.join(', ')}`, {
    hint: 'a class is its place among the names, so both must have the same',
  })

export const notInput = (place: Place, name: string, known: readonly string[]): Diagnostic =>
  error(place, 'input', `the model has no input '${name}'`, { hint: `inputs are ${known.join(', ')}` })

export const outputNeeded = (place: Place, known: readonly string[]): Diagnostic =>
  error(place, 'output', 'the model has several outputs, and the loss looks at one', {
    hint: `write output: ${known[0]}, or another of ${known.join(', ')}`,
  })

export const unknownMetric = (place: Place, name: string, known: readonly string[]): Diagnostic =>
  error(place, 'metric', `the run has no number '${name}'`, { hint: `it has ${known.join(', ')}` })

export const evaluationNeeded = (place: Place): Diagnostic =>
  error(place, 'evaluate', 'metrics are computed on data that is not trained on, of which there is none', {
    hint: 'give data a file under evaluate',
  })

/** What an optimizer or a scheduler says about its options. */
export const refusedOptions = (place: Place, type: string, reason: string, hint: string | null): Diagnostic =>
  error(place, 'options', `${type}: ${reason}`, hint === null ? {} : { hint })
