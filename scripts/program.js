import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { build, transform } from 'esbuild'

/**
 * Writes the program of the command line, as src/start loads it: all modules in program.js, their places in
 * program.json, and the loader in start.cjs.
 *
 * @param {import('esbuild').BuildOptions & { outdir: string }} options of all bundles of dist/
 * @param {readonly string[]} verbs
 * @returns {Promise<import('esbuild').Metafile>} what is in the program
 */
export async function writeProgram(options, verbs) {
  const { outdir } = options
  const { outputFiles, metafile } = await build({
    ...options,
    metafile: true,
    entryPoints: { main: 'src/main.ts' },
    write: false,
  })
  /** @type {import('../src/start/program.js').ProgramIndex['modules'][string][]} */
  const places = []
  const names = outputFiles.map((file) => path.posix.relative(outdir, file.path))
  const texts = await Promise.all(outputFiles.map(({ text }, i) => moduleFunction(names[i] ?? '', text)))
  let at = 0
  const bytes = texts.map((text) => {
    const encoding = Buffer.from(text, 'latin1').toString('latin1') === text ? 'latin1' : 'utf8'
    const encoded = Buffer.from(text, encoding)
    places.push([at, encoded.length, encoding])
    at += encoded.length
    return encoded
  })
  const program = Buffer.concat(bytes)
  const index = {
    build: createHash('sha256').update(program).digest('hex').slice(0, 16),
    verbs,
    modules: Object.fromEntries(names.map((name, i) => [name, places[i]])),
  }
  await writeFile(path.join(outdir, 'program.js'), program)
  await writeFile(path.join(outdir, 'program.json'), JSON.stringify(index))
  const { splitting, chunkNames, outdir: _, ...rest } = options
  await build({
    ...rest,
    format: 'cjs',
    entryPoints: ['src/start/index.ts'],
    outfile: path.join(outdir, 'start.cjs'),
  })
  return metafile
}

/**
 * A module as the expression of a function of CommonJS's variables. Modules of the program get names that begin with #.
 *
 * @param {string} name
 * @param {string} text
 */
async function moduleFunction(name, text) {
  const imported = text
    .replaceAll(/\bimport\((?="@)/g, '__import(')
    .replaceAll('import.meta.url', '__url()')
    .replaceAll('import.meta.dirname', '__dirname')
  const { code } = await transform(imported, {
    format: 'cjs',
    platform: 'node',
    target: 'node20.19',
    minify: true,
    supported: { 'dynamic-import': false },
  })
  const linked = code.replaceAll(
    /\brequire\("(\.\.?\/[^"]+)"\)/g,
    (_, /** @type {string} */ file) => `require("#${path.posix.join(path.posix.dirname(name), file)}")`,
  )
  return `(function(exports,require,module,__import,__url,__dirname){${linked}\n})`
}
