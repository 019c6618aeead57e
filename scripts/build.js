import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { build } from 'esbuild'
import { bundleOptions, importSource, root } from './bundle.js'
import { writeDeclarations } from './declarations.js'
import { generateClient } from './generate.js'
import { leanPrisma, writePrismaFiles } from './lean-prisma.js'
import { writeProgram } from './program.js'
import { describeTree } from './tree.js'

/**
 * Builds dist/: the program of the command line, the workers, the library with its declarations, what Prisma reads on
 * demand, the command tree with its help pages, the migrated data folder that an embedded
 * database starts from, the catalogue of the objects that migrations create, and the licences of the bundled packages.
 */

/** The folder of the build, which replaces dist/ when it is complete. */
const dist = path.join(root, 'node_modules/.cto/dist')

generateClient()
await rm(dist, { recursive: true, force: true })
const options = {
  ...bundleOptions,
  minify: true,
  metafile: /** @type {const} */ (true),
  splitting: true,
  outdir: dist,
  chunkNames: 'chunks/[name]-[hash]',
  // PGlite finds its files beside its own modules, so it stays a package.
  // cli-table3 would colour with @colors/colors, which cto does not use.
  external: ['@electric-sql/pglite', '@electric-sql/pglite/*', 'pg-native', '@colors/colors'],
  plugins: [
    ...bundleOptions.plugins,
    ...leanPrisma,
    childProcessOnDemand(),
    passwordsByNode(),
    socketsOfNode(),
  ],
}
const libraries = await build({
  ...options,
  entryPoints: {
    'embedded-worker': 'src/engine/embedded/worker-thread.ts',
    'engine-worker': 'src/engine/served/engine-worker.ts',
    'lib/index': 'src/library/index.ts',
  },
  banner: {
    js: "import { createRequire as __createRequire } from 'node:module';const require = __createRequire(import.meta.url);",
  },
})
const verbs = await writeTree()
const program = await writeProgram(options, ['__complete', ...verbs])
await writePrismaFiles(dist)
const inputs = [libraries.metafile, program].flatMap((metafile) => Object.keys(metafile.inputs))
await writeFile(path.join(dist, 'THIRD-PARTY-LICENSES.txt'), await licences(inputs))
await writeDeclarations(path.join(dist, 'lib'))
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
          exports.spawn = (...args) => require('node:child_process').spawn(...args)
          exports.execFileSync = (...args) => require('node:child_process').execFileSync(...args)`,
      }))
    },
  }
}

/**
 * `pg` proves passwords with scripts/pg-crypto.js.
 * @returns {import('esbuild').Plugin}
 */
function passwordsByNode() {
  return {
    name: 'passwords-by-node',
    setup({ onResolve }) {
      onResolve({ filter: /^\.(\/crypto)?\/utils$/ }, ({ path: module, resolveDir }) =>
        path.join(resolveDir, module) === path.join(root, 'node_modules/pg/lib/crypto/utils')
          ? { path: path.join(root, 'scripts/pg-crypto.js') }
          : undefined,
      )
    },
  }
}

/**
 * To find out whether it runs on Cloudflare, `pg` creates a Response on Node 20, which loads an HTTP client: 10 ms.
 * @returns {import('esbuild').Plugin}
 */
function socketsOfNode() {
  const question = 'function isCloudflareRuntime() {'
  return {
    name: 'sockets-of-node',
    setup({ onLoad }) {
      onLoad({ filter: /\/pg\/lib\/stream\.js$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8')
        if (!text.includes(question)) throw new Error(`${file} has changed: check how it finds its runtime`)
        return { contents: text.replace(question, `${question} return false;`) }
      })
    },
  }
}

/** Writes the command tree and the help pages, so that completion and help load no command. Returns the verbs. */
async function writeTree() {
  const { groups, commands, pages, scripts, topics, completedWords } = await describeTree()
  /** @param {boolean} ofEvery @param {typeof commands[number]['flags']} flags */
  const completed = (ofEvery, flags) =>
    flags
      .filter(({ global }) => global === ofEvery)
      .map(({ name, short, type, placeholder, values, repeatable, description }) => ({
        ...{ name, short, type, placeholder, values, repeatable, description },
      }))
  const globals = completed(true, commands[0]?.flags ?? [])
  const own = commands.map(({ path, description, fields, flags, ...command }) => ({
    path,
    description,
    fields,
    arguments: command.arguments,
    flags: completed(false, flags),
  }))
  const names = topics.map(({ name, summary }) => ({ name, summary }))
  await writeFile(
    path.join(dist, 'tree.json'),
    JSON.stringify({ groups, topics: names, globals, words: completedWords, commands: own }),
  )
  await writeFiles(path.join(dist, 'help'), pages)
  await writeFiles(path.join(dist, 'completion'), scripts)
  return commands.map(({ path }) => path)
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
  const set = readSet(portfolio, { root, catalogues })
  await migrate(connection, set, {
    dryRun: false,
    baseline: false,
    lockTimeoutMs: 0,
    now: () => new Date(),
  })
  for (const each of [set, readSet(registry, { root, catalogues })]) {
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
