/** Elements that a file holds with their most significant byte first. */

/** A copy with the bytes of each element of `width` turned round; what is less than an element at the end stays as it is. */
export function swapped(bytes: Uint8Array, width: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytes)
  for (let at = 0; at + width <= out.length; at += width)
    for (let i = 0; i < width; i++) out[at + i] = bytes[at + width - 1 - i] as number
  return out
}
