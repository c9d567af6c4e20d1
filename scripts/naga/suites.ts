/** The suites of functions, modules and gradients, with their fixtures read from files. */
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { caseFamilies } from '../../test/support/case-files.ts'
import { type Suite, suitesOf } from '../../test/webgpu/case-suites.ts'

const fixtures = path.resolve(import.meta.dirname, '../../test/fixtures')

export const suites: readonly Suite[] = suitesOf(caseFamilies())

export const readFixture = async <T>(file: string): Promise<T> =>
  JSON.parse(await readFile(path.join(fixtures, file), 'utf8')) as T
