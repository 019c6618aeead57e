import { accountOf } from '../../domain/delivery/fact-key.js'
import { newest, type Owner, type Reports } from '../../domain/delivery/reports.js'
import { momentOf, stampsOf } from '../../domain/delivery/seen.js'
import { facts } from '../../domain/delivery/facts.js'
import { updateRows } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { tableOf } from '../../engine/table.js'
import { insertBatch } from '../imports/new-rows.js'
import { randomUUID } from 'node:crypto'
import { joinProjects } from './join-projects.js'
import { storeRows, type Storing } from './store-rows.js'

export type Sensitivity = 'public' | 'internal' | 'confidential' | 'restricted'

export interface StoredRepository {
  id: string
  organizationId: string
  sensitivity: Sensitivity
  /** New commits from before this moment are not stored. */
  prunedBefore: Date | null
  /** A glob on the names of workflows that deploy. */
  deployPattern: string | null
  /** Whether the running transaction created it: then none of its parts was stored before. */
  isNew: boolean
}

/** Stores organizations by slug. Returns their ids. */
export async function storeOwners(
  tx: Db,
  owners: ReadonlyMap<string, Owner>,
  { now }: Storing,
): Promise<Map<string, string>> {
  const slugs = [...owners.keys()]
  const externalIds = [...owners.values()].flatMap(({ externalId }) => externalId ?? [])
  const found = await tx.$queryRaw<{ id: string; slug: string; kind: string; externalId: string | null }[]>`
    SELECT id::text, slug, kind, external_id::text AS "externalId" FROM organizations
    WHERE slug = ANY(${slugs}::text[]) OR external_id = ANY(${externalIds.map(String)}::bigint[])
    ORDER BY id FOR UPDATE`
  const known = new Map(found.map((each) => [each.slug, each]))
  const ids = new Map(found.map(({ slug, id }) => [slug, id]))
  // One that was renamed keeps its id on the row that had it first.
  const holders = new Map(found.map(({ externalId, slug }) => [Number(externalId), slug]))
  const idOf = ({ slug, externalId }: Owner): number | null => {
    if (externalId === null) return null
    const holder = holders.get(externalId) ?? slug
    holders.set(externalId, holder)
    return holder === slug ? externalId : null
  }
  const created = [...owners.values()].filter(({ slug }) => !known.has(slug))
  const rows = created.map((owner) => {
    const { slug, name, isCompany } = owner
    const id = randomUUID()
    ids.set(slug, id)
    const kind = isCompany ? 'company' : 'personal'
    return { id, slug, name, kind, externalId: idOf(owner), createdAt: now, updatedAt: now }
  })
  await insertBatch(tx, tableOf('organizations'), rows)
  const learned = [...owners.values()].flatMap((owner) => {
    const before = known.get(owner.slug)
    if (before === undefined) return []
    const kind = before.kind === 'personal' && owner.isCompany ? 'company' : before.kind
    const stored = before.externalId === null ? null : Number(before.externalId)
    const externalId = newest(idOf(owner), stored)
    if (kind === before.kind && externalId === stored) return []
    return [{ id: before.id, kind, externalId, updatedAt: now }]
  })
  await updateRows(tx, tableOf('organizations'), {
    rows: learned,
    fields: ['kind', 'externalId', 'updatedAt'],
  })
  return ids
}

interface FoundRepository {
  id: string
  key: string | null
  host: string
  externalId: string | null
  fullName: string
  previousNames: string[]
  goneAt: Date | null
  sourceTimes: Record<string, string>
}

/**
 * Stores repositories. A name belongs to the one that was seen with it last; the others are gone, since the moment at which
 * they were seen with it last.
 */
