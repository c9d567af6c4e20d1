/** Messages about the text of a forward, function or expression: broken syntax, and Python outside the subset. */
import type { Diagnostic, Place } from '../diagnostic.ts'
import { makeDiagnostic } from '../make.ts'

const error = (place: Place, what: string, message: string, hint?: string): Diagnostic =>
  makeDiagnostic('error', place, `python/${what}`, message, { hint })

// Text that is not Python.

/** Something else was expected. Both facts are descriptions, e.g. `"')'"` and `"the end of the line"`. */
export const unexpected = (place: Place, expected: string, found: string, hint?: string): Diagnostic =>
  error(place, 'syntax', `expected ${expected}, found ${found}`, hint)

export const emptyText = (place: Place, expected: string): Diagnostic =>
  error(place, 'empty', `expected ${expected}, found nothing`)

export const unclosedBracket = (place: Place, bracket: string): Diagnostic =>
  error(place, 'bracket', `'${bracket}' is never closed`)

export const unmatchedBracket = (place: Place, bracket: string, open: string | undefined): Diagnostic =>
  error(
    place,
    'bracket',
    open === undefined ? `'${bracket}' closes nothing` : `'${bracket}' does not close '${open}'`,
  )

export const unterminatedString = (place: Place): Diagnostic =>
  error(place, 'string', 'the string has no closing quote')

export const badEscape = (place: Place, written: string): Diagnostic =>
  error(place, 'escape', `'${written}' is no complete escape sequence`, 'write \\xhh, \\uhhhh or \\Uhhhhhhhh')

export const namedEscape = (place: Place): Diagnostic =>
  error(place, 'escape', 'escapes by name are not supported', 'write the character itself, or \\uhhhh')

export const badNumber = (place: Place, text: string, why: string): Diagnostic =>
  error(place, 'number', `'${text}' is no number: ${why}`)

export const badCharacter = (place: Place, character: string): Diagnostic =>
  error(place, 'character', `${JSON.stringify(character)} has no meaning in Python`)

export const foreignOperator = (place: Place, operator: string, instead: string): Diagnostic =>
  error(place, 'operator', `'${operator}' is no operator of Python`, `write '${instead}'`)

export const badContinuation = (place: Place): Diagnostic =>
  error(place, 'continuation', "'\\' continues a line only as its last character")

export const unexpectedIndent = (place: Place): Diagnostic =>
  error(place, 'indentation', 'the line is indented more than the block it is in')

export const unmatchedDedent = (place: Place): Diagnostic =>
  error(place, 'indentation', 'the indentation fits none of the enclosing blocks')

export const missingBlock = (place: Place, opener: string): Diagnostic =>
  error(place, 'indentation', `'${opener}' has no indented block below it`, 'indent its body, or write pass')

export const mixedTabs = (place: Place): Diagnostic =>
  error(place, 'tabs', 'the indentation mixes tabs and spaces', 'indent with spaces only')

export const tooDeep = (place: Place): Diagnostic =>
  error(place, 'too-deep', 'the code is nested too deeply', 'name a part of it in a statement of its own')

export const badTarget = (place: Place, what: string): Diagnostic =>
  error(place, 'assign-target', `${what} cannot be assigned to`)

export const comparisonMeant = (place: Place): Diagnostic =>
  error(place, 'assign-target', "'=' is an assignment and has no place here", "write '==' to compare")

export const misplacedStar = (place: Place): Diagnostic =>
  error(
    place,
    'starred',
    "'*' has no place here",
    'it unpacks inside a tuple, a list or the arguments of a call',
  )

export const severalStars = (place: Place): Diagnostic =>
  error(place, 'starred', 'only one target of an assignment can have a star')

export const badArgumentOrder = (place: Place): Diagnostic =>
  error(place, 'arguments', 'a positional argument follows a keyword argument', 'move it before the keywords')

export const repeatedKeyword = (place: Place, name: string): Diagnostic =>
  error(place, 'arguments', `'${name}' is given twice`)

export const repeatedParam = (place: Place, name: string): Diagnostic =>
  error(place, 'params', `there are two parameters named '${name}'`)

export const missingDefault = (place: Place, name: string): Diagnostic =>
  error(place, 'params', `'${name}' needs a default, since the parameter before it has one`)

export const orphanClause = (place: Place, clause: string): Diagnostic =>
  error(place, 'syntax', `'${clause}' belongs to no statement above it`)

export const badFormat = (place: Place, why: string): Diagnostic => error(place, 'f-string', why)

