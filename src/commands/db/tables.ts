import type { Connection } from '../../engine/connection/connection.js'
import type { Migration } from '../../engine/schema/migrations.js'
import { direct, targetOf, withConnection, type DatabaseSettings } from '../../engine/open.js'
import type { Context } from '../../context.js'

type Work<T> = (connection: Connection, known: readonly Migration[]) => Promise<T>

/** Opens the database as it is, without a look at its tables. Every db command says its target, whatever it does. */
export async function withTables<T>(ctx: Context, work: Work<T>): Promise<T> {
  return open(ctx, ctx.db.settings(), work)
}

/** The same on the way that changes of tables take: DIRECT_URL, where DATABASE_URL goes through a pooler. */
export async function withOwnTables<T>(
  ctx: Context,
  work: (connection: Connection, known: readonly Migration[], settings: DatabaseSettings) => Promise<T>,
): Promise<T> {
  ctx.db.requireWritable()
  const settings = direct(ctx.db.settings())
  return open(ctx, settings, (connection, known) => work(connection, known, settings))
}

async function open<T>(ctx: Context, settings: DatabaseSettings, work: Work<T>): Promise<T> {
  ctx.db.announceTarget(targetOf(settings))
  return withConnection(settings, work)
}