export async function storeRepositories(
  tx: Db,
  reported: Reports['repositories'],
  { owners, ...storing }: Storing & { owners: ReadonlyMap<string, string> },
): Promise<Map<string, StoredRepository>> {
  const keys = [...reported.keys()]
  const found = await findRepositories(tx, reported)
  const stored = new Map(found.flatMap((each) => (each.key === null ? [] : [[each.key, each] as const])))
  const contending = findContending(found, reported)
  // A name is free while it passes from one repository to another.
  await updateRows(tx, tableOf('repositories'), {
    rows: found
      .filter((each) => each.goneAt === null && contending.has(claimantOf(each)))
      .map(({ id }) => ({ id, goneAt: storing.now })),
    fields: ['goneAt'],
  })
  const others = found.filter(({ key }) => key === null)
  const rows = [...reported].map(([key, { seen }]) => {
    const { host, externalId } = accountOf(key)
    const goneAt = contending.has(key) ? storing.now : null
    return { stored: stored.get(key) ?? null, key: { host, externalId, goneAt }, seen }
  })
  const results = await storeRows(tx, 'repository', rows, {
    ...storing,
    defaults: { isPrivate: false, isArchived: false, sensitivity: 'restricted' },
    toColumn: (field, value) =>
      field === 'organizationId' && typeof value === 'string' ? (owners.get(value) ?? value) : value,
  })
  await settleNames(tx, {
    ids: [...results, ...others].map(({ id }) => id),
    keys: new Map(results.map(({ id }, at) => [id, keys[at] ?? ''])),
    reported,
    stored,
    contending,
  })
  const placed = results.filter(({ isNew, changed }) => isNew || changed.includes('fullName'))
  await joinProjects(
    tx,
    placed.map(({ id }) => id),
  )
  const levels = await tx.$queryRaw<Omit<StoredRepository, 'isNew'>[]>`
    SELECT id::text, organization_id::text AS "organizationId", sensitivity, pruned_before AS "prunedBefore",
      deploy_pattern AS "deployPattern"
    FROM repositories WHERE id = ANY(${results.map(({ id }) => id)}::uuid[])`
  const byId = new Map(levels.map((each) => [each.id, each]))
  return new Map(
    results.flatMap(({ id, isNew }, at) => {
      const row = byId.get(id)
      return row === undefined ? [] : [[keys[at] ?? '', { ...row, isNew }] as const]
    }),
  )
}

/** Those with one of the ids, and those that own one of the names; a row without an id is adopted by its name. */
async function findRepositories(tx: Db, reported: Reports['repositories']): Promise<FoundRepository[]> {
  const parts = [...reported].map(([key, { seen }]) => ({
    key,
    ...accountOf(key),
    name: String(seen.values['fullName'] ?? '').toLowerCase(),
  }))
  // Each way has an index of its own; with OR, each name would be compared with every repository.
  const inWay = (way: Prisma.Sql) => Prisma.sql`
    SELECT r.id, n.key, n.external_id FROM named n JOIN repositories r ON r.host = n.host AND ${way}`
  const rows = await tx.$queryRaw<(FoundRepository & { matches: boolean })[]>`
    WITH named AS (
      SELECT key, host, external_id::bigint, name
      FROM unnest(
        ${parts.map(({ key }) => key)}::text[], ${parts.map(({ host }) => host)}::text[],
        ${parts.map(({ externalId }) => String(externalId))}::text[], ${parts.map(({ name }) => name)}::text[]
      ) AS n(key, host, external_id, name)
    ), found AS (
      ${inWay(Prisma.sql`r.external_id = n.external_id`)}
      UNION
      ${inWay(Prisma.sql`lower(r.full_name) = n.name AND r.gone_at IS NULL`)}
      UNION
      ${inWay(Prisma.sql`lower(r.full_name) = n.name AND r.gone_at IS NOT NULL`)}
    )
    SELECT
      r.id::text, f.key, r.host, r.external_id::text AS "externalId", r.full_name AS "fullName",
      r.previous_names AS "previousNames", r.gone_at AS "goneAt", r.source_times AS "sourceTimes",
      (r.external_id IS NOT DISTINCT FROM f.external_id OR r.external_id IS NULL) AS matches
    FROM found f
    JOIN repositories r ON r.id = f.id
    ORDER BY r.id
    FOR UPDATE OF r`
  const adopted = rows.filter(({ matches, externalId }) => matches && externalId === null)
  await updateRows(tx, tableOf('repositories'), {
    rows: adopted.map(({ id, key }) => ({ id, externalId: accountOf(key ?? '').externalId })),
    fields: ['externalId'],
  })
  const owned = rows.filter(({ matches }) => matches)
  const ids = new Set(owned.map(({ id }) => id))
  const others = new Map(
    rows.filter(({ id }) => !ids.has(id)).map((each) => [each.id, { ...each, key: null }]),
  )
  return [...owned, ...others.values()]
}

