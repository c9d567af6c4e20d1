/** Calls: of modules, functions of the author's, rows of the op table, Python's built-ins. */
import {
  activeDropout,
  badCall,
  introspection,
  moduleInForward,
  noReturn,
  notCallable,
  recursion,
} from '../diagnostics/catalogue/evaluate.ts'
import type { ModuleInstance } from '../ir/module.ts'
import type { Block, Call, Expression, FunctionDef, Node } from '../parse/python/ast.ts'
import { extendedBy } from '../parse/python/extend.ts'
import { inPlaceName } from '../parse/python/in-place-name.ts'
import { asComparison, className, isinstanceCall } from '../parse/python/introspection.ts'
import { variableOf } from '../parse/python/older-call.ts'
import { asFormatted } from '../parse/python/string-format.ts'
import type { Definition, InputDecl, SpecExpr } from '../spec/spec.ts'
import { checkInPlace } from './alias.ts'
import { attributeOf } from './attribute.ts'
import { callBound } from './bound.ts'
import { callBuiltin } from './builtins.ts'
import { comprehension, evaluate } from './expression.ts'
import { isInstance } from './instance-of.ts'
import { iterate, modulesOf } from './iterate.ts'
import type { CallArgument, Machine } from './machine.ts'
import { bodyFrame, type Frame, Scope } from './scope.ts'
import { runBlock, writeState } from './statement.ts'
import { bool, describeKind, ERROR, list, NONE, type Value } from './value.ts'

export function call(node: Call, frame: Frame, machine: Machine): Value {
  if (node.func.kind === 'Name' && node.func.id === 'getattr' && !frame.locals.has('getattr'))
    return callGetattr(node, frame, machine)
  const same = asFormatted(node) ?? asComparison(node)
  if (same !== null) return evaluate(same, frame, machine)
  const variable = variableOf(node, name => !frame.locals.has(name) && frame.scope.get(name) === undefined)
  if (variable !== null) return evaluate(variable, frame, machine)
  const asked = isinstanceCall(node)
  if (asked !== null) return instanceOf(asked.value, asked.classes, node, frame, machine)
  const callee = evaluate(node.func, frame, machine)
  const generator = extendedBy(node)
  if (generator !== null && callee.kind === 'bound' && callee.receiver.kind === 'list') {
    const { items } = callee.receiver
    const before = items.length
    comprehension(generator, frame, machine, items)
    machine.observe(generator, list(items.slice(before)))
    return NONE
  }
  const args = machine.beside(callee, () => callArguments(node, frame, machine))
  if (callee.kind === 'error' || args === undefined) return ERROR
  return invoke(callee, args, node, frame, machine)
}

/** Whether a value is of one of several classes. */
function instanceOf(
  asked: Expression,
  classes: readonly Expression[],
  node: Call,
  frame: Frame,
  machine: Machine,
): Value {
  const value = evaluate(asked, frame, machine)
  if (value.kind === 'error') return ERROR
  let found = false
  for (const each of classes) {
    const name = className(each)
    const known = name === null ? undefined : isInstance(value, name, frame.scope.file)
    if (known === undefined) return machine.report(introspection(machine.place(node, frame), 'isinstance'))
    found ||= known
  }
  return bool(found)
}

/** Evaluated arguments, starred lists spread; undefined after an error. */
function callArguments(node: Call, frame: Frame, machine: Machine): CallArgument[] | undefined {
  const args: CallArgument[] = []
  let failed = false
  const add = (name: string | null, expression: Expression, at: Node): void => {
    const value = evaluate(expression, frame, machine)
    machine.held.push(value)
    args.push({ name, value, node: at })
  }
  for (const arg of node.args) {
    if (arg.kind === 'Starred') {
      const value = evaluate(arg.value, frame, machine)
      machine.held.push(value)
      const items = iterate(value, arg, frame, machine)
      if (items === undefined) failed = true
      else args.push(...items.map(item => ({ name: null, value: item, node: arg })))
    } else add(null, arg, arg)
  }
  for (const keyword of node.keywords) add(keyword.name, keyword.value, keyword)
  return failed ? undefined : args
}

