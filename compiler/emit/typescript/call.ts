/** Calls as TypeScript: of modules, of rows of the op table, of the author's functions and methods, of Python's built-ins. */
import type { Arg } from '../../../runtime/ops/args.ts'
import { argumentNamed } from '../../../runtime/ops/bind.ts'
import type { FunctionRow } from '../../../runtime/ops/function.ts'
import { pythonFunctions, pythonMethods } from '../../../runtime/ops/functions/index.ts'
import type { ModuleInstance } from '../../ir/module.ts'
import type { Block, Call, Expression, FunctionDef, Keyword } from '../../parse/python/ast.ts'
import { extendedBy } from '../../parse/python/extend.ts'
import { inPlaceName } from '../../parse/python/in-place-name.ts'
import { isinstanceCall } from '../../parse/python/introspection.ts'
import { EmitError } from '../emit-error.ts'
import { members as alternatives, type ObservedType } from '../observed-type.ts'
import { type Code, code, ident, joined, num, property, str } from './code.ts'
import { condition } from './comparison.ts'
import { extension, iterable } from './comprehension.ts'
import type { Context } from './context.ts'
import {
  changedCell,
  exactScalar,
  expression,
  floatScalar,
  operand,
  presentExpression,
  receiver,
  sees,
} from './expression.ts'
import { calledMethods, getattrCode, isGetattr } from './getattr.ts'
import { heldFunctions } from './held-functions.ts'
import { instanceCode } from './instance-of.ts'
import { dotted, functionName, isNamespace } from './members.ts'
import { camel, fieldName, meaningOf, thisMember } from './names.ts'
import { observedType } from './types.ts'

export function callCode(node: Call, cx: Context): Code {
  const { func } = node
  const type = cx.seen.typeOf(func)
  if (isGetattr(node, cx)) return getattrCode(node, cx)
  if (sees(type, 'module')) return moduleCall(node, type!, cx)
  const asked = isinstanceCall(node)
  if (asked !== null) return instanceCode(asked.value, asked.classes, cx)
  const isHeld = func.kind === 'Name' ? cx.locals.has(func.id) : func.kind !== 'Attribute'
  if (isHeld) return heldCall(node, cx)
  const row = cx.seen.rowOf(node)
  if (row !== null && !isBuiltinSum(node, cx)) {
    const text = rowCall(node, row, cx)
    // `f(y.add_(1))` changes y too.
    const changed = cx.rebound.has(node) ? null : inPlaceName(node)
    if (changed !== null && cx.locals.has(changed)) return code`(${ident(changed)} = ${text})`
    const cell = cx.rebound.has(node) ? null : changedCell(node, cx)
    return cell === null ? text : code`(${cell}.value = ${text})`
  }
  if (func.kind === 'Name') {
    const meaning = meaningOf(func.id, cx.locals, cx.around)
    if (meaning === 'method')
      return definedCall(thisMember(func.id), node, cx.around.definition?.methods.get(func.id), cx)
    if (meaning === 'function')
      return definedCall(ident(func.id), node, cx.around.definition?.file().functions.get(func.id), cx)
    if (meaning === 'member') return code`${thisMember(func.id)}.forward(${plainArguments(node, cx)})`
    if (meaning === 'other') return builtinCall(func.id, node, cx)
  }
  if (func.kind === 'Attribute') {
    if (func.value.kind === 'Name' && func.value.id === 'self') {
      const method = cx.around.definition?.methods.get(func.attr)
      if (method !== undefined) return definedCall(thisMember(func.attr), node, method, cx)
      if (cx.around.members.has(func.attr))
        return code`${thisMember(func.attr)}.forward(${plainArguments(node, cx)})`
    }
    const method = type === null ? undefined : alternatives(type).find(t => t.kind === 'function')
    if (method?.kind === 'function')
      return definedCall(code`${receiver(func.value, cx)}.${fieldName(func.attr)}`, node, method.def, cx)
    const path = dotted(func)
    if (path !== null && isNamespace(func.value, cx)) return namespaceCall(path, node, cx)
    return methodCall(func.value, func.attr, node, cx)
  }
  return code`${receiver(func, cx)}(${plainArguments(node, cx)})`
}

