import { accountOf, type AccountKey } from '../../domain/delivery/fact-key.js'
import type { Seen } from '../../domain/delivery/seen.js'
import { updateRows } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { tableOf } from '../../engine/table.js'
import { storeRows, type Storing } from './store-rows.js'

export interface StoredAccounts {
  /** By key, the id of its row. */
  ids: ReadonlyMap<AccountKey, string>
  /** The ids of those that became a bot, or are none any more. */
  flipped: readonly string[]
}

/** Stores accounts that were not erased, and to which account of a login each e-mail address belongs. */
export async function storeAccounts(
  tx: Db,
  all: ReadonlyMap<AccountKey, Seen>,
  storing: Storing,
): Promise<StoredAccounts> {
  const { erased } = storing
  const reported = new Map([...all].filter(([key, seen]) => erased?.isErased(key, seen) !== true))
  const keys = [...reported.keys()]
  const stored = await findAccounts(tx, reported)
  const rows = [...reported].map(([key, seen]) => {
    const { host, externalId, email } = accountOf(key)
    return { stored: stored.get(key) ?? null, key: { host, externalId, email }, seen }
  })
  const results = await storeRows(tx, 'account', rows, {
    ...storing,
    defaults: { isBot: false },
    toColumn: (_, value) => value,
  })
  const ids = new Map(results.map(({ id }, at) => [keys[at] ?? '', id]))
  const named = results.filter(({ isNew, changed }) => isNew || changed.includes('login')).map(({ id }) => id)
  await linkAddresses(tx, named)
  const flipped = results
    .filter(({ isNew, changed }, at) => {
      const before = stored.get(keys[at] ?? '')
      return !isNew && changed.includes('isBot') && before?.isBot !== rows[at]?.seen.values['isBot']
    })
    .map(({ id }) => id)
  return { ids, flipped }
}

interface FoundAccount {
  id: string
  isBot: boolean
  sourceTimes: Record<string, string>
}

async function findAccounts(
  tx: Db,
  reported: ReadonlyMap<AccountKey, Seen>,
): Promise<Map<AccountKey, FoundAccount>> {
  const parts = [...reported].map(([key, { values }]) => ({ key, ...accountOf(key), login: values['login'] }))
  const withId = parts.filter(({ externalId }) => externalId !== null)
  const withEmail = parts.filter(({ email }) => email !== null)
  const byId = await tx.$queryRaw<(FoundAccount & { key: string })[]>`
    SELECT n.key, a.id::text, a.is_bot AS "isBot", a.source_times AS "sourceTimes"
    FROM unnest(
      ${withId.map(({ key }) => key)}::text[], ${withId.map(({ host }) => host)}::text[],
      ${withId.map(({ externalId }) => String(externalId))}::text[]) AS n(key, host, external_id)
    JOIN accounts a ON a.host = n.host AND a.external_id = n.external_id::bigint
    ORDER BY a.id
    FOR UPDATE OF a`
  const byEmail = await tx.$queryRaw<(FoundAccount & { key: string })[]>`
    SELECT n.key, a.id::text, a.is_bot AS "isBot", a.source_times AS "sourceTimes"
    FROM unnest(
      ${withEmail.map(({ key }) => key)}::text[], ${withEmail.map(({ host }) => host)}::text[],
      ${withEmail.map(({ email }) => email ?? '')}::text[]) AS n(key, host, email)
    JOIN accounts a ON a.host = n.host AND a.email = n.email AND a.external_id IS NULL
    ORDER BY a.id
    FOR UPDATE OF a`
  const adopted = await adoptLogins(
    tx,
    withId.filter(({ key, login }) => typeof login === 'string' && !byId.some((each) => each.key === key)),
  )
  return new Map([...byId, ...byEmail, ...adopted].map(({ key, ...found }) => [key, found]))
}

/** A login that a user linked before a source reported it becomes the account that brings its id. */
async function adoptLogins(
  tx: Db,
  unknown: readonly { key: AccountKey; host: string; externalId: number | null; login: unknown }[],
): Promise<(FoundAccount & { key: string })[]> {
  if (unknown.length === 0) return []
  const found = await tx.$queryRaw<(FoundAccount & { key: string })[]>`
    SELECT DISTINCT ON (a.id) n.key, a.id::text, a.is_bot AS "isBot", a.source_times AS "sourceTimes"
    FROM unnest(
      ${unknown.map(({ key }) => key)}::text[], ${unknown.map(({ host }) => host)}::text[],
      ${unknown.map(({ login }) => String(login).toLowerCase())}::text[]) AS n(key, host, login)
    JOIN accounts a ON a.host = n.host AND lower(a.login) = n.login AND a.external_id IS NULL AND a.email IS NULL
    ORDER BY a.id, n.key`
  await updateRows(tx, tableOf('accounts'), {
    rows: found.map(({ id, key }) => ({ id, externalId: accountOf(key).externalId })),
    fields: ['externalId'],
  })
  return found
}

/**
 * Points e-mail addresses to the account of the login with which they were pushed: of several that had the login, to the one
 * that was seen with it last.
 */
export async function linkAddresses(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const links = await tx.$queryRaw<{ id: string; mainId: string | null }[]>`
    WITH touched AS (
      SELECT DISTINCT host, lower(login) AS login FROM accounts WHERE id = ANY(${[...ids]}::uuid[]) AND login IS NOT NULL
    )
    SELECT e.id::text, m.id::text AS "mainId"
    FROM touched t
    JOIN accounts e ON e.host = t.host AND lower(e.login) = t.login AND e.external_id IS NULL AND e.email IS NOT NULL
    LEFT JOIN LATERAL (
      SELECT m.id FROM accounts m
      WHERE m.host = t.host AND lower(m.login) = t.login AND m.external_id IS NOT NULL
      ORDER BY m.source_times ->> 'login' DESC, m.external_id DESC
      LIMIT 1
    ) m ON true
    WHERE e.main_id IS DISTINCT FROM m.id AND e.user_id IS NULL`
  await updateRows(tx, tableOf('accounts'), { rows: links, fields: ['mainId'] })
}
