import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

/**
 * Times what `cto` promises, inside one process, and prints a table:
 *
 *     npm run build                              # once, for the Prisma client
 *     node scripts/bench.js postgresql://…/db    # a database of `cto db seed --size large --bugs 100000`
 *
 * `--runs 200` each; `--only search` by name; `--write` times writes too, which are committed: use a copy.
 */

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))
const folder = await mkdtemp(path.join(root, 'node_modules', '.bench-'))
const outfile = path.join(folder, 'bench.mjs')
try {
  await build({
    absWorkingDir: root,
    entryPoints: ['tests/bench/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    logLevel: 'warning',
  })
  const { main } = await import(pathToFileURL(outfile).href)
  await main(process.argv.slice(2), (/** @type {string} */ line) => {
    console.log(line)
  })
} finally {
  await rm(folder, { recursive: true, force: true })
}