/** Of a function that a variable or an expression holds: which one it is, only its params tell. */
function heldCall(node: Call, cx: Context): Code {
  const { func } = node
  const methods = calledMethods(func, cx)
  const callee = methods?.callee ?? receiver(func, cx)
  const own = methods?.names.map(n => cx.around.definition?.methods.get(n))
  const functions = func.kind === 'Name' ? (cx.held.get(func.id) ?? []) : heldFunctions(func, cx.seen)
  const texts = new Set(
    own !== undefined
      ? own.map(def => definedArguments(node, def, cx))
      : [...functions, ...heldFunctions(func, cx.seen)].map(f =>
          f.kind === 'function'
            ? definedArguments(node, f.def, cx)
            : boundArguments(likelyRow(f.rows, node)!.args, node.args, node.keywords, null, cx),
        ),
  )
  const [args, other] = texts.size === 0 ? [plainArguments(node, cx)] : texts
  if (other !== undefined)
    throw new EmitError(
      'build/not-expressible',
      'the functions that may be called here take these arguments at different places',
      'call each where it is chosen: a(x, p) if c else b(x, p)',
      cx.around.definition === null
        ? null
        : { source: cx.around.definition.file().source, range: node.range },
    )
  if (methods !== null) return code`${callee}(${args!})`
  const form = code`(...args: unknown[]) => ${observedType(cx.seen.typeOf(node), cx.className)}`
  return code`(${callee} as ${texts.size === 0 ? code`unknown as ` : code``}${form})(${args!})`
}

/** Python's sum over a list of tensors: its row is that of `+`. */
const isBuiltinSum = (node: Call, cx: Context): boolean =>
  node.func.kind === 'Name' &&
  node.func.id === 'sum' &&
  meaningOf('sum', cx.locals, cx.around) === 'other' &&
  node.args[0] !== undefined &&
  !sees(cx.seen.typeOf(node.args[0]), 'tensor')

const plainArguments = (node: Call, cx: Context): Code =>
  joined([...node.args.map(a => expression(a, cx)), ...node.keywords.map(k => expression(k.value, cx))])

/** Of a live module: a definition's inputs in order, a row's inputs with the optional ones by name. */
function moduleCall(node: Call, type: ObservedType, cx: Context): Code {
  const classes = alternatives(type).filter(t => t.kind === 'module')
  const fitting = classes.filter(t => takes(t.module, node))
  // Of a list of several classes, those that take as many arguments.
  const [callee] = fitting.length > 0 ? fitting : classes
  const target = receiver(node.func, cx)
  const isSome = fitting.length > 0 && fitting.length < classes.length
  // `GRU | LSTM`: the forwards have no signature in common, and the author's code is for the first.
  const isMixed = new Set(fitting.map(t => t.module.row?.returns ?? 'tensor')).size > 1
  const chosen = isMixed ? fitting.slice(0, 1) : fitting
  const some =
    (isSome || isMixed) &&
    code`(${target} as ${joined([...new Set(chosen.map(t => cx.className(t.module)))], code` | `)})`
  const base = some !== false ? some : sees(type, 'null') ? code`${target}!` : target
  if (callee === undefined) return base
  const { row, definition } = callee.module
  if (row !== null) {
    const call = code`${base}.forward(${boundArguments(row.inputs, node.args, node.keywords, null, cx)})`
    const seen = cx.seen.typeOf(node)
    // Attention gives its weights, or null where it is told to: the author's arguments say which.
    const pair = row.returnsFor !== undefined && sees(seen, 'tuple')
    if (pair) return code`(${call} as unknown as ${observedType(seen, cx.className)})`
    return row.returns === 'attention' && seen !== null && !sees(seen, 'null')
      ? code`(${call} as ${observedType(seen, cx.className)})`
      : call
  }
  if (definition?.forward == null) return code`${base}.forward(${plainArguments(node, cx)})`
  const names = definition.inputs.map(i => i.name.name)
  return narrowedCall(
    code`${base}.forward(${orderedArguments(node, names, cx)})`,
    node,
    definition.forward,
    cx,
  )
}

