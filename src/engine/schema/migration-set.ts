import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import path from 'node:path'
import type { Catalogue } from './catalogue.js'

/** A step of a schema's history, as a folder with a migration.sql. */
export interface Migration {
  name: string
  sql: string
  /** SHA-256 of the file, as Prisma records it. */
  checksum: string
}

/** Where the package keeps a set, and how it is recorded in a schema. */
export interface SetPlace {
  name: string
  /** Below the package: `prisma/migrations`. */
  folder: string
  /** The table that records applied migrations, in the schema that they were applied to. Two sets never share one. */
  recordTable: string
  /** Whether it can be applied to a schema with tables that are not of cto. If false, such tables make the schema foreign. */
  sharesSchema: boolean
  /** Sets that may be recorded in the same schema. */
  beside?: readonly SetPlace[]
}

/** Migrations that are applied to one schema together, in order. */
export interface MigrationSet extends Omit<SetPlace, 'folder' | 'beside'> {
  migrations: readonly Migration[]
  /** The objects that they create. Read on demand: most commands never need it. */
  catalogue(): Promise<Catalogue>
  /** Other sets of ours that may be recorded in the same schema; their tables are not foreign. */
  beside: readonly Pick<MigrationSet, 'recordTable' | 'catalogue'>[]
}

/** Files of the package. */
export interface PackageFiles {
  root: string
  /** The folder in which the build keeps `<set>.json`, the catalogue of each set. */
  catalogues: string
}

/** Which workspaces there are, in the schema `public`, next to tables of other programs. */
export const registry: SetPlace = {
  name: 'registry',
  folder: 'prisma/registry',
  recordTable: '_cto_registry_migrations',
  sharesSchema: true,
}

/** The tables of one organisation: bugs, projects, people, imports, metrics. */
export const portfolio: SetPlace = {
  name: 'portfolio',
  folder: 'prisma/migrations',
  recordTable: '_prisma_migrations',
  sharesSchema: false,
  beside: [registry],
}

/** Synchronous: every command waits for these few files of the package, and promises take 2 ms more. */
export function readSet(
  { folder, beside = [], ...place }: SetPlace,
  { root, catalogues }: PackageFiles,
): MigrationSet {
  const catalogueOf = async ({ name }: { name: string }) =>
    JSON.parse(await readFile(path.join(catalogues, `${name}.json`), 'utf8')) as Catalogue
  return {
    ...place,
    migrations: readMigrations(path.join(root, folder)),
    catalogue: () => catalogueOf(place),
    beside: beside.map((other) => ({
      recordTable: other.recordTable,
      catalogue: () => catalogueOf(other),
    })),
  }
}

function readMigrations(folder: string): Migration[] {
  const entries = readdirSync(folder, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name)
  return names.sort().map((name) => {
    const sql = readFileSync(path.join(folder, name, 'migration.sql'), 'utf8')
    return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') }
  })
}
