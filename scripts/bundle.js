import { mkdtemp, rm } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/** What all our bundles share. */
export const bundleOptions = /** @satisfies {import('esbuild').BuildOptions} */ (
  /** @type {const} */ ({
    absWorkingDir: root,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20.19',
    logLevel: 'warning',
  })
)

/**
 * Imports a TypeScript module whose imports are relative to the root of the repository.
 *
 * @param {string} contents
 */
export async function importSource(contents) {
  // Inside the repository, so that packages are found as from the sources.
  const folder = await mkdtemp(path.join(root, 'node_modules/.cto-bundle-'))
  const outfile = path.join(folder, 'bundle.mjs')
  try {
    await build({ ...bundleOptions, stdin: { contents, resolveDir: root }, outfile, packages: 'external' })
    return await import(pathToFileURL(outfile).href)
  } finally {
    await rm(folder, { recursive: true })
  }
}
