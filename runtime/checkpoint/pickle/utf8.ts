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

/** The only ill-formed sequences let through are ED A0..BF xx: surrogates in three bytes. */
function decodeWithSurrogates(bytes: Uint8Array): string | undefined {
  let text = ''
  let start = 0
  try {
    for (let i = 0; i + 2 < bytes.length; i++) {
      const [a, b, c] = [bytes[i] as number, bytes[i + 1] as number, bytes[i + 2] as number]
      if (a !== 0xed || b < 0xa0 || b > 0xbf || (c & 0xc0) !== 0x80) continue
      text += strict.decode(bytes.subarray(start, i))
      text += String.fromCharCode(0xd000 | ((b & 0x3f) << 6) | (c & 0x3f))
      start = i + 3
      i += 2
    }
    return text + strict.decode(bytes.subarray(start))
  } catch {
    return undefined
  }
}

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
