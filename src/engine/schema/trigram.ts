import type { PoolClient } from 'pg'
import { CtoError } from '../../errors.js'
import { quoteIdentifier } from '../connection/connection.js'
import { databaseFailure } from '../connection/failure.js'
import type { Db } from '../client.js'
import { Prisma } from '../sql.js'

/** The schema of the database that holds pg_trgm and its operators; null if it is not installed. */
export async function trigramSchema(client: Pick<PoolClient, 'query'>): Promise<string | null> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT n.nspname AS name
     FROM pg_extension e
     JOIN pg_namespace n ON n.oid = e.extnamespace
     WHERE e.extname = 'pg_trgm'`,
  )
  return rows[0]?.name ?? null
}

/** Sets the search path for the transaction: the schema, in which objects are created, then the operators' schema. */
export async function setSearchPath(client: Pick<PoolClient, 'query'>, schema: string): Promise<void> {
  const extension = await trigramSchema(client)
  const path = [schema, ...(extension === null ? [] : [extension])].map(quoteIdentifier).join(', ')
  await client.query("SELECT set_config('search_path', $1, true)", [path])
}

/**
 * Installs pg_trgm if it is missing: in the database's schema for extensions, else in `schema`.
 *
 * @throws CtoError NOT_PERMITTED with the SQL for an administrator
 */
export async function ensureTrigram(client: PoolClient, schema: string): Promise<void> {
  if ((await trigramSchema(client)) !== null) return
  // All schemas of the database share one extension, so setups that run at once must take turns.
  await client.query("SELECT pg_advisory_xact_lock(hashtextextended('cto:pg_trgm', 0))")
  if ((await trigramSchema(client)) !== null) return
  const { statement } = await extensionStatement(client, schema)
  try {
    await client.query(statement)
  } catch (error) {
    throw new CtoError('NOT_PERMITTED', 'the extension pg_trgm is missing and this user cannot create it', {
      reason: databaseFailure(error).message,
      hint: `ask an administrator to run: ${statement};`,
      cause: error,
    })
  }
}

/** How to install pg_trgm: in the database's schema for extensions, else in `schema`. */
export async function extensionStatement(
  client: PoolClient,
  schema: string,
): Promise<{ schema: string; statement: string }> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace WHERE nspname IN ('extensions', 'public') ORDER BY nspname`,
  )
  const place = rows[0]?.name ?? schema
  return { schema: place, statement: `CREATE EXTENSION pg_trgm SCHEMA ${quoteIdentifier(place)}` }
}

/** The operators with which the statements of one transaction compare texts. */
export interface Trigram {
  /** `text ⟨operator⟩ word`: part of the text is similar to the word, by `pg_trgm.word_similarity_threshold`. */
  isLike: Prisma.Sql
  /** The same for whole words, by `pg_trgm.strict_word_similarity_threshold`. */
  hasWord: Prisma.Sql
  /** `⟨function⟩(word, text)`: similarity of the word and the closest word of the text, 0 to 1. */
  wordSimilarity: Prisma.Sql
}

/** @throws CtoError NOT_CONFIGURED if pg_trgm is missing */
export async function trigramOperators(db: Db): Promise<Trigram> {
  const [row] = await db.$queryRaw<{ name: string }[]>`
    SELECT n.nspname AS name
    FROM pg_extension e
    JOIN pg_namespace n ON n.oid = e.extnamespace
    WHERE e.extname = 'pg_trgm'`
  if (!row) {
    throw new CtoError('NOT_CONFIGURED', 'the extension pg_trgm is missing', { hint: 'cto db init' })
  }
  const schema = quoteIdentifier(row.name)
  const operator = (name: string) => Prisma.raw(`OPERATOR(${schema}.${name})`)
  return {
    isLike: operator('%>'),
    hasWord: operator('%>>'),
    wordSimilarity: Prisma.raw(`${schema}.strict_word_similarity`),
  }
}
