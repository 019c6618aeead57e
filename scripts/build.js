import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import { bundleOptions, importSource, root } from './bundle.js'
import { writeDeclarations } from './declarations.js'
import { generateClient } from './generate.js'
import { describeTree } from './tree.js'

/**
 * Builds dist/: the bundle, the worker of `cto db serve`, the library with its declarations,
 * Prisma's query compiler as a WebAssembly file, the migrated data folder that an embedded
 * database starts from, the catalogue of the objects that migrations create, and the licences of the bundled packages.
 */

/** The folder of the build, which replaces dist/ when it is complete. */
const dist = path.join(root, 'node_modules/.cto/dist')
const require = createRequire(import.meta.url)

generateClient()
await rm(dist, { recursive: true, force: true })
const { metafile } = await build({
  ...bundleOptions,
  entryPoints: {
    main: 'src/main.ts',
    'embedded-worker': 'src/engine/embedded/worker-thread.ts',
    'engine-worker': 'src/engine/served/engine-worker.ts',
    'lib/index': 'src/library/index.ts',
  },
  outdir: dist,
  splitting: true,
  minify: true,
  metafile: true,
  chunkNames: 'chunks/[name]-[hash]',
  // PGlite finds its files beside its own modules, so it stays a package.
  // cli-table3 would colour with @colors/colors, which cto does not use.
  external: ['@electric-sql/pglite', '@electric-sql/pglite/*', 'pg-native', '@colors/colors'],
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
  plugins: [...bundleOptions.plugins, compilerOnDemand(), childProcessOnDemand(), thriftyPrisma()],
  // Defined as in Node 21. Without it pg creates a Response to detect its platform, which loads an HTTP client: 10 ms.
  define: { navigator: JSON.stringify({ userAgent: 'Node.js' }) },
})
await writeFile(path.join(dist, 'query-compiler.wasm'), await compiler())
await writeFile(path.join(dist, 'THIRD-PARTY-LICENSES.txt'), await licences(Object.keys(metafile.inputs)))
await writeDeclarations(path.join(dist, 'lib'))
await writeTree()
await writeTemplate()
await publish()

/** Replaces dist/ in one step: a build takes 20 s, and a `cto` that runs meanwhile must find its files. */
async function publish() {
  const current = path.join(root, 'dist')
  const previous = path.join(root, 'node_modules/.cto/previous')
  await rm(previous, { recursive: true, force: true })
  if (existsSync(current)) await rename(current, previous)
  await rename(dist, current)
  await rm(previous, { recursive: true, force: true })
}

/**
 * Prisma carries its query compiler as base64 and starts it when it connects: 50 ms and 20 MB at every start. Raw
 * queries, which must be fast, do not use it. In the bundle the compiler is a file, and the first query that needs it
 * starts it: Prisma gets an empty module to start, and a class that replaces its own.
 * @returns {import('esbuild').Plugin}
 */
