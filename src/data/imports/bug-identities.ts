import { randomUUID } from 'node:crypto'
import { aliasesAfter, type BugIdentity } from '../../domain/bug-identity.js'
import type { FieldChange } from '../../domain/bug-change.js'
import { latest } from '../../domain/latest.js'
import { updateRows } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { bugTable } from '../bugs/bug-columns.js'
import { afterLocks } from '../audit/audit.js'
import type { BugImage } from './bug-images.js'
import { historyTable } from './import-bug-tables.js'
import type { Importing } from './importing.js'
import { insertBatch } from './new-rows.js'

export interface MoveIdentities {
  externalSource: string
  /** By id: the identity that a bug gets. */
  moves: ReadonlyMap<string, BugIdentity>
  /** Keys of bugs that are created next. */
  newKeys: readonly string[]
}

/** A bug whose key an import has changed. */
export interface MovedBug {
  id: string
  /** The previous values of fields without history. */
  before: Pick<BugIdentity, 'externalUid' | 'externalAliases'> & Pick<BugImage, 'afterSeq' | 'writtenAt'>
  history: readonly FieldChange[]
}

export interface MovedIdentities {
  /** Those that have another key now. */
  renamed: MovedBug[]
  /** Those that have lost their key to another bug, and keep it as a former one. */
  released: MovedBug[]
  /** Ids of bugs that only got their immutable id. This does not count as a change of the bug. */
  identified: string[]
}

/** Gives bugs their new keys, and takes those keys from the bugs that have had them. */
export async function moveIdentities(
  tx: Db,
  { externalSource, moves, newKeys }: MoveIdentities,
  { actor: before, ...others }: Importing,
): Promise<MovedIdentities> {
  const moved = [...moves.values()].flatMap(({ externalId }) => externalId ?? [])
  const stored = await lockIdentities(tx, {
    externalSource,
    ids: [...moves.keys()],
    keys: [...newKeys, ...moved],
  })
  const importing = { ...others, actor: afterLocks(before) }
  const changes = stored.map((before) => ({ before, after: moves.get(before.id) ?? withoutKey(before) }))
  const rekeyed = changes.filter(({ before, after }) => before.externalId !== after.externalId)
  const identified = changes.filter(({ before, after }) => before.externalId === after.externalId)
  const bugs = rekeyed.map((change) => movedBug(change, importing.actor.now))
  await clearKeys(
    tx,
    rekeyed.map(({ before }) => before.id),
  )
  await updateRows(tx, bugTable, {
    rows: bugs.map(({ id, before: { writtenAt } }, place) => ({
      ...rekeyed[place]?.after,
      id,
      updatedAt: writtenAt,
    })),
    fields: ['externalId', 'externalUid', 'externalAliases', 'updatedAt'],
  })
  await learnUids(tx, identified)
  await noteKeys(tx, bugs, importing)
  return {
    renamed: bugs.filter(({ id }) => moves.has(id)),
    released: bugs.filter(({ id }) => !moves.has(id)),
    identified: identified.map(({ before }) => before.id),
  }
}

/** This is no edit of the bug. */
async function learnUids(
  tx: Db,
  identified: readonly { before: StoredIdentity; after: BugIdentity }[],
): Promise<void> {
  if (identified.length === 0) return
  const ids = identified.map(({ before }) => before.id)
  const uids = identified.map(({ after }) => after.externalUid)
  await tx.$executeRaw`
    UPDATE bugs b
    SET external_uid = n.uid, updated_at = b.updated_at
    FROM unnest(${ids}::uuid[], ${uids}::text[]) AS n(id, uid)
    WHERE b.id = n.id`
}

/** Keys can pass from bug to bug, and no two may have one even for the moment between two rows. */
export async function clearKeys(tx: Db, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  await tx.$executeRaw`UPDATE bugs SET external_id = NULL, updated_at = updated_at WHERE id = ANY(${[...ids]}::uuid[])`
}

interface StoredIdentity extends BugIdentity {
  id: string
  updatedAt: Date
  /** Of its history. */
  lastSeq: string
}

async function lockIdentities(
  tx: Db,
  { externalSource, ids, keys }: { externalSource: string; ids: readonly string[]; keys: readonly string[] },
): Promise<StoredIdentity[]> {
  if (ids.length === 0 && keys.length === 0) return []
  return tx.$queryRaw<StoredIdentity[]>`
    SELECT
      b.id::text, b.external_id AS "externalId", b.external_uid AS "externalUid",
      b.external_aliases AS "externalAliases", b.updated_at AS "updatedAt",
      (SELECT coalesce(max(h.seq), 0) FROM bug_history h WHERE h.bug_id = b.id)::text AS "lastSeq"
    FROM bugs b
    WHERE b.id = ANY(${[...ids]}::uuid[])
      OR (b.external_source = ${externalSource} AND b.external_id = ANY(${[...keys]}::text[]))
    ORDER BY b.id
    FOR UPDATE`
}

function withoutKey(bug: BugIdentity): BugIdentity {
  return { externalId: null, externalUid: bug.externalUid, externalAliases: aliasesAfter(bug, null) }
}

function movedBug({ before, after }: { before: StoredIdentity; after: BugIdentity }, now: Date): MovedBug {
  const { id, externalId, externalUid, externalAliases, updatedAt, lastSeq } = before
  const writtenAt = latest([now, updatedAt])
  return {
    id,
    before: { externalUid, externalAliases, afterSeq: Number(lastSeq), writtenAt },
    history: [{ fieldChanged: 'externalId', oldValue: externalId, newValue: after.externalId }],
  }
}

async function noteKeys(tx: Db, bugs: readonly MovedBug[], { importId, actor }: Importing): Promise<void> {
  const rows = bugs.flatMap(({ id: bugId, history }) =>
    history.map((change) => ({
      id: randomUUID(),
      bugId,
      ...change,
      changedById: actor.userId,
      changedAt: actor.now,
      importId,
    })),
  )
  await insertBatch(tx, historyTable, rows)
}
