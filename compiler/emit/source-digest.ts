/** What a text made of a spec says about its source: the file's name, without folders, and the digest of its text. */
import { Sha256 } from '../../runtime/checkpoint/index.ts'
import type { Source } from '../parse/source.ts'

export interface SourceDigest {
  readonly file: string
  /** SHA-256 of the UTF-8 text, in hexadecimal. */
  readonly sha256: string
}

export const sourceDigest = (source: Source): SourceDigest => ({
  file: source.path.split(/[/\\]/).at(-1) ?? '',
  sha256: new Sha256().update(new TextEncoder().encode(source.text)).hex(),
})