export const statementAmongFunctions = (place: Place): Diagnostic =>
  error(place, 'function-expected', 'only functions can stand here', 'move values to let:, code into a def')

// Python that the language leaves out, each with what to write instead.

export const whileLoop = (place: Place): Diagnostic =>
  error(
    place,
    'while',
    'while is not part of the language: loops have a known length',
    'use for over range(...) of params or fixed dims; for conditions on data use where or masked_fill',
  )

export const withBlock = (place: Place): Diagnostic =>
  error(
    place,
    'with',
    'with is not part of the language',
    'take its body out; gradients and precision are chosen where the model is run',
  )

export const tryBlock = (place: Place): Diagnostic =>
  error(
    place,
    'try',
    'try is not part of the language',
    'keep the statements that apply, chosen by if on params',
  )

export const lambda = (place: Place): Diagnostic =>
  error(
    place,
    'lambda',
    'lambda is not part of the language',
    'call here what it would call, or write a def under functions: and pass what it needs as arguments',
  )

export const walrus = (place: Place): Diagnostic =>
  error(place, 'walrus', "':=' is not part of the language", 'assign in a statement before this one')

export const yielding = (place: Place): Diagnostic =>
  error(place, 'yield', 'yield is not part of the language', 'append to a list and return it')

export const asynchronous = (place: Place, word: string): Diagnostic =>
  error(place, 'async', `${word} is not part of the language`, `remove ${word}`)

export const nestedFunction = (place: Place, name: string): Diagnostic =>
  error(
    place,
    'nested-def',
    `the function '${name}' is defined inside other code`,
    'move it to functions: (pure) or methods: (uses modules), and pass what it needs as arguments',
  )

export const classDefinition = (place: Place): Diagnostic =>
  error(place, 'class', 'class is not part of the language', 'describe the module under definitions:')

export const importing = (place: Place): Diagnostic =>
  error(
    place,
    'import',
    'import is not part of the language',
    'remove it: ops of torch, torch.nn.functional and math are known by name',
  )

export const scopeDeclaration = (place: Place, word: string): Diagnostic =>
  error(place, 'global', `${word} is not part of the language`, 'pass values as arguments and return them')

export const loopElse = (place: Place): Diagnostic =>
  error(place, 'for-else', 'a loop cannot have else', 'write the statements after the loop')

export const matching = (place: Place): Diagnostic =>
  error(place, 'match', 'match is not part of the language', 'write if and elif')

export const decorator = (place: Place): Diagnostic =>
  error(place, 'decorator', 'decorators are not part of the language', 'remove the line')

export const printStatement = (place: Place): Diagnostic =>
  error(place, 'print', 'print is not part of the language', 'remove the statement')

export const keywordUnpacking = (place: Place): Diagnostic =>
  error(place, 'kwargs', "'**' in a call is not part of the language", 'write the keyword arguments out')

export const keywordRest = (place: Place): Diagnostic =>
  error(place, 'kwargs', "'**' in a parameter list is not part of the language", 'name the parameters')

export const positionalRest = (place: Place): Diagnostic =>
  error(
    place,
    'varargs',
    "'*' with a name in a parameter list is not part of the language",
    'name the parameters',
  )

export const positionalOnly = (place: Place): Diagnostic =>
  error(place, 'positional-only', "'/' in a parameter list is not part of the language", 'remove it')

export const setLiteral = (place: Place): Diagnostic =>
  error(place, 'set', 'sets are not part of the language', 'write a tuple or a list')

export const dictUnpacking = (place: Place): Diagnostic =>
  error(place, 'dict-unpacking', "'**' in a dict is not part of the language", 'write the entries out')

export const bytesLiteral = (place: Place): Diagnostic =>
  error(place, 'bytes', 'bytes are not part of the language', 'write a string')

export const imaginaryNumber = (place: Place): Diagnostic =>
  error(
    place,
    'imaginary',
    'imaginary literals are not part of the language',
    'keep real and imaginary part in a last dim of 2',
  )

export const integerTooLarge = (place: Place): Diagnostic =>
  error(place, 'integer', 'integers go up to 9007199254740991 (2 ** 53 - 1)', 'write a float, e.g. 1e18')

export const bareAnnotation = (place: Place): Diagnostic =>
  error(place, 'annotation', 'the name is declared but gets no value', 'remove the line, or assign a value')

export const deleteTarget = (place: Place): Diagnostic =>
  error(place, 'delete', 'only names can be deleted', 'remove the statement')

export const formatDebug = (place: Place): Diagnostic =>
  error(place, 'format-debug', "'=' in the braces of an f-string is not part of the language", 'remove it')
