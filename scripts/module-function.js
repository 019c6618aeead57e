import path from 'node:path'
import { transform } from 'esbuild'

/**
 * A module of the program as the expression of a function, which src/start/program.ts calls. The function registers a getter
 * for each export, and imports nothing at first: where the module uses what another one exports, that one is loaded then. So a
 * verb runs the modules that it uses, not all that it could use.
 *
 * @param {{ name: string, text: string, ids: ReadonlyMap<string, number> }} module the ids are those of all modules, Node's included
 * @returns {Promise<string>} in Latin-1, since V8 keeps a text with a single other letter in twice the memory
 * @throws Error for text that is not laid out as esbuild lays it out
 */
export async function moduleFunction({ name, text, ids }) {
  const imported = text
    .replaceAll(/\bimport\((?="@)/g, '__import(')
    .replaceAll('import.meta.url', '__url()')
    .replaceAll('import.meta.dirname', '__dirname')
  const options = /** @type {const} */ ({ platform: 'node', target: 'node20.19' })
  const { code } = await transform(imported, {
    ...options,
    format: 'cjs',
    supported: { 'dynamic-import': false },
  })
  /** @param {string} specifier */
  const idOf = (specifier) =>
    ids.get(specifier.startsWith('.') ? path.posix.join(path.posix.dirname(name), specifier) : specifier)
  const deferred = deferImports(withExportsFirst(code, ids.get(name)), idOf)
  const leftOver = /(?<![.\w])(?:__toESM\(|__export\(|stdin_exports|import_(?:chunk|node)_\w+)/.exec(deferred)
  if (leftOver) throw new Error(`${name} keeps ${leftOver[0]}: check what esbuild makes of its imports`)
  const { code: call } = await transform(
    `__module(function(__loaded,__load,__namespaceOf,require,__import,__url,__dirname){${deferred}})`,
    { ...options, minify: true },
  )
  // In patterns and in templates with a tag, which are ours and read as well with escapes.
  const latin1 = call.replaceAll(
    /[^\0-\xff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return latin1.replace(/^__module\(/, '').replace(/\);\n$/, '')
}

/**
 * esbuild writes its helpers, the exports, the code, and a comment for Node; without exports, the code alone. The exports are there
 * before the code runs, since two modules may use each other.
 *
 * @param {string} code
 * @param {number | undefined} id
 */
function withExportsFirst(code, id) {
  const layout =
    /\nvar stdin_exports = \{\};\n(?:__export\(stdin_exports, (\{[^]*?\n\})\);\n)?module\.exports = __toCommonJS\(stdin_exports\);\n([^]*?)(?:\/\/ Annotate the CommonJS export names[^]*)?$/
  const [, exports = '{}', body = code] = layout.exec(code) ?? []
  return `__loaded[${id}] = ${exports};\n${body}`
}

/**
 * @param {string} code
 * @param {(specifier: string) => number | undefined} idOf
 */
function deferImports(code, idOf) {
  /** @type {Map<string, { specifier: string, isUsed: boolean }>} */
  const variables = new Map()
  const used = code
    .replaceAll(
      /^var (import_\w+) = (?:__toESM\()?require\("([^"]+)"\)\)?;\n/gm,
      (statement, /** @type {string} */ variable, /** @type {string} */ specifier) => {
        if (idOf(specifier) === undefined) return statement
        variables.set(variable, { specifier, isUsed: false })
        return ''
      },
    )
    .replaceAll(
      /\b(import_\w+)\.([\w$]+)/g,
      (use, /** @type {string} */ variable, /** @type {string} */ property) => {
        const found = variables.get(variable)
        if (!found) return use
        found.isUsed = true
        const exports = exportsOf(idOf(found.specifier))
        if (found.specifier.startsWith('.')) return `(${exports}.${property}())`
        return property === 'default' ? exports : `${exports}.${property}`
      },
    )
    .replaceAll(/__toESM\(require\("([^"]+)"\)\)/g, (call, /** @type {string} */ specifier) => {
      const id = idOf(specifier)
      return id === undefined ? call : `__namespaceOf(${id})`
    })
  // Imported for its side effects.
  const atOnce = [...variables.values()].filter(({ isUsed }) => !isUsed)
  return atOnce.map(({ specifier }) => `${exportsOf(idOf(specifier))};\n`).join('') + used
}

/** @param {number | undefined} id */
function exportsOf(id) {
  return `(__loaded[${id}]||__load(${id}))`
}