export function invoke(
  callee: Value,
  args: readonly CallArgument[],
  node: Call,
  frame: Frame,
  machine: Machine,
): Value {
  switch (callee.kind) {
    case 'module':
      return callModule(callee.module, args, node, frame, machine)
    case 'function':
      return callDefined(callee, args, node, frame, machine)
    case 'op': {
      if (args.some(a => a.value.kind === 'error') || callee.receiver?.kind === 'error') return ERROR
      const receiver =
        callee.receiver === undefined
          ? []
          : [{ name: null, value: callee.receiver, node: receiverNode(node.func) }]
      const kept = args.filter(a => a.name !== 'device' && a.name !== 'out' && a.name !== 'requires_grad')
      warnActiveDropout(callee.name, args, node, frame, machine)
      const changesReceiver =
        callee.name.endsWith('_') && !callee.name.endsWith('__') && callee.receiver !== undefined
      const inPlace = args.find(a => a.name === 'inplace')?.value
      const changed = changesReceiver
        ? callee.receiver
        : inPlace?.kind === 'bool' && inPlace.value
          ? args[0]?.value
          : undefined
      // x.add_(y) rebinds x: whoever else holds the old value is ruled out. self.ema.mul_(d) writes the buffer.
      const changedName = changesReceiver ? inPlaceName(node) : null
      const isLocal = changedName !== null && frame.locals.has(changedName)
      if (changed !== undefined) checkInPlace(changed, node, frame, machine, changesReceiver && !isLocal)
      const result = machine.tensors.callFunction(
        callee.rows,
        callee.name,
        [...receiver, ...kept],
        node,
        frame,
      )
      if (isLocal) frame.locals.set(changedName, result)
      // self.ema.mul_(d) gives a mutable buffer a new value; what follows in a chain is the buffer still.
      const state = changed?.kind === 'tensor' ? changed.state : undefined
      if (state?.mutable !== true || result.kind !== 'tensor') return result
      writeState(state, state.id.split('.').at(-1)!, result, node, frame, machine)
      return { ...result, state }
    }
    case 'builtin':
      return callBuiltin(callee.name, args, node, frame, machine)
    case 'bound':
      return callBound(callee.receiver, callee.name, args, node, frame, machine)
    case 'dtype':
      return machine.report(notCallable(machine.place(node.func, frame), describeKind(callee)))
    case 'type':
      return machine.report(moduleInForward(machine.place(node, frame), callee.name))
    default:
      return machine.report(notCallable(machine.place(node.func, frame), describeKind(callee)))
  }
}

const receiverNode = (func: Expression): Node => (func.kind === 'Attribute' ? func.value : func)

function warnActiveDropout(
  name: string,
  args: readonly CallArgument[],
  node: Call,
  frame: Frame,
  machine: Machine,
): void {
  if (!/^(feature_)?(alpha_)?dropout[123]?d?$/.test(name)) return
  const given = args.some(a => a.name === 'training') || args.filter(a => a.name === null).length >= 3
  if (!given && machine.shadow === 0) machine.report(activeDropout(machine.place(node.func, frame), name))
}

function callGetattr(node: Call, frame: Frame, machine: Machine): Value {
  const [target, name, fallback] = node.args
  if (target === undefined || name === undefined) {
    return machine.report(badCall(machine.place(node, frame), 'getattr', 'takes an object and a name'))
  }
  const value = evaluate(target, frame, machine)
  const attr = evaluate(name, frame, machine)
  if (value.kind === 'error' || attr.kind === 'error') return ERROR
  if (attr.kind !== 'str')
    return machine.report(
      badCall(machine.place(name, frame), 'getattr', `needs a name, not ${describeKind(attr)}`),
    )
  const module = value.kind === 'self' || value.kind === 'module' ? value.module : null
  if (fallback !== undefined && module !== null && !module.members.has(attr.value))
    return evaluate(fallback, frame, machine)
  return attributeOf(
    value,
    attr.value,
    { kind: 'Attribute', range: node.range, value: target, attr: attr.value, attrRange: name.range },
    frame,
    machine,
  )
}

