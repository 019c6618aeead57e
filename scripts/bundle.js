import { mkdtemp, readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/**
 * cli-table3 requires string-width 4, which measures Thai, Devanagari and new emoji wrong: it gets our own measure.
 * It also shortens every cell for a debug message, character by character, in quadratic time: that is removed.
 * @returns {import('esbuild').Plugin}
 */
function tablesMeasuredByUs() {
  return {
    name: 'tables-measured-by-us',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^string-width$/ }, ({ importer }) =>
        importer.includes('cli-table3') ? { path: 'width', namespace: 'measure' } : undefined,
      )
      onLoad({ filter: /.*/, namespace: 'measure' }, () => ({
        // Every text is measured twice in a row.
        contents: `
          const { width } = require('./src/output/fit.ts')
          let last, columns
          module.exports = (text) => (text === last ? columns : ((last = text), (columns = width(text))))`,
        resolveDir: root,
      }))
      onLoad({ filter: /cli-table3\/src\/cell\.js$/ }, async ({ path: file }) => {
        const text = await readFile(file, 'utf8')
        const debugging = 'let content = utils.truncate(this.content, 10, this.truncate);'
        if (!text.includes(debugging)) throw new Error(`${file} has changed: check how it shortens cells`)
        return { contents: text.replaceAll(debugging, "let content = '';") }
      })
    },
  }
}

/**
 * string-width creates a pattern of all emoji and a segmenter when it is loaded: 20 ms, for the rare text that needs them.
 * @returns {import('esbuild').Plugin}
 */
function emojiOnDemand() {
  const constants = [/(?<=const rgiEmojiRegex = )(.*);/, /(?<=const segmenter = )(.*);/]
  return {
    name: 'emoji-on-demand',
    setup({ onLoad }) {
      onLoad({ filter: /\/string-width\/index\.js$/ }, async ({ path: file }) => {
        // An older copy, below wrap-ansi, is loaded for questions alone.
        if (file !== path.join(root, 'node_modules/string-width/index.js')) return undefined
        const text = await readFile(file, 'utf8')
        for (const constant of constants)
          if (!constant.test(text)) throw new Error(`${file} has changed: ${constant.source} is not in it`)
        const contents = constants.reduce(
          (code, constant) =>
            code.replace(
              constant,
              `{ get real() { return (this.made ??= $1) }, test(text) { return this.real.test(text) }, segment(text) { return this.real.segment(text) } };`,
            ),
          text,
        )
        return { contents }
      })
    },
  }
}

/**
 * Prisma's runtime as the module that imports the classes of SQL that src/engine/sql.ts imports. What Node would choose
 * requires a second copy of them, whose fragments the first does not recognise.
 */
export const prismaModules = { '@prisma/client/runtime/client': '@prisma/client/runtime/client.mjs' }

/** Options of all our bundles. */
export const bundleOptions = /** @satisfies {import('esbuild').BuildOptions} */ ({
  absWorkingDir: root,
  bundle: true,
  platform: /** @type {const} */ ('node'),
  format: /** @type {const} */ ('esm'),
  target: 'node20.19',
  plugins: [tablesMeasuredByUs(), emojiOnDemand()],
  alias: prismaModules,
  logLevel: /** @type {const} */ ('warning'),
})

/** Bundles cli-table3 as in dist/, for tests: vitest does not resolve the modules that a package requires. */
export async function bundleTables() {
  const outfile = path.join(root, 'node_modules/.cto/cli-table3.mjs')
  await build({ ...bundleOptions, entryPoints: ['cli-table3'], outfile, external: ['@colors/colors'] })
  return outfile
}

/**
 * Imports a TypeScript module whose imports are relative to the root of the repository.
 *
 * @param {string} contents
 */
export async function importSource(contents) {
  // Inside the repository, so that imports of packages resolve as in the sources.
  const folder = await mkdtemp(path.join(root, 'node_modules/.cto-bundle-'))
  const outfile = path.join(folder, 'bundle.mjs')
  try {
    await build({ ...bundleOptions, stdin: { contents, resolveDir: root }, outfile, packages: 'external' })
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(folder, { recursive: true })
  }
}
