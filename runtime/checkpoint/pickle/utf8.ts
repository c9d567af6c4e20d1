/** Python's utf-8 with errors="surrogatepass": pickles may hold strings with lone surrogates, as JavaScript can. */
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

/** Undefined when the bytes are not (surrogate-passing) UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return strict.decode(bytes)
  } catch {
    return decodeWithSurrogates(bytes)
  }
}

/** Code units at a time. */
const PIECE = 8192

/** The only ill-formed sequences let through are ED A0..BF xx: surrogates in three bytes. */
function decodeWithSurrogates(bytes: Uint8Array): string | undefined {
  let text = ''
  const units = new Uint16Array(PIECE)
  let filled = 0
  for (let at = 0; at < bytes.length; ) {
    if (filled > PIECE - 2) {
      text += String.fromCharCode(...units.subarray(0, filled))
      filled = 0
    }
    const first = bytes[at] as number
    const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
    let code = length === 1 ? first : first & (0x7f >> length)
    if ((first >= 0x80 && first < 0xc2) || first > 0xf4 || at + length > bytes.length) return undefined
    for (let i = 1; i < length; i++) {
      const next = bytes[at + i] as number
      if ((next & 0xc0) !== 0x80) return undefined
      code = (code << 6) | (next & 0x3f)
    }
    if (code < (MINIMA[length] as number) || code > 0x10ffff) return undefined
    if (code > 0xffff) {
      units[filled++] = 0xd7c0 + (code >> 10)
      units[filled++] = 0xdc00 | (code & 0x3ff)
    } else units[filled++] = code
    at += length
  }
  return text + String.fromCharCode(...units.subarray(0, filled))
}

/** What a sequence of so many bytes has to stand for at least: shorter forms are the only ones. */
const MINIMA: readonly number[] = [0, 0, 0x80, 0x800, 0x10000]

export function encodeUtf8(text: string): Uint8Array {
  if (!/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text))
    return encoder.encode(text)
  const parts: number[] = []
  for (const char of text) {
    const code = char.codePointAt(0) as number
    if (code >= 0xd800 && code <= 0xdfff) parts.push(0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f))
    else parts.push(...encoder.encode(char))
  }
  return Uint8Array.from(parts)
}
