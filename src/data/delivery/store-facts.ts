import type { Reports } from '../../domain/delivery/reports.js'
import { facts } from '../../domain/delivery/facts.js'
import { matchesPattern } from '../../domain/delivery/workflow-pattern.js'
import { firstMomentOf, type FactValue, type Seen } from '../../domain/delivery/seen.js'
import type { ColumnValue } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { Prisma } from '../../engine/sql.js'
import { findShipping } from './find-shipping.js'
import { hiddenTag, hiddenTagSql } from './hidden-tag.js'
import { linkDeployments } from './link-deployments.js'
import { linkMentions } from './link-mentions.js'
import { storeAccounts } from './store-accounts.js'
import { storeOwners, storeRepositories, type StoredRepository } from './store-repositories.js'
import { findAround, refreshIssues, refreshPullRequests } from './refresh-anchors.js'
import { storeRows, type ReportedRow, type Storing } from './store-rows.js'
import { lockTable } from '../lock-table.js'

/** The ids of the rows to which events refer. */
export interface StoredReports {
  owners: ReadonlyMap<string, string>
  repositories: ReadonlyMap<string, StoredRepository>
  accounts: ReadonlyMap<string, string>
}

/**
 * Until its transaction ends, no other one derives facts in this schema: two that met new facts at once would both insert
 * them.
 */
export async function lockDelivery(tx: Db): Promise<void> {
  await lockTable(tx, 'repositories')
}

/** Merges what sources reported into the facts, and computes what follows from them. `lockDelivery` comes first. */
export async function storeReports(tx: Db, reports: Reports, storing: Storing): Promise<StoredReports> {
  const owners = await storeOwners(tx, reports.owners, storing)
  const repositories = await storeRepositories(tx, reports.repositories, { ...storing, owners })
  const { ids: accounts, flipped } = await storeAccounts(tx, reports.accounts, storing)
  const ids: Ids = { repositories, accounts, pullRequests: new Map() }
  const { ids: pullRequests } = await storeParts(tx, 'pullRequest', reports.pullRequests, { ...storing, ids })
  const { ids: issues } = await storeParts(tx, 'issue', reports.issues, { ...storing, ids })
  const deployments = deployingWorkflows(reports.deployments, repositories)
  await storeParts(tx, 'deployment', deployments, { ...storing, ids })
  const former = await findOwners(tx, reports.commits, repositories)
  const commitIds = { ...ids, pullRequests }
  const { ids: commits } = await storeParts(tx, 'commit', reports.commits, { ...storing, ids: commitIds })
  await storeResponses(tx, reports.responses, { ...storing, ids, pullRequests, issues })
  const around = await findAround(tx, flipped)
  await linkMentions(tx, {
    pullRequests: [...pullRequests.values()],
    repositories: [...repositories.values()].map(({ id }) => id),
    numbers: [...reports.pullRequests.values(), ...reports.issues.values()].map(({ part }) => Number(part)),
  })
  await refreshPullRequests(tx, [...pullRequests.values(), ...former, ...around.pullRequests])
  await refreshIssues(tx, [...issues.values(), ...around.issues])
  const reporting = {
    repositories: [...repositories.values()].map(({ id }) => id),
    deploying: [...deployments.values()].flatMap(({ repository }) => repositories.get(repository)?.id ?? []),
    commits: [...commits.values()],
    pullRequests: [...pullRequests.values()],
  }
  await linkDeployments(tx, await findShipping(tx, reporting))
  return { owners, repositories, accounts }
}

/** How many reported facts were new, changed a stored one, changed nothing, or were left out. */
export interface FactCounts {
  created: number
  updated: number
  unchanged: number
  skipped: number
}

/** Merges the commits of one repository, and their authors, as a clone has them. Those that were pruned are skipped. */
export async function storeCommits(
  tx: Db,
  { accounts, commits }: Pick<Reports, 'accounts' | 'commits'>,
  { repository, ...storing }: Storing & { repository: StoredRepository },
): Promise<FactCounts> {
  const { ids } = await storeAccounts(tx, accounts, storing)
  const repositories = new Map([...commits.values()].map((each) => [each.repository, repository]))
  const { counts } = await storeParts(tx, 'commit', commits, {
    ...storing,
    ids: { repositories, accounts: ids, pullRequests: new Map() },
  })
  return counts
}

/** Without runs of workflows that do not deploy. */
function deployingWorkflows(
  deployments: Reports['deployments'],
  repositories: StoredReports['repositories'],
): Reports['deployments'] {
  const isDeploying = ({ workflow, repository }: { workflow?: string | undefined; repository: string }) => {
    const pattern = repositories.get(repository)?.deployPattern ?? null
    return workflow === undefined || (pattern !== null && matchesPattern(pattern, workflow))
  }
  return new Map([...deployments].filter(([, deployment]) => isDeploying(deployment)))
}

