import type { Db } from '../../../engine/client.js'
import type { SizeFunctions } from '../relation-size.js'
import type { Prisma } from '../../../engine/sql.js'

/** What a topic is asked with. */
export interface TopicScope {
  schema: string
  /** Every schema but those of PostgreSQL. */
  allSchemas: boolean
  sizes: SizeFunctions
  sort: string | undefined
  /** The schema of the extension that the topic needs, as SQL spells it. */
  extension: string
  /** Of the server. */
  major: number
}

export interface Topic {
  title: string
  /** How pg-extras, `supabase inspect` and others call it. */
  aliases?: readonly string[]
  /** Names of its columns, in order; the first one identifies a row. */
  columns: readonly string[]
  /** The column that `--min` compares, and what it holds. */
  min?: { column: string; unit: 'seconds' | 'bytes' }
  /** Orders of its own, beside its columns; each is a name of the topic too. */
  orders?: readonly string[]
  /** It counts what happened: its rows say since when. */
  counts?: true
  /** Those of its columns that are counts, where others are facts: unknown where the server does not keep them. */
  statistics?: readonly string[]
  /** Those of its columns that PostgreSQL's statistics estimate, where others are exact. */
  estimated?: readonly string[]
  /** Since when, where that is not the age of the statistics of the database: `since`. */
  since?(scope: Pick<TopicScope, 'extension' | 'major'>): Prisma.Sql
  /** An extension that it needs. */
  extension?: string
  /** Other sessions, roles or servers are what it is about. */
  ofServer?: true
  rows(scope: TopicScope): Prisma.Sql
}

export type TopicRow = Record<string, unknown>

export async function runTopic(db: Db, topic: Topic, scope: TopicScope): Promise<TopicRow[]> {
  return db.$queryRaw<TopicRow[]>(topic.rows(scope))
}
