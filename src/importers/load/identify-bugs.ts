import { findBugsByNumber, findTrackedBugs, type StoredBug } from '../../data/imports/import-bugs.js'
import { isSameTable, recognise, type BugIdentity, type Refusal } from '../../domain/bug-identity.js'
import type { Db } from '../../engine/client.js'
import { required } from '../../errors.js'
import type { ImportedBug } from '../validate/imported.js'
import { numberProblem, takenKeyProblem, uidProblem } from '../validate/keys.js'
import type { RowProblem } from '../validate/problems.js'
import type { Loading } from './loading.js'
import { RefusedRecords } from './refused-records.js'

/** A stored bug, and the identity that the record gives it where that is another one. */
export interface KnownBug extends StoredBug {
  move: BugIdentity | undefined
}

/**
 * For every record, in order, the stored bug that it is of.
 *
 * @throws RefusedRecords for those whose immutable id or key belongs to another bug, or whose number no bug has
 */
export async function identifyBugs(
  { tx, isNewSource, externalSource }: Loading,
  records: readonly ImportedBug[],
): Promise<(KnownBug | undefined)[]> {
  if (externalSource === ownSource) return identifyByNumber(tx, records)
  if (isNewSource) return records.map(() => undefined)
  const keys = records.map(({ externalId }) => externalId)
  const uids = records.flatMap(({ externalUid }) => externalUid ?? [])
  const found = await findTrackedBugs(tx, { externalSource, keys, uids })
  const byKey = new Map(found.map((bug) => [bug.externalId, bug]))
  const byUid = new Map(found.map((bug) => [bug.externalUid, bug]))
  const byAlias = byFormerKey(found)
  const pairs = records.flatMap((record) => {
    const bug = byKey.get(record.externalId)
    return bug === undefined ? [] : [[record, bug] as const]
  })
  const sameTable = isSameTable(pairs)
  const refused = new RefusedRecords()
  const known = records.map((record) => {
    const recognition = recognise(record, {
      byUid: record.externalUid === null ? undefined : byUid.get(record.externalUid),
      byKey: byKey.get(record.externalId),
      byAlias: byAlias.get(record.externalId) ?? [],
      isSameTable: sameTable,
    })
    if (recognition.refused !== undefined) {
      refused.problems.set(record, identityProblem(record, recognition.refused))
      return undefined
    }
    return recognition.is && { ...recognition.is, move: recognition.move }
  })
  if (refused.problems.size > 0) throw refused
  return known
}

function identityProblem({ externalId, externalUid }: ImportedBug, { by, reason }: Refusal): RowProblem {
  if (by === 'externalId') return takenKeyProblem(externalId, reason)
  return uidProblem(required(externalUid, 'the id that was refused'), reason)
}

function byFormerKey(bugs: readonly StoredBug[]): Map<string, StoredBug[]> {
  const byKey = new Map<string, StoredBug[]>()
  for (const bug of bugs)
    for (const key of bug.externalAliases) byKey.set(key, [...(byKey.get(key) ?? []), bug])
  return byKey
}

/** The name of cto as a source: a list of bugs that was printed here, and comes back. */
export const ownSource = 'cto'

/** Such a record is of the bug that has its number, wherever that came from. */
async function identifyByNumber(tx: Db, records: readonly ImportedBug[]): Promise<KnownBug[]> {
  const found = await findBugsByNumber(
    tx,
    records.map(({ externalId }) => externalId.toUpperCase()),
  )
  const refused = new RefusedRecords()
  const known = records.flatMap((record) => {
    const bug = found.get(record.externalId.toUpperCase())
    if (bug === undefined) refused.problems.set(record, numberProblem(record.externalId))
    return bug === undefined ? [] : [{ ...bug, move: undefined }]
  })
  if (refused.problems.size > 0) throw refused
  return known
}