/** The pull requests to which commits belong before another one is reported. */
async function findOwners(
  tx: Db,
  commits: Reports['commits'],
  repositories: StoredReports['repositories'],
): Promise<string[]> {
  const owned = [...commits.values()].filter(({ seen }) => 'pullRequestId' in seen.values)
  if (owned.length === 0) return []
  const rows = await tx.$queryRaw<{ id: string }[]>`
    SELECT DISTINCT c.pull_request_id::text AS id
    FROM unnest(
      ${owned.map(({ repository }) => repositories.get(repository)?.id ?? null)}::uuid[],
      ${owned.map(({ part }) => part)}::text[]
    ) AS n(repository_id, sha)
    JOIN commits c ON c.repository_id = n.repository_id AND c.sha = n.sha
    WHERE c.pull_request_id IS NOT NULL`
  return rows.map(({ id }) => id)
}

interface Ids {
  repositories: ReadonlyMap<string, StoredRepository>
  accounts: ReadonlyMap<string, string>
  pullRequests: ReadonlyMap<string, string>
}

/** Fields that hold accounts, reported by their keys. */
const accountFields: ReadonlySet<string> = new Set(['authorId', 'committerId', 'mergedById', 'assigneeId'])

/** Texts and names that are not stored of confidential and restricted repositories. */
const confidentialFields: ReadonlySet<string> = new Set([
  ...['title', 'subject', 'baseBranch', 'headBranch', 'ref', 'labels', 'service'],
])

type Part = Parameters<Reports['pullRequest']>[0] & { seen: Seen }

/** Where a part is stored. */
interface Place {
  repositoryId: string
  /** Its names are not stored. */
  isHidden: boolean
}

const nameOfDeployment = Prisma.sql`substr(n.part, strpos(n.part, ' ') + 1)`

const partFacts = {
  pullRequest: {
    keyOf: ({ part }: Part) => ({ number: Number(part) }),
    isPart: Prisma.sql`t.number = n.part::integer`,
    defaults: { state: 'open', isDraft: false, detail: 'partial' },
  },
  issue: {
    keyOf: ({ part }: Part) => ({ number: Number(part) }),
    isPart: Prisma.sql`t.number = n.part::integer`,
    defaults: { state: 'open' },
  },
  commit: {
    keyOf: ({ part }: Part) => ({ sha: part }),
    isPart: Prisma.sql`t.sha = n.part`,
    defaults: { onDefaultBranch: false },
  },
  deployment: {
    keyOf: ({ part }: Part, { repositoryId, isHidden }: Place) => {
      const source = part.split(' ', 1)[0] ?? ''
      const name = part.replace(/^\S+ /, '')
      return { source, externalId: source === 'tag' && isHidden ? hiddenTag(repositoryId, name) : name }
    },
    // As an array, which an index finds; an OR of texts would compare every deployment of the source.
    isPart: Prisma.sql`t.source = split_part(n.part, ' ', 1) AND t.external_id = ANY(ARRAY[
      ${nameOfDeployment}, ${hiddenTagSql(Prisma.sql`n.repository_id`, nameOfDeployment)}])`,
    defaults: { status: 'pending', environment: 'production' },
  },
} as const

/** Stores parts of repositories. Returns their ids by the keys of the map, and what became of them. */
async function storeParts(
  tx: Db,
  fact: keyof typeof partFacts,
  parts: ReadonlyMap<string, Part>,
  { ids, ...storing }: Storing & { ids: Ids },
): Promise<{ ids: Map<string, string>; counts: FactCounts }> {
  const { keyOf, defaults } = partFacts[fact]
  const named = [...parts].flatMap(([name, part]) => {
    const repository = ids.repositories.get(part.repository)
    return repository === undefined ? [] : [{ name, part, repository }]
  })
  const stored = await findParts(tx, fact, named)
  const wanted = named
    .map((each, at) => ({ ...each, stored: stored.get(at) ?? null }))
    .filter((each) => each.stored !== null || fact !== 'commit' || !isPruned(each))
  const rows = wanted.map(({ part, repository, stored }): ReportedRow => ({
    stored,
    key: {
      repositoryId: repository.id,
      ...keyOf(part, { repositoryId: repository.id, isHidden: isConfidential(repository) }),
    },
    seen: part.seen,
  }))
  const hidden = new Set(
    named.filter(({ repository }) => isConfidential(repository)).map(({ repository }) => repository.id),
  )
  const results = await storeRows(tx, fact, rows, {
    ...storing,
    defaults,
    toColumn: (field, value, { key }) =>
      hidden.has(String(key['repositoryId'])) && confidentialFields.has(field)
        ? null
        : columnValue(field, value, ids),
  })
  const created = results.filter(({ isNew }) => isNew).length
  const updated = results.filter(({ isNew, changed }) => !isNew && changed.length > 0).length
  return {
    ids: new Map(results.map(({ id }, at) => [wanted[at]?.name ?? '', id])),
    counts: {
      created,
      updated,
      unchanged: results.length - created - updated,
      skipped: parts.size - results.length,
    },
  }
}