/** Whether a module's forward can have the arguments of a call, by their number and names. */
function takes({ row, definition }: ModuleInstance, node: Call): boolean {
  const inputs =
    row !== null
      ? row.inputs.map(i => ({ name: i.name, required: i.required }))
      : definition?.forward == null
        ? [{ name: 'input', required: true }]
        : definition.inputs.map(i => ({ name: i.name.name, required: i.default === null && !i.optional }))
  if (node.args.some(a => a.kind === 'Starred')) return true
  const rest = inputs.slice(node.args.length)
  const named = new Set(node.keywords.map(k => k.name))
  return (
    node.args.length <= inputs.length &&
    rest.every(i => !i.required || named.has(i.name)) &&
    node.keywords.every(k => rest.some(i => i.name === k.name))
  )
}

/** What a call gives, where the body that it calls gives other things to other callers. */
function narrowedCall(text: Code, node: Call, body: Block, cx: Context): Code {
  const [own, all] = [cx.seen.typeOf(node), cx.seen.typeOf(body)]
  if (own === null || all === null || !isNarrower(own, all)) return text
  return code`(${text} as ${observedType(own, cx.className)})`
}

/** Whether a type lacks alternatives that the other has, itself or in the items of a tuple. */
function isNarrower(own: ObservedType, all: ObservedType): boolean {
  if (own.kind === 'tuple' && all.kind === 'tuple')
    return own.items.some((t, i) => all.items[i] !== undefined && isNarrower(t, all.items[i]))
  return alternatives(own).length < alternatives(all).length
}

/** Arguments of a `def` or forward: by position, named ones put in their place. */
function orderedArguments(node: Call, names: readonly string[], cx: Context): Code {
  const given: Code[] = node.args.map(a => expression(a, cx))
  for (const k of node.keywords) {
    const place = names.indexOf(k.name)
    if (place < 0) continue
    while (given.length < place) given.push(code`undefined`)
    given[place] = expression(k.value, cx)
  }
  return joined(given)
}

/** Of a function or method of the author's. */
function definedCall(callee: Code, node: Call, def: FunctionDef | undefined, cx: Context): Code {
  const text = code`${callee}(${definedArguments(node, def, cx)})`
  return def === undefined ? text : narrowedCall(text, node, def.body, cx)
}

function definedArguments(node: Call, def: FunctionDef | undefined, cx: Context): Code {
  if (def === undefined) return plainArguments(node, cx)
  const names = def.header.params.filter(p => p.name !== 'self').map(p => p.name)
  return orderedArguments(node, names, cx)
}

/** Arguments without meaning here. */
const DROPPED: ReadonlySet<string> = new Set([
  'device',
  'out',
  'requires_grad',
  'inplace',
  'memory_format',
  'non_blocking',
  'layout',
  'pin_memory',
])

function rowCall(node: Call, row: FunctionRow, cx: Context): Code {
  const { func } = node
  const name = property(camel(row.python ?? row.name))
  const isMethod = func.kind === 'Attribute' && !isNamespace(func.value, cx)
  if (isMethod) {
    const self = func.value
    if (row.name === 'to') return code`${receiver(self, cx)}.to(${castTarget(node, cx)})`
    const args = boundArguments(row.args.slice(1), node.args, node.keywords, cx.seen.typeOf(self), cx)
    if (row.method === undefined)
      return code`F.${name}(${joined([expression(self, cx), args].filter(p => p !== ''))})`
    return code`${receiver(self, cx)}.${name}(${args})`
  }
  const beside = node.args[0] === undefined ? null : cx.seen.typeOf(node.args[0])
  // Python's 1.0 is a float in a list of numbers; JavaScript's is not.
  const isFloatList =
    row.name === 'tensor_values' &&
    isFloatTensor(cx.seen.typeOf(node)) &&
    node.keywords.every(k => k.name !== 'dtype')
  const more = [...(isFloatList ? [code`dtype: 'float32'`] : []), ...placed(row, cx)]
  const decides = DTYPE_OF_NUMBERS.has(row.name) && node.keywords.every(k => k.name !== 'dtype')
  const args = boundArguments(row.args, node.args, node.keywords, beside, cx, more, decides)
  // `torch.FloatTensor(n, m)`: in TypeScript the name takes numbers alone.
  const sized = SIZED_CLASSES.get(row.name)
  if (sized !== undefined)
    return code`F.empty(${boundArguments(row.args, node.args, [], beside, cx, [code`dtype: ${str(sized)}`, ...placed(row, cx)])})`
  if (row.method !== 'only') return code`F.${name}(${args})`
  const [first, ...rest] = node.args
  return code`${receiver(first!, cx)}.${name}(${boundArguments(row.args.slice(1), rest, node.keywords, beside, cx)})`
}