function compilerOnDemand() {
  const package_ = '@prisma/client/runtime/query_compiler_small_bg.postgresql'
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
          import * as real from '${package_}.mjs'

          export const __wbg_set_wasm = () => {}

          export class QueryCompiler {
            constructor(options) { this.options = options }
            compile(query) { return this.started().compile(query) }
            compileBatch(queries) { return this.started().compileBatch(queries) }
            free() { this.compiler?.free() }
            started() {
              if (!this.compiler) {
                const bytes = readFileSync(new URL('../query-compiler.wasm', import.meta.url))
                const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { './query_compiler_small_bg.js': real })
                real.__wbg_set_wasm(exports)
                exports.__wbindgen_start()
                this.compiler = new real.QueryCompiler(this.options)
              }
              return this.compiler
            }
          }`,
      }))
    },
  }
}

/**
 * Prisma's client stores the arguments of its last hundred debug messages, enabled or not, for its crash reports. In an
 * import those are whole batches: about 300 MB that are never used. It also decodes the graph of all possible arguments
 * when it is created: 25 MB that are garbage at once where every query is raw. The first query of a model decodes it.
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

/**
 * commander and src/process load `child_process` for rare cases; loading it takes 3 ms of every start.
 * @returns {import('esbuild').Plugin}
 */
function childProcessOnDemand() {
  return {
    name: 'child-process-on-demand',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^(node:)?child_process$/ }, ({ importer }) =>
        /commander|process\/processes/.test(importer)
          ? { path: 'child_process', namespace: 'on-demand' }
          : undefined,
      )
      onLoad({ filter: /.*/, namespace: 'on-demand' }, () => ({
        contents: `
          export const spawn = (...args) => require('node:child_process').spawn(...args)
          export const execFileSync = (...args) => require('node:child_process').execFileSync(...args)`,
      }))
    },
  }
}

/** The compiler's bytes, extracted from its module. */
async function compiler() {
  const module = require.resolve('@prisma/client/runtime/query_compiler_small_bg.postgresql.wasm-base64.mjs')
  /** @type {{ wasm: string }} */
  const { wasm } = await import(pathToFileURL(module).href)
  return Buffer.from(wasm, 'base64')
}

/** Writes the command tree and the help pages, so that completion and help load no command. */
async function writeTree() {
  const { groups, commands, pages, scripts, topics, completedWords } = await describeTree()
  const globals = commands[0]?.flags.filter(({ global }) => global)
  const own = commands.map(({ path, description, fields, flags, ...command }) => ({
    path,
    description,
    fields,
    arguments: command.arguments,
    flags: flags.filter(({ global }) => !global),
  }))
  const names = topics.map(({ name, summary }) => ({ name, summary }))
  await writeFile(
    path.join(dist, 'tree.json'),
    JSON.stringify({ groups, topics: names, globals, words: completedWords, commands: own }),
  )
  await writeFiles(path.join(dist, 'help'), pages)
  await writeFiles(path.join(dist, 'completion'), scripts)
}

/**
 * @param {string} folder
 * @param {Record<string, string>} texts by name
 */
async function writeFiles(folder, texts) {
  for (const [name, text] of Object.entries(texts)) {
    const file = path.join(folder, name)
    await mkdir(path.dirname(file), { recursive: true })
    await writeFile(file, text)
  }
}

async function writeTemplate() {
  /** @type {typeof import('../src/engine/embedded/pglite.js') & typeof import('../src/engine/embedded/start-pglite.js') & typeof import('../src/engine/schema/catalogue-of.js') & typeof import('../src/engine/schema/migrate.js') & typeof import('../src/engine/schema/migration-set.js')} */
  const { overPglite, startPglite, catalogueOf, migrate, portfolio, readSet, registry } = await importSource(`
    export { overPglite } from './src/engine/embedded/pglite.ts'
    export { startPglite } from './src/engine/embedded/start-pglite.ts'
    export { catalogueOf } from './src/engine/schema/catalogue-of.ts'
    export { migrate } from './src/engine/schema/migrate.ts'
    export { portfolio, readSet, registry } from './src/engine/schema/migration-set.ts'`)
  const database = await startPglite({ longWork: true })
  const connection = await overPglite(database, { schema: 'public', target: 'template' })
  const catalogues = path.join(dist, 'catalogue')
  const set = await readSet(portfolio, { root, catalogues })
  await migrate(connection, set, {
    dryRun: false,
    baseline: false,
    lockTimeoutMs: 0,
    now: () => new Date(),
  })
  for (const each of [set, await readSet(registry, { root, catalogues })]) {
    const catalogue = await catalogueOf(connection, each)
    await writeFiles(catalogues, { [`${each.name}.json`]: JSON.stringify(catalogue) })
  }
  await database.exec('CHECKPOINT')
  const dump = await database.dumpDataDir('gzip')
  await writeFile(path.join(dist, 'embedded-template.tar.gz'), Buffer.from(await dump.arrayBuffer()))
  await connection.close()
}

/**
 * @param {string[]} inputs files of the bundle
 * @returns {Promise<string>}
 */
async function licences(inputs) {
  const packages = new Set(
    inputs
      .map((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1])
      .filter((name) => name !== undefined),
  )
  const texts = [...packages].sort().map(async (name) => {
    const folder = path.join(root, 'node_modules', name)
    /** @type {{ version: string, license?: string }} */
    const { version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8'))
    return `${name} ${version} (${license ?? 'see its package'})\n\n${await licenceIn(folder)}`
  })
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n`)
}

/**
 * The licence of a package: a file of its own, or the section of its README.
 *
 * @param {string} folder
 */
async function licenceIn(folder) {
  const files = (await readdir(folder)).sort()
  const read = (/** @type {string} */ file) => readFile(path.join(folder, file), 'utf8')
  const own = files.find((file) => /^licen[cs]e/i.test(file))
  if (own !== undefined) return read(own)
  const readme = files.find((file) => /^readme/i.test(file))
  return (readme && /^#+ *licen[cs]e.*/ims.exec(await read(readme))?.[0]) ?? ''
}
