/** The lexical shapes of Python: identifiers, numbers, strings, operators, as sticky patterns. */

/** Matches `pattern`, which must be sticky, at `offset`; the text matched or ''. */
export function matchAt(pattern: RegExp, text: string, offset: number): string {
  pattern.lastIndex = offset
  return pattern.exec(text)?.[0] ?? ''
}

export const identifier = /[\p{XID_Start}_]\p{XID_Continue}*/uy

/** What cannot directly follow a number, unless it is one of `afterNumber`. */
export const identifierPart = /[\p{XID_Continue}_]+/uy

/** Keywords that Python lets follow a number without a space: `1if x else 2`. */
export const afterNumber = /(?:and|else|for|if|in|is|not|or)(?!\p{XID_Continue})/uy

export const floatNumber =
  /(?:\d(?:_?\d)*\.(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*)(?:[eE][+-]?\d(?:_?\d)*)?|\d(?:_?\d)*[eE][+-]?\d(?:_?\d)*/y

export const intNumber = /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|\d(?:_?\d)*/y

/** A string up to its body: prefix and opening quotes. */
export const stringStart = /(?:[rR][bBfF]?|[bBfF][rR]?|[uU])?(?:'''|"""|'|")/y

export const operator =
  /\*\*=|\/\/=|>>=|<<=|\.\.\.|\*\*|\/\/|>>|<<|<=|>=|==|!=|<>|->|&&|\|\||:=|[-+*/%&|^@]=|[-+*/%@&|^~<>()[\]{},:.;=!]/y

export const lineBreak = /\r\n|\r|\n/y

/** A line that begins with a keyword which never stands in brackets. */
export const statementStart =
  /[ \t\f]*(?:assert|break|class|continue|def|del|elif|except|finally|global|import|nonlocal|pass|raise|return|try|while|with)(?!\p{XID_Continue})/uy
