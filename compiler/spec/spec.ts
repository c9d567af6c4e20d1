/**
 * A spec file as a typed tree: what the author wrote, checked for form, with nothing evaluated.
 * Made by compiler/parse and compiler/schema; evaluated for concrete params by compiler/elaborate.
 * Every part carries the place it came from, so that later phases can point at it.
 *
 * A file with errors still has a tree: what could not be read is an `Error` node, an `unknown` type, or left out. All of
 * that has been reported; later phases stay silent about it.
 */
import type { Step } from '../../runtime/keys/step.ts'
import type { Place } from '../diagnostics/diagnostic.ts'
import type { Block, ErrorNode, Expression, FunctionDef, Target, TypeExpr } from '../parse/python/ast.ts'
import type { Source } from '../parse/source.ts'

/** A name with the place it stands at. */
export interface Ident {
  readonly name: string
  readonly place: Place
}

/** Any expression of the author's, with its text for messages. A YAML scalar that is no string is a literal. */
export interface SpecExpr {
  readonly expr: Expression
  readonly text: string
  readonly place: Place
}

export interface SpecFile {
  readonly source: Source
  /** The model's name: the generated class is called so. */
  readonly model: Ident
  readonly root: Definition
  readonly definitions: ReadonlyMap<string, Definition>
  /** Pure functions, visible in expressions and in every forward of the file. */
  readonly functions: ReadonlyMap<string, FunctionDef>
  /** Alias to the file it names; cycles are refused. */
  readonly imports: ReadonlyMap<string, SpecFile>
  readonly presets: readonly PresetDecl[]
  readonly migrations: readonly MigrationDecl[]
  readonly layouts: readonly LayoutDecl[]
}

/** A member of the family that the params span: values for some of them, the defaults for the others. */
export interface PresetDecl {
  readonly name: Ident
  readonly values: readonly ArgDecl[]
}

/** How the tensors of generation `to` - 1 become those of generation `to`. */
export interface MigrationDecl {
  readonly to: number
  readonly place: Place
  readonly steps: readonly StepDecl[]
  readonly ignored: readonly IgnoreDecl[]
}

/** How the tensors of another project's checkpoints become those of generation `to`. */
export interface LayoutDecl {
  readonly name: Ident
  readonly to: number
  /** Paths of its modules in their order; null where it is not said. */
  readonly order: readonly Ident[] | null
  readonly steps: readonly StepDecl[]
}

/** `- split: { from: "*.qkv", to: ["*.q", "*.k", "*.v"], dim: 0 }`: keys are literal, numbers are expressions over params. */
export interface StepDecl {
  readonly kind: Step['kind']
  readonly place: Place
  readonly fields: ReadonlyMap<string, StepField>
}

/** One value or several, each with its text and as an expression. */
export interface StepField {
  readonly place: Place
  readonly values: readonly SpecExpr[]
}

/** `{ rule: dtype, key: head.weight, reason: ... }`: a breaking change that is meant. */
export interface IgnoreDecl {
  readonly rule: Ident
  /** A pattern of keys; null for all. */
  readonly key: Ident | null
  readonly reason: string
}

/** The model itself, or one of `definitions:`. */
export interface Definition {
  readonly name: Ident
  /** The file that holds it: its functions, params and definitions are in scope. */
  readonly file: () => SpecFile
  readonly doc: string | null
  readonly params: readonly ParamDecl[]
  readonly lets: readonly LetDecl[]
  readonly dims: readonly DimDecl[]
  /** Declared inputs of `forward`; `[x]` where none are declared. */
  readonly inputs: readonly InputDecl[]
  /** null: to be inferred (always so for definitions that declare none). */
  readonly outputs: readonly OutputDecl[] | null
  readonly body: ModuleBody
  /** null for a container (Sequential and the like) or a mere path. */
  readonly forward: Block | null
  readonly methods: ReadonlyMap<string, FunctionDef>
}

/** `stride: { type: int, default: 1, min: 1 }` or `stride: int = 1`. */
export interface ParamDecl {
  readonly name: Ident
  readonly type: TypeExpr | ErrorNode
  readonly default: SpecExpr | null
  readonly min: SpecExpr | null
  readonly max: SpecExpr | null
  readonly enum: readonly SpecExpr[] | null
  readonly doc: string | null
}

export interface LetDecl {
  readonly name: Ident
  readonly value: SpecExpr
}

/** `H: { multiple_of: 32, min: 64, max: 1024 }`. */
export interface DimDecl {
  readonly name: Ident
  readonly multipleOf: SpecExpr | null
  readonly min: SpecExpr | null
  readonly max: SpecExpr | null
}