/** The rows of torch's older constructors that take sizes, with their dtypes. */
const SIZED_CLASSES: ReadonlyMap<string, string> = new Map([
  ['FloatTensor_sized', 'float32'],
  ['DoubleTensor_sized', 'float64'],
  ['LongTensor_sized', 'int64'],
  ['IntTensor_sized', 'int32'],
  ['BoolTensor_sized', 'bool'],
])

/** Rows whose result is of floats where a number among the arguments is one. */
const DTYPE_OF_NUMBERS: ReadonlySet<string> = new Set(['full', 'scalar_tensor', 'arange', 'arange_start'])

/** The field `device` for rows that make a tensor out of nothing: those that are given none. */
function placed(row: FunctionRow, { device }: Context): readonly Code[] {
  const takesTensors = row.args.some(({ kind }) => /^(tensor|operand|index)/.test(kind))
  return takesTensors || device === null ? [] : [code`device: ${device}`]
}

/** The dtype that `.to(...)` names among its arguments: a dtype, one of Python's types, or that of another tensor. */
function castTarget(node: Call, cx: Context): Code {
  const given = [...node.args, ...node.keywords.map(k => k.value)]
  const isDType = (e: Expression): boolean => sees(cx.seen.typeOf(e), 'dtype')
  const isTensor = (e: Expression): boolean => sees(cx.seen.typeOf(e), 'tensor')
  const target = given.find(e => isDType(e) || isTensor(e) || pythonDType(e) !== undefined)
  if (target === undefined) return joined(given.map(e => expression(e, cx)))
  const named = pythonDType(target)
  if (named !== undefined) return str(named)
  return isTensor(target) ? code`${receiver(target, cx)}.dtype` : expression(target, cx)
}

const PYTHON_DTYPES: ReadonlyMap<string, string> = new Map([
  ['float', 'float64'],
  ['int', 'int64'],
  ['bool', 'bool'],
])

const pythonDType = (e: Expression): string | undefined =>
  e.kind === 'Name' ? PYTHON_DTYPES.get(e.id) : undefined

const isFloatTensor = (type: ObservedType | null): boolean => type?.kind === 'tensor' && type.float

/** Required arguments in order, the others in one trailing object. `decides`: their numbers decide the dtype. */
function boundArguments(
  list: readonly Arg[],
  positional: readonly Expression[],
  keywords: readonly Keyword[],
  beside: ObservedType | null,
  cx: Context,
  more: readonly Code[] = [],
  decides = false,
): Code {
  const given = new Map<string, Code>()
  const value = (arg: Arg, node: Expression): Code =>
    arg.kind.startsWith('operand') || arg.kind.startsWith('scalar')
      ? decides
        ? floatScalar(node, cx)
        : exactScalar(node, beside, cx)
      : arg.kind === 'tensor'
        ? presentExpression(node, cx)
        : expression(node, cx)
  for (const [i, node] of positional.entries()) {
    const arg = list[i]
    if (arg === undefined) break
    if (arg.variadic === true) {
      given.set(arg.name, gathered(positional.slice(i), cx))
      break
    }
    given.set(arg.name, value(arg, node))
  }
  for (const k of keywords) {
    const arg = argumentNamed(list, k.name)
    if (arg !== undefined && !DROPPED.has(k.name)) given.set(arg.name, value(arg, k.value))
  }
  const required = list.filter(a => a.required).map(a => given.get(a.name) ?? code`undefined`)
  const options = list
    .filter(a => !a.required && given.has(a.name) && a.ignored !== true)
    .map(a =>
      given.get(a.name) === a.name ? property(a.name) : code`${property(a.name)}: ${given.get(a.name)!}`,
    )
  const fields = [...options, ...more]
  return joined(fields.length === 0 ? required : [...required, code`{ ${joined(fields)} }`])
}

/** `x.view(a, b)` and `x.view((a, b))` both give a list. */
function gathered(nodes: readonly Expression[], cx: Context): Code {
  const [only] = nodes
  if (nodes.length === 1 && only !== undefined && only.kind !== 'Starred') {
    const type = cx.seen.typeOf(only)
    if (only.kind === 'Tuple' || only.kind === 'List' || sees(type, 'array') || sees(type, 'tuple'))
      return expression(only, cx)
  }
  return code`[${joined(nodes.map(n => (n.kind === 'Starred' ? code`...${receiver(n.value, cx)}` : expression(n, cx))))}]`
}

