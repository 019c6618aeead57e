import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { root } from './bundle.js'

/**
 * Prisma for a short process. Its client starts the query compiler, parses the schema and decodes the arguments of all
 * models whenever it connects: 70 ms and 45 MB at every start. Raw queries, which must be fast, use none of it. In our
 * bundles all three are files, which the first query of a model reads.
 */

const require = createRequire(import.meta.url)
const compilerPackage = '@prisma/client/runtime/query_compiler_small_bg.postgresql'
const files = { compiler: 'query-compiler.wasm', schema: 'schema.prisma', graph: 'arguments.graph' }
/** Where a chunk finds a file of dist/. @param {string} file */
const urlOf = (file) => `new URL('../${file}', import.meta.url)`

/** The line of the generated client with the schema, as a string. */
const schemaLine = /(?<="inlineSchema": )".*"/
/** The line with the graph of arguments, as a string. */
const graphLine = /graph: (".*")/

/**
 * Prisma gets an empty module to start, and a class that replaces its own.
 * @returns {import('esbuild').Plugin}
 */
function compilerOnDemand() {
  // The smallest module that exports the function that Prisma calls.
  const empty = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 7, 20, 1, 16]
  const emptyModule = [...empty, ...Buffer.from('__wbindgen_start'), 0, 0, 10, 4, 1, 2, 0, 11]
  return {
    name: 'compiler-on-demand',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /query_compiler_small_bg\.postgresql/ }, ({ path: module, importer }) => {
        if (!importer.endsWith('class.ts')) return undefined
        return { path: module.includes('wasm') ? 'wasm' : 'runtime', namespace: 'compiler' }
      })
      onLoad({ filter: /^wasm$/, namespace: 'compiler' }, () => ({
        contents: `export const wasm = Uint8Array.from(${JSON.stringify(emptyModule)})`,
      }))
      onLoad({ filter: /^runtime$/, namespace: 'compiler' }, () => ({
        resolveDir: root,
        contents: `
          import { readFileSync } from 'node:fs'
          import * as real from '${compilerPackage}.mjs'

          export const __wbg_set_wasm = () => {}

          export class QueryCompiler {
            constructor(options) { this.options = options }
            compile(query) { return this.started().compile(query) }
            compileBatch(queries) { return this.started().compileBatch(queries) }
            free() { this.compiler?.free() }
            started() {
              if (!this.compiler) {
                const bytes = readFileSync(${urlOf(files.compiler)})
                const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { './query_compiler_small_bg.js': real })
                real.__wbg_set_wasm(exports)
                exports.__wbindgen_start()
                const datamodel = readFileSync(${urlOf(files.schema)}, 'utf8')
                this.compiler = new real.QueryCompiler({ ...this.options, datamodel })
              }
              return this.compiler
            }
          }`,
      }))
    },
  }
}

/**
 * The generated client without the schema and the graph.
 * @returns {import('esbuild').Plugin}
 */
function generatedOnDemand() {
  return {
    name: 'generated-on-demand',
    setup({ onLoad }) {
      onLoad({ filter: /generated\/internal\/class\.ts$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8')
        const contents = text
          .replace(schemaLine, '""')
          .replace(graphLine, `get graph() { return readFileSync(${urlOf(files.graph)}, 'latin1') }`)
        return { contents: `import { readFileSync } from 'node:fs'\n${contents}`, loader: 'ts' }
      })
    },
  }
}

/**
 * Prisma's client stores the arguments of its last hundred debug messages, enabled or not, for its crash reports. In an
 * import those are whole batches: about 300 MB that are never used. It also decodes the graph when it is created.
 * @returns {import('esbuild').Plugin}
 */
function thriftyPrisma() {
  const remembering = /\w+\.length!==0&&(\w+)\.push\(\[\w+,\.\.\.\w+\]\),\1\.length>\w+&&\1\.shift\(\),/
  const decoding = /(function \w+\((\w+)\))\{return (new \w+\(\2\)\.deserialize\(\))\}/
  return {
    name: 'thrifty-prisma',
    setup({ onLoad }) {
      onLoad({ filter: /@prisma\/client\/runtime\/client\.m?js$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8')
        for (const pattern of [remembering, decoding])
          if (!pattern.test(text)) throw new Error(`${file} has changed: ${pattern.source} is not in it`)
        const contents = text.replace(remembering, '').replace(
          decoding,
          `$1{let graph;const decoded=()=>graph??=$3;return{strings:$2.strings,
          get inputNodes(){return decoded().inputNodes},
          get outputNodes(){return decoded().outputNodes},
          get roots(){return decoded().roots}}}`,
        )
        return { contents, loader: 'js' }
      })
    },
  }
}

export const leanPrisma = [compilerOnDemand(), generatedOnDemand(), thriftyPrisma()]

/**
 * Writes what the bundles read on demand.
 * @param {string} dist
 */
export async function writePrismaFiles(dist) {
  /** @type {{ wasm: string }} */
  const { wasm } = await import(pathToFileURL(require.resolve(`${compilerPackage}.wasm-base64.mjs`)).href)
  const generated = await readFile(path.join(root, 'src/engine/generated/internal/class.ts'), 'utf8')
  const texts = { schema: schemaLine.exec(generated)?.[0], graph: graphLine.exec(generated)?.[1] }
  await writeFile(path.join(dist, files.compiler), Buffer.from(wasm, 'base64'))
  for (const name of /** @type {const} */ (['schema', 'graph'])) {
    const text = texts[name]
    if (text === undefined)
      throw new Error(`Prisma's generated client has changed: it has no line with its ${name}`)
    /** @type {string} */
    const content = JSON.parse(text)
    await writeFile(path.join(dist, files[name]), content)
  }
}
