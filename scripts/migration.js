import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { everything, inMemory, migrationList, openSchemaEngine, schemaFiles } from './prisma-engine.js'

/**
 * `npm run db:migration -- <name>`: writes the next migration from the difference between prisma/migrations and
 * prisma/schema, with Prisma's own engine. Add what Prisma cannot express (checks, triggers, the view) by hand.
 */

const [name = '', ...rest] = process.argv.slice(2)

try {
  requireName()
  const sql = withoutSchemas(await difference())
  if (sql === '') throw new Error('prisma/schema does not differ from prisma/migrations')
  console.log(`wrote ${await writeMigration(sql)}`)
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
// The engine's databases run in this process and would keep it alive.
process.exit()

function requireName() {
  if (rest.length === 0 && /^[a-z][a-z0-9_]{0,59}$/.test(name)) return
  throw new Error(
    'a migration needs a name of lower-case letters, digits and _\n  fix: npm run db:migration -- add_workspaces',
  )
}

/** The SQL that changes the result of the migrations to the schema. */
async function difference() {
  const engine = await openSchemaEngine(await inMemory())
  const { stdout } = await engine.diff({
    from: { tag: 'migrations', ...(await migrationList()) },
    to: { tag: 'schemaDatamodel', files: await schemaFiles() },
    script: true,
    exitCode: null,
    filters: everything,
  })
  return stdout ?? ''
}

/**
 * Removes schema names: the schema is chosen when the connection is opened.
 * @param {string} script
 */
function withoutSchemas(script) {
  return script
    .replace(/^-- CreateSchema\n/gm, '')
    .replace(/^CREATE SCHEMA .*;\n+/gm, '')
    .replace(/^-- This is an empty migration\.\n?/m, '')
    .trim()
}

/** @param {string} sql */
async function writeMigration(sql) {
  const root = path.dirname(import.meta.dirname)
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const folder = path.join(root, 'prisma/migrations', `${stamp}_${name}`)
  if (existsSync(folder)) throw new Error(`${folder} already exists`)
  await mkdir(folder)
  await writeFile(path.join(folder, 'migration.sql'), `${sql}\n`)
  return path.relative(root, folder)
}
