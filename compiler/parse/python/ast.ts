/**
 * Syntax tree of the forward language, a subset of Python. Node names and fields follow CPython's `ast`
 * where the subset has them. Ranges are file offsets and, as in CPython, leave out redundant parentheses.
 */
import type { Range } from '../source.ts'

interface Base<K extends string> {
  readonly kind: K
  readonly range: Range
}

/** What stands where a refused or broken construct stood. It has been reported: later phases stay silent about it. */
export interface ErrorNode extends Base<'Error'> {
  /** Parts that could be understood, e.g. the body of a `with`. */
  readonly children: readonly Node[]
  /** Names that the construct would have bound, e.g. `f` of `with open(p) as f`. */
  readonly binds: readonly string[]
}

export interface Name extends Base<'Name'> {
  readonly id: string
}

/** An integer literal; at most 2^53 - 1, greater ones are reported. */
export interface Int extends Base<'Int'> {
  readonly value: number
  /** As the author wrote it: `0x10`, `1_000`. */
  readonly text: string
}

export interface Float extends Base<'Float'> {
  readonly value: number
  /** As the author wrote it: `1.e-5`. */
  readonly text: string
}

/** A string literal, adjacent literals joined, escapes undone. */
export interface Str extends Base<'Str'> {
  readonly value: string
}

/** An f-string. Adjacent literal parts are joined; a part is never the empty string. */
export interface JoinedStr extends Base<'JoinedStr'> {
  readonly parts: readonly (string | FormattedValue)[]
}

/** `{value!conversion:spec}` of an f-string. */
export interface FormattedValue extends Base<'FormattedValue'> {
  readonly value: Expression
  readonly conversion?: 'r' | 's' | 'a'
  readonly spec?: JoinedStr
}

export interface Bool extends Base<'Bool'> {
  readonly value: boolean
}

export interface NoneLiteral extends Base<'None'> {}

export interface EllipsisLiteral extends Base<'Ellipsis'> {}

export interface Tuple extends Base<'Tuple'> {
  readonly elements: readonly Expression[]
}

export interface List extends Base<'List'> {
  readonly elements: readonly Expression[]
}

export interface Dict extends Base<'Dict'> {
  readonly entries: readonly { readonly key: Expression; readonly value: Expression }[]
}

export type UnaryOperator = '-' | '+' | '~' | 'not'

export interface Unary extends Base<'Unary'> {
  readonly op: UnaryOperator
  readonly operand: Expression
}

export type BinaryOperator = '+' | '-' | '*' | '/' | '//' | '%' | '**' | '@' | '&' | '|' | '^' | '<<' | '>>'

export interface Binary extends Base<'Binary'> {
  readonly op: BinaryOperator
  readonly left: Expression
  readonly right: Expression
}

/** `a and b and c`: two or more values of one chain. */
export interface BoolOp extends Base<'BoolOp'> {
  readonly op: 'and' | 'or'
  readonly values: readonly Expression[]
}

export type CompareOperator = '<' | '<=' | '>' | '>=' | '==' | '!=' | 'in' | 'not in' | 'is' | 'is not'

/** `left ops[0] comparators[0] ops[1] comparators[1] ...`, a chain as in Python. */
export interface Compare extends Base<'Compare'> {
  readonly left: Expression
  readonly ops: readonly CompareOperator[]
  readonly comparators: readonly Expression[]
}

/** `body if test else orelse`. */
export interface IfExp extends Base<'IfExp'> {
  readonly test: Expression
  readonly body: Expression
  readonly orelse: Expression
}

export interface Attribute extends Base<'Attribute'> {
  readonly value: Expression
  readonly attr: string
  readonly attrRange: Range
}

/** `value[index]`; several indices are one Tuple. */
export interface Subscript extends Base<'Subscript'> {
  readonly value: Expression
  readonly index: Expression
}

/** `lower:upper:step`, only as the index of a Subscript or an element of its Tuple. */
export interface Slice extends Base<'Slice'> {
  readonly lower?: Expression
  readonly upper?: Expression
  readonly step?: Expression
}

export interface Keyword extends Base<'Keyword'> {
  readonly name: string
  readonly nameRange: Range
  readonly value: Expression
}

export interface Call extends Base<'Call'> {
  readonly func: Expression
  /** Positional arguments, `*rest` as Starred. */
  readonly args: readonly Expression[]
  readonly keywords: readonly Keyword[]
}

export interface Starred extends Base<'Starred'> {
  readonly value: Expression
}

/** One `for target in iter if ... if ...` of a comprehension. */
export interface Comprehension extends Base<'Comprehension'> {
  readonly target: Target
  readonly iter: Expression
  readonly ifs: readonly Expression[]
}