/** `x: float32[N, 3, H, W]`, `mask: bool[N, T] = None`, `x: tensor`, or a bare name (type null). */
export interface InputDecl {
  readonly name: Ident
  readonly type: TypeExpr | ErrorNode | null
  /** Its default is None: the only one that an input of a model can have. */
  readonly optional: boolean
  /** Another default, from the `def` line of a definition's forward. */
  readonly default: SpecExpr | null
  readonly doc: string | null
}

export interface OutputDecl {
  readonly name: Ident
  readonly type: TypeExpr | ErrorNode
  readonly doc: string | null
}

/** What a module consists of, in order of declaration. */
export interface ModuleBody {
  readonly parameters: readonly TensorDecl[]
  readonly buffers: readonly TensorDecl[]
  readonly modules: readonly Entry[]
  readonly ties: readonly TieDecl[]
  /** `definition` has a forward or is a mere path; the containers are torch.nn's. */
  readonly kind: 'definition' | 'Sequential' | 'ModuleList' | 'ModuleDict'
}

/** A bare parameter or buffer. */
export interface TensorDecl {
  readonly name: Ident
  /** One expression, or a block that ends in `return`; it gives shape, dtype and initial value. */
  readonly init: SpecExpr | Block
  readonly key: Ident | null
  /** The key that it had before, beside its siblings. */
  readonly renamedFrom: Ident | null
  readonly when: SpecExpr | null
  /** Parameters: false means requires_grad=False. */
  readonly trainable: SpecExpr | null
  /** Buffers: false keeps it out of the state_dict. */
  readonly persistent: SpecExpr | null
  /** Buffers: `self.name = value` is allowed in a forward. */
  readonly mutable: SpecExpr | null
  readonly doc: string | null
}

/** `[a.weight, b.weight]`, or `{ when, keys }`: these names share one tensor. */
export interface TieDecl {
  readonly when: SpecExpr | null
  readonly names: readonly Ident[]
}

/** One item under `modules:`. */
export type Entry = ModuleEntry | GroupEntry | ChoiceEntry

interface EntryBase {
  /** The member's name, which may be a pattern (`layer{i + 1}`); null for an item of a list. */
  readonly name: NamePattern | null
  readonly place: Place
  readonly when: SpecExpr | null
  readonly for: ForClause | null
}

export interface ModuleEntry extends EntryBase {
  readonly kind: 'module'
  readonly type: TypeRef
  readonly args: readonly ArgDecl[]
  /** Pins the segment of the state_dict key; by default it is the name. */
  readonly key: NamePattern | null
  /** The key segment that it had before, beside its siblings. */
  readonly renamedFrom: NamePattern | null
  readonly trainable: SpecExpr | null
  readonly doc: string | null
  /** For Sequential, ModuleList, ModuleDict and Module: what it holds, written in place. */
  readonly body: ModuleBody | null
}

/** `{ for | when, modules: [...] }` without a type: expands in place. */
export interface GroupEntry extends EntryBase {
  readonly kind: 'group'
  readonly entries: readonly Entry[]
}

/** A list of alternatives: the first whose `when` holds is taken, none is allowed. */
export interface ChoiceEntry extends EntryBase {
  readonly kind: 'choice'
  readonly alternatives: readonly ModuleEntry[]
}

/** Literal text and expressions in turn: `layer{i + 1}` is ['layer', i + 1, '']. */
export interface NamePattern {
  readonly place: Place
  readonly parts: readonly (string | SpecExpr)[]
}

/** `for: i, s in enumerate(strides) if s > 1`. */
export interface ForClause {
  readonly target: Target
  readonly iterable: SpecExpr
  readonly condition: SpecExpr | null
  readonly place: Place
}

/**
 * A module type by name. `builtin` is a row of the module table or a container, `definition` one of this file's or an
 * import's, `param` a param of type `module`.
 */
export type TypeRef =
  | { readonly kind: 'builtin'; readonly name: string; readonly place: Place }
  | {
      readonly kind: 'definition'
      readonly definition: () => Definition
      readonly place: Place
      readonly name: string
    }
  | { readonly kind: 'param'; readonly name: string; readonly place: Place }
  /** Not found, and reported. */
  | { readonly kind: 'unknown'; readonly name: string; readonly place: Place }

/** One argument of a module. An argument with an enum takes its literal first. */
export interface ArgDecl {
  readonly name: Ident
  readonly value: SpecExpr
}

/** What a file loader gives for an import, relative to the importing file. */
export interface SourceLoader {
  /** `missing`: there is no such file, which not every reader minds. */
  load(from: Source, path: string): Source | { readonly error: string; readonly missing?: boolean }
}