function builtinCall(name: string, node: Call, cx: Context): Code {
  const args = node.args.map(a => expression(a, cx))
  const [first, second] = node.args
  const type = first === undefined ? null : cx.seen.typeOf(first)
  const all = joined(args)
  switch (name) {
    case 'len':
      if (sees(type, 'tensor')) return code`${receiver(first!, cx)}.shape[0]!`
      return sees(type, 'dict') ? code`Object.keys(${args[0]!}).length` : code`${receiver(first!, cx)}.length`
    case 'range':
      return code`py.range(${all})`
    case 'enumerate':
      return code`py.enumerate(${joined([iterable(first!, cx), ...args.slice(1)])})`
    case 'zip':
      return code`py.zip(${joined(node.args.map(a => iterable(a, cx)))})`
    case 'reversed':
      return code`[...${receiver(first!, cx)}].reverse()`
    case 'list':
    case 'tuple':
      return first === undefined ? code`[]` : code`[...${iterable(first, cx)}]`
    case 'sorted':
      return code`py.sorted(${all})`
    case 'min':
    case 'max':
      return code`Math.${name === 'min' ? code`min` : code`max`}(${node.args.length === 1 ? code`...${receiver(first!, cx)}` : all})`
    case 'sum':
      if (sees(cx.seen.typeOf(node), 'tensor')) {
        const start = second === undefined ? code`` : code`, ${expression(second, cx)}`
        return code`${iterable(first!, cx)}.reduce((a, b) => a.add(b)${start})`
      }
      return code`py.sum(${args[0]!})`
    case 'abs':
      return code`Math.abs(${all})`
    case 'int':
      return sees(type, 'string') ? code`Number(${all})` : code`Math.trunc(${all})`
    case 'float':
      return first?.kind === 'Str' ? num(pythonNumber(first.value)) : code`Number(${all})`
    case 'bool':
      return first === undefined ? code`false` : code`(${condition(first, cx)})`
    case 'slice':
      return code`py.sliceOf(${args.length === 1 ? code`null, ${args[0]!}` : all})`
    case 'str':
      return code`String(${all})`
    case 'round':
      return code`py.round(${all})`
    case 'any':
      return code`${iterable(first!, cx)}.some(py.truth)`
    case 'all':
      return code`${iterable(first!, cx)}.every(py.truth)`
    case 'pow':
      return code`(${operand(first!, 12, cx)} ** ${operand(second!, 10, cx)})`
    case 'OrderedDict':
    case 'dict': {
      const named = node.keywords.map(k => code`${property(k.name)}: ${expression(k.value, cx)}`)
      if (first === undefined) return code`{ ${joined(named)} }`
      const given = sees(type, 'dict')
        ? expression(first, cx)
        : code`Object.fromEntries(${iterable(first, cx)})`
      return named.length === 0 && !sees(type, 'dict')
        ? given
        : code`{ ${joined([code`...${given}`, ...named])} }`
    }
    default: {
      const row = likelyRow(pythonFunctions.get(name), node)
      return row === null ? namespaceCall(`math.${name}`, node, cx) : rowCall(node, row, cx)
    }
  }
}

function pythonNumber(text: string): number {
  const plain = text.trim().toLowerCase()
  if (plain === 'nan') return Number.NaN
  return Number(plain.replace(/^([+-]?)(inf|infinity)$/, '$1Infinity'))
}

/** The overload that a call would take which evaluation never saw; a method's receiver is its first argument. */
function likelyRow(rows: readonly FunctionRow[] | undefined, node: Call): FunctionRow | null {
  const fits = (row: FunctionRow): boolean => {
    const names = new Set(node.keywords.map(k => k.name))
    const open = row.args.filter(a => !names.has(a.name))
    const most = open.some(a => a.variadic === true) ? Number.POSITIVE_INFINITY : open.length
    const given = node.args.length + (row.method === 'only' ? 1 : 0)
    return given >= open.filter(a => a.required).length - 1 && given <= most
  }
  return rows?.find(fits) ?? rows?.[0] ?? null
}