type StoredPart = NonNullable<ReportedRow['stored']>

/** The rows of parts that are stored, by their place in the list. */
async function findParts(
  tx: Db,
  fact: keyof typeof partFacts,
  named: readonly { part: Part; repository: StoredRepository }[],
): Promise<Map<number, StoredPart>> {
  const sought = named.flatMap(({ part: { part }, repository }, place) =>
    repository.isNew ? [] : [{ place, part, repositoryId: repository.id }],
  )
  if (sought.length === 0) return new Map()
  const found = await tx.$queryRaw<(StoredPart & { place: number })[]>`
    SELECT n.place, t.id::text, t.source_times AS "sourceTimes"
    FROM unnest(
      ${sought.map(({ place }) => place)}::integer[], ${sought.map(({ repositoryId }) => repositoryId)}::uuid[],
      ${sought.map(({ part }) => part)}::text[]
    ) AS n(place, repository_id, part)
    JOIN ${Prisma.raw(facts[fact].table)} t ON t.repository_id = n.repository_id AND ${partFacts[fact].isPart}
    ORDER BY t.id
    FOR UPDATE OF t`
  return new Map(found.map(({ place, ...row }) => [place, row]))
}

/** Whether a commit is older than those that its repository keeps. A push without times is as old as its commits, or older. */
function isPruned({ part, repository }: { part: Part; repository: StoredRepository }): boolean {
  const { values, stamps } = part.seen
  const stamp = facts.commit.groups.core.map((field) => stamps[field]).find((each) => each !== undefined)
  const at = values['committedAt'] ?? (stamp === undefined ? null : firstMomentOf(stamp))
  return repository.prunedBefore !== null && at instanceof Date && at < repository.prunedBefore
}

/** Whether no text of the repository may be stored. */
export function isConfidential({ sensitivity }: Pick<StoredRepository, 'sensitivity'>): boolean {
  return sensitivity === 'confidential' || sensitivity === 'restricted'
}

function columnValue(field: string, value: FactValue, { accounts, pullRequests }: Ids): ColumnValue {
  if (typeof value !== 'string') return value
  if (field === 'pullRequestId') return pullRequests.get(value) ?? null
  return accountFields.has(field) ? (accounts.get(value) ?? null) : value
}

interface StoreResponses extends Storing {
  ids: Ids
  pullRequests: ReadonlyMap<string, string>
  issues: ReadonlyMap<string, string>
}

async function storeResponses(
  tx: Db,
  responses: Reports['responses'],
  { ids, pullRequests, issues, ...storing }: StoreResponses,
): Promise<void> {
  const named = [...responses.values()].flatMap((response) => {
    const parents = response.of === 'pullRequest' ? pullRequests : issues
    const parent = parents.get(`${response.repository} ${response.number}`)
    return parent === undefined ? [] : [{ ...response, parent }]
  })
  const found = await tx.$queryRaw<{ place: number; id: string; sourceTimes: Record<string, string> }[]>`
    SELECT n.place::integer, t.id::text, t.source_times AS "sourceTimes"
    FROM unnest(
      ${named.map(({ parent }) => parent)}::uuid[], ${named.map(({ kind }) => kind)}::text[],
      ${named.map(({ externalId }) => String(externalId))}::text[]
    ) WITH ORDINALITY AS n(parent, kind, external_id, place)
    JOIN pull_request_reviews t ON coalesce(t.pull_request_id, t.issue_id) = n.parent AND t.kind = n.kind
      AND t.external_id = n.external_id::bigint
    ORDER BY t.id
    FOR UPDATE OF t`
  const stored = new Map(found.map(({ place, ...row }) => [place - 1, row]))
  const rows = named.map(({ of, parent, kind, externalId, seen }, at): ReportedRow => ({
    stored: stored.get(at) ?? null,
    key: {
      pullRequestId: of === 'pullRequest' ? parent : null,
      issueId: of === 'issue' ? parent : null,
      kind,
      externalId,
    },
    seen,
  }))
  await storeRows(tx, 'response', rows, {
    ...storing,
    defaults: {},
    toColumn: (field, value) => columnValue(field, value, ids),
  })
}
