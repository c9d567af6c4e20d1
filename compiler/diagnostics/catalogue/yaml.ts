/** Messages about the YAML of a spec: broken files, and YAML that says something else than it seems to. */
import type { Diagnostic, Place } from '../diagnostic.ts'
import { errorsOf } from '../make.ts'

const error = errorsOf('yaml')

/** `{ kernel_size: (1, 5) }`, `{ blocks: layers[0] }`. */
export const flowCut = (place: Place, value: string): Diagnostic =>
  error(place, 'flow-value', 'inside { } and [ ] YAML cuts this value at its brackets and commas', {
    hint: value.includes('"')
      ? `put it in quotes: '${value.replaceAll("'", "''")}', or write the entry in block style, one field a line`
      : `put it in quotes: "${value}", or write the entry in block style, one field a line`,
  })

/** `{type:X}`: no space after the colon. */
export const missingSpace = (place: Place, key: string, value: string): Diagnostic =>
  error(place, 'missing-space', `YAML reads '${key}:${value}' as one word`, {
    hint: `put a space after the colon: ${key}: ${value}`,
  })

export const missingValue = (place: Place, key: string): Diagnostic =>
  error(place, 'missing-value', `'${key}' has no value`, { hint: `write ${key}: VALUE, or remove it` })

export const duplicateKey = (place: Place, key: string, line: number): Diagnostic =>
  error(place, 'duplicate-key', `'${key}' is given twice; first in line ${line}`, {
    hint: 'remove one of the two, or rename it',
  })

export const anchor = (place: Place): Diagnostic =>
  error(place, 'anchor', 'anchors are not part of the language', {
    hint: 'write the value out where it is needed, or make it a definition under definitions:',
  })

export const alias = (place: Place): Diagnostic =>
  error(place, 'alias', 'aliases are not part of the language', {
    hint: 'write the value out, or make it a definition under definitions:',
  })

export const mergeKey = (place: Place): Diagnostic =>
  error(place, 'merge-key', "the merge key '<<' is not part of the language", {
    hint: 'write the fields out, or make them a definition under definitions:',
  })

export const tag = (place: Place, name: string): Diagnostic =>
  error(place, 'tag', `tags such as ${name} are not part of the language`, { hint: 'remove the tag' })

export const severalDocuments = (place: Place): Diagnostic =>
  error(place, 'several-documents', 'a second document begins here; a spec is one document', {
    hint: 'put it into a file of its own',
  })

export const directive = (place: Place): Diagnostic =>
  error(place, 'directive', 'YAML directives are not part of the language', { hint: 'remove the line' })

export const tabs = (place: Place): Diagnostic =>
  error(place, 'tab', 'a tab stands in the indentation', { hint: 'indent with spaces' })

export const numericKey = (place: Place, key: string, canonical: string | null): Diagnostic =>
  error(place, 'numeric-key', `the key ${key} is a number, but not in its plain form`, {
    hint: canonical === null ? 'write it in quotes if it is a name' : `write ${canonical}`,
  })

export const constantKey = (place: Place, key: string): Diagnostic =>
  error(place, 'constant-key', `the key ${key} is no name to YAML, but a constant`, {
    hint: `put it in quotes if it is a name: "${key}"`,
  })

export const keyKind = (place: Place, what: string): Diagnostic =>
  error(place, 'key', `a key is a name, not ${what}`, {
    hint: 'put it in quotes, or write the entry in block style',
  })

export const explicitKey = (place: Place): Diagnostic =>
  error(place, 'explicit-key', "keys marked by '?' are not part of the language", {
    hint: 'write key: value',
  })

/** An expression that makes no sense, in front of a comment. */
export const commentCuts = (place: Place): Diagnostic =>
  error(place, 'comment-cuts', "the value ends at ' #', where a comment begins", {
    hint: 'put the whole value in quotes',
  })

/** Code in a folded or plain scalar. */
export const foldedCode = (place: Place): Diagnostic =>
  error(place, 'folded-code', 'YAML joins these lines into one', {
    hint: "write '|' after the colon, and the code in the lines below it",
  })

export const badEscape = (place: Place, found: string): Diagnostic =>
  error(place, 'escape', `${found} is no escape sequence of YAML`, {
    hint: 'write \\\\ for a backslash, or use single quotes',
  })

export const badStart = (place: Place, character: string): Diagnostic =>
  error(place, 'start', `a value cannot start with ${character} unless it is in quotes`, {
    hint: 'put the value in quotes',
  })

export const unclosedQuote = (place: Place): Diagnostic =>
  error(place, 'quote', 'the quoted text is never closed', { hint: 'add the closing quote' })

export const unclosedFlow = (place: Place, open: string): Diagnostic =>
  error(place, 'bracket', `'${open}' is never closed`, {
    hint: 'close it, or write block style, one field a line',
  })

export const missingComma = (place: Place): Diagnostic =>
  error(place, 'missing-comma', 'a comma is missing before this', {
    hint: 'separate fields in { } by commas',
  })

export const nestedInLine = (place: Place): Diagnostic =>
  error(place, 'second-colon', "a second ': ' in one line", { hint: 'put the value in quotes' })

export const indentation = (place: Place): Diagnostic =>
  error(place, 'indentation', 'the indentation does not fit the lines above it', {
    hint: 'indent all fields of one entry alike, and those below a key deeper than the key',
  })

/** Whatever else YAML's grammar does not allow. */
export const syntax = (place: Place, found: string): Diagnostic =>
  error(place, 'syntax', `this is no valid YAML: ${found}`, {
    hint: 'put the value in quotes, or write block style, one field a line',
  })

export const tooDeep = (place: Place): Diagnostic =>
  error(place, 'too-deep', 'the file is nested too deeply', { hint: 'name a part of it under definitions:' })

export const tooLong = (place: Place, megabytes: number): Diagnostic =>
  error(place, 'too-long', `the file is longer than ${megabytes} MB`, {
    hint: 'a spec holds no data, only structure',
  })

export const empty = (place: Place): Diagnostic =>
  error(place, 'empty', 'the file is empty', { hint: "begin with 'holdfast: 1' and 'model: NAME'" })
