import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import path from 'node:path'
import { build } from 'esbuild'
import { moduleFunction } from './module-function.js'

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
  const names = outputFiles.map((file) => path.posix.relative(outdir, file.path))
  const imported = Object.values(metafile.outputs).flatMap(({ imports }) => imports)
  const builtins = [...new Set(imported.map((each) => each.path))].filter(isBuiltin).sort()
  const ids = new Map([...names, ...builtins].map((name, id) => [name, id]))
  const texts = await Promise.all(
    outputFiles.map(({ text }, i) => moduleFunction({ name: names[i] ?? '', text, ids })),
  )
  let at = 0
  const places = texts.map((text) => {
    at += text.length
    return [at - text.length, text.length]
  })
  const program = Buffer.from(texts.join(''), 'latin1')
  const index = {
    build: createHash('sha256').update(program).digest('hex').slice(0, 16),
    verbs,
    modules: Object.fromEntries(names.map((name, i) => [name, places[i]])),
    builtins,
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
