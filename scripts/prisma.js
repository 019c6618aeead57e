import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * Runs a command of Prisma's own tool that needs only the schema, without network: generate, format, validate.
 *
 *     node scripts/prisma.js validate
 */

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)))

/**
 * @param {string[]} argv
 * @param {'inherit' | 'ignore'} stdout
 */
export function runPrisma(argv, stdout = 'inherit') {
  const prisma = path.join(
    path.dirname(createRequire(import.meta.url).resolve('prisma/package.json')),
    'build/index.js',
  )
  // Prisma writes the time of its first command into the user's configuration, and no variable disables that.
  const home = mkdtempSync(path.join(tmpdir(), 'cto-prisma-'))
  const env = {
    ...process.env,
    HOME: home,
    XDG_CONFIG_HOME: home,
    APPDATA: home,
    CHECKPOINT_DISABLE: '1',
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    // These commands need no schema engine, but Prisma downloads one unless this names a file that exists.
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
  }
  try {
    execFileSync(process.execPath, [prisma, ...argv], {
      cwd: root,
      env,
      stdio: ['ignore', stdout, 'inherit'],
    })
  } finally {
    rmSync(home, { recursive: true, force: true })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    runPrisma(process.argv.slice(2))
  } catch (error) {
    // Prisma has printed its reason.
    process.exitCode = /** @type {{ status?: number }} */ (error).status ?? 1
  }
}
