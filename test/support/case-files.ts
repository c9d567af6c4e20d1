/** The files that the cases of functions stand in. */
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import type { FunctionCase } from './function-cases.ts'

const folder = path.join(import.meta.dirname, '../fixtures/functions')

/** Families of cases, by the name of their file. */
export const caseFamilies = (): readonly string[] =>
  readdirSync(folder)
    .filter(f => f.endsWith('.json') && f !== 'signatures.json')
    .map(f => f.slice(0, -5))
    .sort()

export const loadCases = (family: string): readonly FunctionCase[] =>
  JSON.parse(readFileSync(path.join(folder, `${family}.json`), 'utf8')) as readonly FunctionCase[]