/** A module applied to evaluated arguments: a row, a definition's forward, or the children of a Sequential in turn. */
export function callModule(
  module: ModuleInstance,
  args: readonly CallArgument[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  switch (module.kind) {
    case 'row':
      if (args.some(a => a.value.kind === 'error')) return ERROR
      if (module.args.inplace === true && args[0] !== undefined)
        checkInPlace(args[0].value, node, frame, machine, false)
      return machine.tensors.callRow(module, args, node, frame)
    case 'Sequential': {
      if (args.length !== 1) {
        return machine.report(
          badCall(machine.place(node, frame), `'${module.path}'`, 'a Sequential takes one argument'),
        )
      }
      let value = args[0]!.value
      for (const child of modulesOf({ kind: 'module', module })) {
        if (child.kind !== 'module') continue
        value = callModule(child.module, [{ name: null, value, node }], node, frame, machine)
      }
      return value
    }
    case 'definition':
      return callForward(module, args, node, frame, machine)
    default:
      return machine.report(
        notCallable(
          machine.place(node, frame),
          module.kind === 'path'
            ? `'${module.path}', which has no forward,`
            : `the ${module.kind} '${module.path}'`,
        ),
      )
  }
}

/** Deeper than any real model nests; a guard against definitions that never end. */
const DEPTH_LIMIT = 200

function tooDeep(frame: Frame): boolean {
  let depth = 0
  for (let f: Frame | null = frame; f !== null; f = f.caller) depth++
  return depth > DEPTH_LIMIT
}

function callForward(
  module: ModuleInstance,
  args: readonly CallArgument[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  const definition = module.definition!
  const name = `${definition.name.name}.forward`
  if (tooDeep(frame)) return machine.report(recursion(machine.place(node, frame), name))
  const locals = bindInputs(definition, args, node, frame, machine)
  if (locals === undefined) return ERROR
  return runForward(module, definition.forward!, locals, machine, frame, node)
}

/** Runs a definition's forward with its inputs bound. */
export function runForward(
  module: ModuleInstance,
  forward: Block,
  locals: Map<string, Value>,
  machine: Machine,
  caller: Frame | null = null,
  site: Node | null = null,
): Value {
  const name = `${module.definition!.name.name}.forward`
  const inner = bodyFrame(name, forward, module.scope, module, locals, caller, site)
  const result = runBlock(forward, inner, machine)
  if (result.kind === 'return') return machine.observe(forward, result.value)
  return result.kind === 'failed' ? ERROR : machine.report(noReturn(machine.place(forward, inner), name))
}

function bindInputs(
  definition: Definition,
  args: readonly CallArgument[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Map<string, Value> | undefined {
  const fail = (message: string, hint?: string) => {
    machine.report(badCall(machine.place(node, frame), definition.name.name, message, hint))
    return undefined
  }
  const locals = new Map<string, Value>()
  const inputs = definition.inputs
  const signature = `its inputs are ${inputs.map(signatureOf).join(', ')}`
  let next = 0
  for (const { name, value } of args) {
    const input = name === null ? inputs[next++] : inputs.find(i => i.name.name === name)
    if (input === undefined)
      return fail(
        name === null ? `takes ${inputs.length} inputs, not ${args.length}` : `has no input '${name}'`,
        signature,
      )
    if (locals.has(input.name.name)) return fail(`input '${input.name.name}' is given twice`, signature)
    locals.set(input.name.name, value)
  }
  for (const input of inputs) {
    if (locals.has(input.name.name)) continue
    if (input.default !== null) locals.set(input.name.name, defaultOf(input.default, definition, machine))
    else if (!input.optional) return fail(`input '${input.name.name}' is missing`, signature)
    else locals.set(input.name.name, NONE)
  }
  for (const input of inputs) machine.observe(input, locals.get(input.name.name)!)
  return locals
}

const signatureOf = ({ name, optional, default: initial }: InputDecl): string =>
  initial !== null ? `${name.name} = ${initial.text}` : optional ? `${name.name} = None` : name.name

/** The default of an input, which sees the functions of its file. */
function defaultOf(initial: SpecExpr, definition: Definition, machine: Machine): Value {
  const body = definition.forward!
  const frame = bodyFrame(definition.name.name, body, new Scope(definition.file()), null, new Map())
  return evaluate(initial.expr, { ...frame, localNames: new Set() }, machine)
}

/** A `def` of the author's, called with evaluated arguments. */
export function callDefined(
  callee: Value & { kind: 'function' },
  args: readonly CallArgument[],
  node: Node,
  frame: Frame,
  machine: Machine,
): Value {
  const { def, owner } = callee
  const name = def.header.name
  for (let f: Frame | null = frame; f !== null; f = f.caller) {
    if (f.body === def.body) return machine.report(recursion(machine.place(node, frame), name))
  }
  if (tooDeep(frame)) return machine.report(recursion(machine.place(node, frame), name))
  // Functions are pure: they see their file's functions, not its params.
  const scope = owner?.scope ?? new Scope(callee.file)
  const locals = bindParams(def, args, scope, node, frame, machine)
  if (locals === undefined) return ERROR
  const inner = bodyFrame(name, def.body, scope, owner, locals, frame, node)
  const result = runBlock(def.body, inner, machine)
  if (result.kind === 'return') return machine.observe(def.body, result.value)
  return result.kind === 'failed' ? ERROR : NONE
}

function bindParams(
  def: FunctionDef,
  args: readonly CallArgument[],
  scope: Scope,
  node: Node,
  frame: Frame,
  machine: Machine,
): Map<string, Value> | undefined {
  const params = def.header.params.filter(p => p.name !== 'self')
  const fail = (message: string) => {
    machine.report(badCall(machine.place(node, frame), def.header.name, message))
    return undefined
  }
  const locals = new Map<string, Value>()
  const positional = params.filter(p => !p.keywordOnly)
  let next = 0
  for (const { name, value } of args) {
    const param = name === null ? positional[next++] : params.find(p => p.name === name)
    if (param === undefined)
      return fail(
        name === null
          ? `takes ${positional.length} arguments, not ${args.filter(a => a.name === null).length}`
          : `has no argument '${name}'`,
      )
    if (locals.has(param.name)) return fail(`argument '${param.name}' is given twice`)
    locals.set(param.name, value)
  }
  const outer = bodyFrame(def.header.name, def.body, scope, null, new Map())
  for (const param of params) {
    if (locals.has(param.name)) continue
    if (param.default === undefined) return fail(`argument '${param.name}' is missing`)
    locals.set(param.name, evaluate(param.default, { ...outer, localNames: new Set() }, machine))
  }
  for (const param of params) machine.observe(param, locals.get(param.name)!)
  return locals
}