/** math.x, and torch functions of branches that evaluation never saw. */
function namespaceCall(path: string, node: Call, cx: Context): Code {
  const name = functionName(path)
  const args = joined(node.args.map(a => expression(a, cx)))
  if (path.startsWith('math.')) {
    if (name === 'prod') return code`${receiver(node.args[0]!, cx)}.reduce((a, b) => a * b, 1)`
    if (name === 'gcd') return code`py.gcd(${args})`
    if (name === 'isnan') return code`Number.isNaN(${args})`
    if (name === 'isinf') return code`(Math.abs(${args}) === Infinity)`
    if (name === 'fabs') return code`Math.abs(${args})`
    if (name === 'log' && node.args.length === 2) {
      return code`(Math.log(${expression(node.args[0]!, cx)}) / Math.log(${expression(node.args[1]!, cx)}))`
    }
    return code`Math.${property(name)}(${args})`
  }
  if (name === 'finfo') return code`py.finfo(${args})`
  if (name === 'Size') return builtinCall('tuple', node, cx)
  const row = likelyRow(pythonFunctions.get(name), node)
  return row === null ? code`F.${property(camel(name))}(${plainArguments(node, cx)})` : rowCall(node, row, cx)
}

/** Methods of lists, dicts and strings, and the few of tensors that are no rows. */
function methodCall(owner: Expression, name: string, node: Call, cx: Context): Code {
  const base = receiver(owner, cx)
  const args = joined(node.args.map(a => expression(a, cx)))
  const type = cx.seen.typeOf(owner)
  if (sees(type, 'tensor') || type === null) {
    const [first] = node.args
    switch (name) {
      case 'size':
        if (first === undefined) return code`${base}.shape`
        return first.kind === 'Int'
          ? code`${base}.shape[${expression(first, cx)}]!`
          : code`${base}.shape.at(${expression(first, cx)})!`
      case 'dim':
      case 'ndimension':
        return code`${base}.shape.length`
      case 'numel':
      case 'nelement':
        return code`${base}.size`
      case 'is_contiguous':
        return code`true`
      case 'to':
      case 'type':
      case 'cuda':
      case 'cpu':
      case 'requires_grad_':
        return base
    }
  }
  if (sees(type, 'module')) {
    const entries = code`[...${base}.entries()]`
    if (name === 'items') return entries
    if (name === 'keys') return code`${entries}.map(([key]) => key)`
    if (name === 'values') return code`${entries}.map(([, module]) => module)`
  }
  if (name === 'numel' && (sees(type, 'tuple') || sees(type, 'array')))
    return code`${base}.reduce((a, b) => a * b, 1)`
  switch (name) {
    case 'append':
      return code`${base}.push(${args})`
    case 'extend': {
      const generator = extendedBy(node)
      return generator === null ? code`${base}.push(...${args})` : extension(base, generator, cx)
    }
    case 'insert':
      return code`${base}.splice(${expression(node.args[0]!, cx)}, 0, ${expression(node.args[1]!, cx)})`
    case 'pop':
      return node.args.length === 0 ? code`${base}.pop()!` : code`${base}.splice(${args}, 1)[0]!`
    case 'index':
      return code`${base}.indexOf(${args})`
    case 'copy':
      return code`[...${base}]`
    case 'items':
      return code`Object.entries(${base})`
    case 'keys':
      return code`Object.keys(${base})`
    case 'values':
      return code`Object.values(${base})`
    case 'get':
      return code`(${base}[${expression(node.args[0]!, cx)}] ?? ${node.args[1] === undefined ? code`null` : expression(node.args[1], cx)})`
    case 'startswith':
      return code`${base}.startsWith(${args})`
    case 'endswith':
      return code`${base}.endsWith(${args})`
    case 'join':
      return code`${receiver(node.args[0]!, cx)}.join(${base})`
    case 'lower':
      return code`${base}.toLowerCase()`
    case 'upper':
      return code`${base}.toUpperCase()`
    case 'strip':
      return code`${base}.trim()`
    case 'replace':
      return code`${base}.replaceAll(${args})`
    default: {
      const row = likelyRow(pythonMethods.get(name), node)
      return row === null
        ? code`${base}.${property(camel(name))}(${plainArguments(node, cx)})`
        : rowCall(node, row, cx)
    }
  }
}