/**
 * `[element for ...]`, and `{key: element for ...}` where there is a key. Also what stands for a generator expression, which gives
 * the same items as a list, except to the list that it extends and reads: `y.extend(m(y[-1]) for m in ms)`.
 */
export interface ListComp extends Base<'ListComp'> {
  readonly lazy?: true
  readonly key?: Expression
  readonly element: Expression
  readonly generators: readonly Comprehension[]
}

export type Expression =
  | Name
  | Int
  | Float
  | Str
  | JoinedStr
  | Bool
  | NoneLiteral
  | EllipsisLiteral
  | Tuple
  | List
  | Dict
  | Unary
  | Binary
  | BoolOp
  | Compare
  | IfExp
  | Attribute
  | Subscript
  | Slice
  | Call
  | Starred
  | ListComp
  | ErrorNode

/** What may be assigned to. Elements of a Tuple or List are again targets, at most one of them Starred. */
export type Target = Name | Attribute | Subscript | Tuple | List | Starred | ErrorNode

/** `a = b = value`; of `x: T = value` only target and value are kept. */
export interface Assign extends Base<'Assign'> {
  readonly targets: readonly Target[]
  readonly value: Expression
}

export interface AugAssign extends Base<'AugAssign'> {
  readonly target: Name | Attribute | Subscript | ErrorNode
  readonly op: BinaryOperator
  readonly value: Expression
}

export interface Return extends Base<'Return'> {
  readonly value?: Expression
}

/** `if`, its `elif`s in order, and `else`. */
export interface If extends Base<'If'> {
  readonly branches: readonly { readonly test: Expression; readonly body: Block }[]
  readonly orelse?: Block
}

export interface For extends Base<'For'> {
  readonly target: Target
  readonly iter: Expression
  readonly body: Block
}

/** An expression as a statement: a call for its effect (`L.append(x)`), a docstring. */
export interface ExpressionStatement extends Base<'Expr'> {
  readonly value: Expression
}

export interface Pass extends Base<'Pass'> {}

export interface Assert extends Base<'Assert'> {
  readonly test: Expression
  readonly message?: Expression
}

/** `raise error from cause`; the cause is left out. */
export interface Raise extends Base<'Raise'> {
  readonly value?: Expression
}

export interface Delete extends Base<'Delete'> {
  readonly names: readonly Name[]
}

export interface Break extends Base<'Break'> {}

export interface Continue extends Base<'Continue'> {}

export type Statement =
  | Assign
  | AugAssign
  | Return
  | If
  | For
  | ExpressionStatement
  | Pass
  | Assert
  | Raise
  | Delete
  | Break
  | Continue
  | ErrorNode

export interface Block extends Base<'Block'> {
  readonly body: readonly Statement[]
  /** Present where a forward was pasted with its `def` line. */
  readonly header?: Header
}

/** `def name(params) -> returns:`. */
export interface Header extends Base<'Header'> {
  readonly name: string
  readonly nameRange: Range
  readonly params: readonly Param[]
  readonly returns?: Expression
}

export interface Param extends Base<'Param'> {
  readonly name: string
  readonly nameRange: Range
  readonly annotation?: Expression
  readonly default?: Expression
  /** After a bare `*`. */
  readonly keywordOnly: boolean
}

/** A `def` of `functions:` or `methods:`. */
export interface FunctionDef extends Base<'FunctionDef'> {
  readonly header: Header
  readonly body: Block
}

/** `_` among the dims of a type: to be inferred. */
export interface Wildcard extends Base<'Wildcard'> {}

/**
 * `int`, `list[int]`, `float32[N, 1, _, _]`, `list[float32[N], 3]`. The first argument of `list` and all of `tuple`
 * are types; every other argument is an expression (a dim, a length) or `_`.
 */
export interface TypeExpr extends Base<'TypeExpr'> {
  readonly name: string
  readonly nameRange: Range
  readonly args: readonly (Expression | TypeExpr | Wildcard)[]
  /** False for `float32`, true for `float32[]`, which is a scalar tensor. */
  readonly bracketed: boolean
}

/** A declaration without its name: `int = 1`, `bool[N, T] = None`. */
export interface TypedName extends Base<'TypedName'> {
  readonly type: TypeExpr | ErrorNode
  readonly default?: Expression
}

export type Node =
  | Expression
  | Statement
  | Block
  | FunctionDef
  | Header
  | Param
  | Keyword
  | Comprehension
  | FormattedValue
  | TypeExpr
  | TypedName
  | Wildcard
