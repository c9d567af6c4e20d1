/**
 * Joins the compiled modules of `runtime/` into one file, `runtime/bundle.js`: a platform takes longer to find and open four hundred
 * files than to read what is in them. Each module stays where it is, as the names of its part of the bundle, so that whoever
 * imports any of them gets the same classes.
 *
 *   tsx scripts/bundle-runtime.ts [FOLDER]    # that has `runtime/`; `dist` unless given
 *
 * A module becomes a function that returns its exports. That is the same as long as modules import each other by name and not in
 * circles, and export what is not assigned again: anything else is refused.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import ts from 'typescript'

const BUNDLE = 'bundle.js'

/** A module of the bundle. */
interface Part {
  readonly name: string
  /** Exported names, sorted as those of a module are, each with the expression that it stands for within the part. */
  readonly exports: ReadonlyMap<string, string>
  readonly text: string
}

/** Bundles `folder/runtime` in place. Throws for what cannot be bundled. */
export function bundleRuntime(folder: string): void {
  const runtime = path.resolve(folder, 'runtime')
  const files = readdirSync(runtime, { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.js') && name !== BUNDLE)
    .map(name => path.join(runtime, name))
    .sort()
  const bundler = new Bundler(runtime)
  for (const file of files) if (isModule(file)) bundler.part(file)
  const { parts } = bundler
  const all = [...parts.values()]
  const names = all.map(part => part.name).join(', ')
  const text = `${all.map(part => part.text).join('\n')}\nexport { ${names} }\n`
  // Comments are a third of the text.
  const options = { removeComments: true, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext }
  writeFileSync(path.join(runtime, BUNDLE), ts.transpileModule(text, { compilerOptions: options }).outputText)
  for (const [file, { name, exports }] of parts) {
    const from = path.posix.relative(path.dirname(file), path.join(runtime, BUNDLE))
    const own =
      exports.size === 0 ? 'export {}' : `export const { ${[...exports.keys()].join(', ')} } = ${name}`
    writeFileSync(file, `import { ${name} } from '${from.startsWith('.') ? from : `./${from}`}'\n${own}\n`)
  }
}

/** False of scripts that workers start from: they are files of their own. */
const isModule = (file: string): boolean => /^(im|ex)port\b/m.test(readFileSync(file, 'utf8'))

class Bundler {
  /** By file, each after those that it imports. */
  readonly parts = new Map<string, Part>()
  readonly #open = new Set<string>()
  readonly #runtime: string

  constructor(runtime: string) {
    this.#runtime = runtime
  }

  part(file: string): Part {
    const known = this.parts.get(file)
    if (known !== undefined) return known
    if (this.#open.has(file)) throw new Error(`${file} imports itself, by way of others`)
    this.#open.add(file)
    const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.ESNext, true)
    const exports = new Map<string, string>()
    const lines = source.statements.map(s => this.#statement(s, file, exports))
    const name = `m${this.parts.size}`
    const sorted = new Map([...exports].sort(([a], [b]) => (a < b ? -1 : 1)))
    const returned = [...sorted].map(([key, value]) => (key === value ? key : `${key}: ${value}`)).join(', ')
    const body = this.#located(lines.join('\n'), file)
    const text = `const ${name} = (() => {\n${body}\nreturn { __proto__: null, ${returned} }\n})()`
    const part: Part = { name, exports: sorted, text }
    this.parts.set(file, part)
    return part
  }

  /** The statement as it stands in a function; what it exports is noted. */
  #statement(s: ts.Statement, file: string, exports: Map<string, string>): string {
    const refuse = (): never => {
      throw new Error(`${file} has a statement that cannot be bundled: ${s.getText().slice(0, 80)}`)
    }
    const partOf = (from: ts.Expression | undefined): Part => {
      const to =
        from !== undefined && ts.isStringLiteral(from) && from.text.startsWith('.') ? from.text : refuse()
      return this.part(path.resolve(path.dirname(file), to))
    }
    if (ts.isImportDeclaration(s)) {
      const { name } = partOf(s.moduleSpecifier)
      const bindings = s.importClause?.namedBindings
      if (s.importClause?.name !== undefined) return refuse()
      if (bindings === undefined) return ''
      if (ts.isNamespaceImport(bindings)) return `const ${bindings.name.text} = ${name};`
      const taken = bindings.elements.map(e => renamed(e.propertyName?.text ?? e.name.text, e.name.text))
      return `const { ${taken.join(', ')} } = ${name};`
    }
    if (ts.isExportDeclaration(s)) {
      const from = s.moduleSpecifier === undefined ? null : partOf(s.moduleSpecifier)
      if (s.exportClause === undefined) {
        for (const name of from!.exports.keys()) exports.set(name, `${from!.name}.${name}`)
      } else if (ts.isNamespaceExport(s.exportClause)) exports.set(s.exportClause.name.text, from!.name)
      else
        for (const { name, propertyName } of s.exportClause.elements) {
          const own = (propertyName ?? name).text
          exports.set(name.text, from === null ? own : `${from.name}.${own}`)
        }
      return ''
    }
    if (ts.isExportAssignment(s)) return refuse()
    const modifier = ts.canHaveModifiers(s)
      ? ts.getModifiers(s)?.find(m => m.kind === ts.SyntaxKind.ExportKeyword)
      : undefined
    if (modifier === undefined) return s.getText()
    for (const name of declared(s) ?? refuse()) exports.set(name, name)
    return s
      .getText()
      .slice(modifier.end - s.getStart())
      .trimStart()
  }

  /** Files beside the module are now beside the bundle. */
  #located(text: string, file: string): string {
    return text.replace(/new URL\('(\.[^']+)', import\.meta\.url\)/g, (_, to: string) => {
      const moved = path.posix.relative(this.#runtime, path.resolve(path.dirname(file), to))
      return `new URL('./${moved}', import.meta.url)`
    })
  }
}

const renamed = (from: string, to: string): string => (from === to ? from : `${from}: ${to}`)

/** The names that an exported statement declares; null for one that may change them. */
function declared(s: ts.Statement): readonly string[] | null {
  if (ts.isFunctionDeclaration(s) || ts.isClassDeclaration(s))
    return s.name === undefined ? null : [s.name.text]
  if (!ts.isVariableStatement(s) || !(s.declarationList.flags & ts.NodeFlags.Const)) return null
  const names = s.declarationList.declarations.map(d => (ts.isIdentifier(d.name) ? d.name.text : null))
  return names.every(name => name !== null) ? names : null
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) bundleRuntime(process.argv[2] ?? 'dist')