function claimantOf({ key, id }: Pick<FoundRepository, 'key' | 'id'>): string {
  return key ?? id
}

/** Those of which another claims a name too, by key or id, and those that are gone. The others keep their names as they are. */
function findContending(
  found: readonly FoundRepository[],
  reported: Reports['repositories'],
): ReadonlySet<string> {
  const claims = new Map<string, Set<string>>()
  const claim = (host: string, fullName: string, claimant: string) => {
    const name = `${host}/${fullName}`.toLowerCase()
    claims.set(name, (claims.get(name) ?? new Set()).add(claimant))
  }
  for (const each of found) claim(each.host, each.fullName, claimantOf(each))
  for (const [key, { names }] of reported) for (const name of names) claim(accountOf(key).host, name, key)
  const contended = [...claims.values()].filter(({ size }) => size > 1).flatMap((each) => [...each])
  const gone = found.filter(({ goneAt }) => goneAt !== null).map(claimantOf)
  return new Set([...contended, ...gone])
}

interface SettleNames {
  ids: readonly string[]
  reported: Reports['repositories']
  contending: ReadonlySet<string>
  /** By id. */
  keys: ReadonlyMap<string, string>
  stored: ReadonlyMap<string, FoundRepository>
}

async function settleNames(tx: Db, { ids, reported, keys, stored, contending }: SettleNames): Promise<void> {
  const rows = await tx.$queryRaw<
    {
      id: string
      host: string
      fullName: string
      externalId: string | null
      sourceTimes: Record<string, string>
    }[]
  >`
    SELECT id::text, host, full_name AS "fullName", external_id::text AS "externalId", source_times AS "sourceTimes"
    FROM repositories WHERE id = ANY(${[...ids]}::uuid[])`
  const seen = rows.map(({ sourceTimes, ...row }) => ({
    ...row,
    name: `${row.host}/${row.fullName}`.toLowerCase(),
    stamp: stampsOf(sourceTimes, facts.repository.groups)['fullName'] ?? '',
  }))
  const owners = new Map<string, (typeof seen)[number]>()
  for (const row of seen) {
    const before = owners.get(row.name)
    if (before === undefined || isLater(row, before)) owners.set(row.name, row)
  }
  const changes = seen.map(({ id, name, fullName, stamp }) => {
    const key = keys.get(id) ?? ''
    const before = stored.get(key)
    const names = [
      ...(before?.previousNames ?? []),
      ...(before ? [before.fullName] : []),
      ...(reported.get(key)?.names ?? []),
    ]
    const previous = new Map(names.sort().map((each) => [each.toLowerCase(), each]))
    previous.delete(fullName.toLowerCase())
    const previousNames = [...previous.values()].sort()
    return {
      id,
      goneAt: owners.get(name)?.id === id ? null : momentOf(stamp),
      previousNames,
      isNamed: keys.has(id) && previousNames.join() !== (before?.previousNames ?? []).join(),
      isContending: contending.has(keys.get(id) ?? id),
    }
  })
  await updateRows(tx, tableOf('repositories'), {
    rows: changes.filter(({ isNamed }) => isNamed),
    fields: ['previousNames'],
  })
  await updateRows(tx, tableOf('repositories'), {
    rows: changes.filter(({ isContending }) => isContending),
    fields: ['goneAt'],
  })
}

interface NamedAt {
  stamp: string
  externalId: string | null
}

function isLater(a: NamedAt, b: NamedAt): boolean {
  const order = a.stamp.slice(0, -13).localeCompare(b.stamp.slice(0, -13))
  return order > 0 || (order === 0 && Number(a.externalId) > Number(b.externalId))
}
