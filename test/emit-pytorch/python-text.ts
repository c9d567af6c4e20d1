/** Python source without what stands in its strings and comments: what is left is code. */
export function codeOnly(text: string): string {
  let code = ''
  let at = 0
  while (at < text.length) {
    const rest = text.slice(at)
    if (rest.startsWith('#')) {
      // Python ends a comment at these alone.
      const end = rest.search(/[\n\r]/)
      at += end === -1 ? rest.length : end
      continue
    }
    const quote = ['"""', "'''", '"', "'"].find(q => rest.startsWith(q))
    if (quote === undefined) {
      code += rest[0]
      at++
      continue
    }
    at += quote.length
    while (!text.startsWith(quote, at)) {
      if (at >= text.length) throw new Error('a string is never closed')
      if (quote.length === 1 && /[\n\r]/.test(text[at]!)) throw new Error('a line ends in a string')
      at += text[at] === '\\' ? 2 : 1
    }
    at += quote.length
    code += '""'
  }
  return code
}
