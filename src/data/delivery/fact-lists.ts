import type {
  Account,
  Commit,
  Deployment,
  Issue,
  Organization,
  PullRequest,
  Repository,
} from '../../shapes/delivery.js'
import { Prisma } from '../../engine/sql.js'
import { isUuid, type NamedRows } from '../names.js'
import { amongTexts, authorIsBot, byAuthor, inPlace, joinAuthor, ofIssue, ofPull } from './delivery-filter.js'
import { namedOrganizations, namedRepositories, waysOfRepository } from './delivery-names.js'
import { factTable } from './fact-table.js'

const author = Prisma.sql`coalesce(m.login, a.login, a.email) AS author`

/** By id, in its index; else by the ways of a name. */
function byIdOr(alias: string, called: (name: string) => readonly Prisma.Sql[]): NamedRows['waysOf'] {
  return (name) => ({
    called: isUuid(name) ? [Prisma.sql`${Prisma.raw(`${alias}.id`)} = ${name}::uuid`] : called(name),
  })
}

/** Rows that a repository numbers: `owner/name#12`, or its address. */
function numbered(alias: string, table: string): Omit<NamedRows, 'what' | 'plural' | 'listedBy'> {
  const number = Prisma.raw(`${alias}.number`)
  return {
    from: Prisma.sql`${Prisma.raw(`${table} ${alias}`)} JOIN repositories r ON r.id = ${Prisma.raw(alias)}.repository_id`,
    id: Prisma.raw(`${alias}.id`),
    name: Prisma.sql`r.full_name || '#' || ${number}`,
    waysOf: byIdOr(alias, (name) => {
      const [, repository = '', digits = '0'] =
        /^(?:https?:\/\/[^/]+\/)?(.+?)(?:#|\/(?:pull|issues)\/)(\d{1,9})$/.exec(name) ?? []
      return waysOfRepository(repository).map(
        (isCalled) => Prisma.sql`(${number} = ${Number(digits)} AND ${isCalled})`,
      )
    }),
    isNumbered: true,
  }
}

export const pullRequests = factTable<PullRequest>({
  alias: 'p',
  columns: Prisma.sql`
    p.id::text, r.full_name AS repository, p.number, p.title, ${author},
    (SELECT login FROM accounts WHERE id = p.merged_by_id) AS "mergedBy", p.state, p.is_draft AS "isDraft",
    p.base_branch AS "baseBranch", p.head_branch AS "headBranch", p.head_sha AS "headSha", p.merge_sha AS "mergeSha",
    p.additions, p.deletions, p.changed_files AS "changedFiles", coalesce(p.labels, '{}') AS labels,
    p.opened_at AS "openedAt", p.ready_at AS "readyAt", p.first_commit_at AS "firstCommitAt",
    p.first_response_at AS "firstResponseAt", p.first_review_at AS "firstReviewAt", p.approved_at AS "approvedAt",
    p.merged_at AS "mergedAt", p.closed_at AS "closedAt", p.deployed_at AS "deployedAt",
    (SELECT number FROM pull_requests WHERE id = p.reverts_id) AS reverts,
    (SELECT bug_number FROM bugs WHERE id = p.bug_id) AS bug, p.detail, p.url, p.import_id::text AS "importId"`,
  from: Prisma.sql`pull_requests p JOIN repositories r ON r.id = p.repository_id ${joinAuthor(Prisma.sql`p.author_id`)}`,
  conditions: (filter) => ({ place: inPlace(filter), author: byAuthor(filter), pull: ofPull(filter) }),
  moments: ['openedAt', 'mergedAt', 'closedAt', 'deployedAt', 'readyAt'],
  texts: ['state'],
  order: 'openedAt',
  named: {
    ...numbered('p', 'pull_requests'),
    what: 'pull request',
    plural: 'pull requests',
    listedBy: 'cto prs list',
  },
})

export const issues = factTable<Issue>({
  alias: 'i',
  columns: Prisma.sql`
    i.id::text, r.full_name AS repository, i.number, i.title, i.state, i.state_reason AS "stateReason", ${author},
    (SELECT login FROM accounts WHERE id = i.assignee_id) AS assignee, coalesce(i.labels, '{}') AS labels,
    i.opened_at AS "openedAt", i.closed_at AS "closedAt", i.first_response_at AS "firstResponseAt",
    i.gone_at AS "goneAt", (SELECT bug_number FROM bugs WHERE id = i.bug_id) AS bug, i.url,
    i.import_id::text AS "importId"`,
  from: Prisma.sql`issues i JOIN repositories r ON r.id = i.repository_id ${joinAuthor(Prisma.sql`i.author_id`)}`,
  conditions: (filter) => ({ place: inPlace(filter), author: byAuthor(filter), issue: ofIssue(filter) }),
  moments: ['openedAt', 'closedAt'],
  texts: ['state'],
  order: 'openedAt',
  named: { ...numbered('i', 'issues'), what: 'issue', plural: 'issues', listedBy: 'cto issues list' },
})

export const commits = factTable<Commit>({
  alias: 'c',
  columns: Prisma.sql`
    c.id::text, r.full_name AS repository, c.sha, ${author}, c.authored_at AS "authoredAt",
    c.committed_at AS "committedAt", c.subject, c.additions, c.deletions, c.files_changed AS "filesChanged",
    c.on_default_branch AS "onDefaultBranch",
    (SELECT number FROM pull_requests WHERE id = c.pull_request_id) AS "pullRequest", c.reverts_sha AS "revertsSha",
    c.import_id::text AS "importId"`,
  from: Prisma.sql`commits c JOIN repositories r ON r.id = c.repository_id ${joinAuthor(Prisma.sql`c.author_id`)}`,
  conditions: (filter) => ({ place: inPlace(filter), author: byAuthor(filter) }),
  moments: ['committedAt', 'authoredAt'],
  texts: ['sha'],
  order: 'committedAt',
  named: {
    what: 'commit',
    plural: 'commits',
    from: Prisma.sql`commits c JOIN repositories r ON r.id = c.repository_id`,
    id: Prisma.sql`c.id`,
    name: Prisma.sql`r.full_name || '@' || left(c.sha, 12)`,
    waysOf(name) {
      if (isUuid(name)) return { called: [Prisma.sql`c.id = ${name}::uuid`] }
      const [, repository, sha] = /^(?:(.+)@)?([0-9a-f]{4,64})$/i.exec(name) ?? []
      if (sha === undefined) return { called: [], begins: Prisma.sql`false` }
      const begins = Prisma.sql`c.sha LIKE ${`${sha.toLowerCase()}%`}`
      if (repository === undefined) return { called: [], begins }
      return {
        called: waysOfRepository(repository).map((isCalled) => Prisma.sql`(${begins} AND ${isCalled})`),
      }
    },
    isNumbered: true,
    listedBy: 'cto commits list',
    hint: 'use owner/name@SHA with more of the SHA, or the id',
  },
})

export const deployments = factTable<Deployment>({
  alias: 'd',
  columns: Prisma.sql`
    d.id::text, r.full_name AS repository, d.source, d.external_id AS "externalId", d.environment, d.service, d.sha, d.ref,
    d.status, d.started_at AS "startedAt", d.finished_at AS "finishedAt", d.is_empty AS "isEmpty", d.link,
    (SELECT count(*)::int FROM pull_requests p WHERE p.deployment_id = d.id) AS "pullRequests",
    (SELECT count(*)::int FROM commits c WHERE c.deployment_id = d.id) AS commits,
    d.rolled_back_by_id IS NOT NULL AS "isRolledBack",
    ARRAY(
      SELECT b.bug_number FROM bugs b WHERE b.caused_by_deployment_id = d.id
      ORDER BY lpad(substr(b.bug_number, 5), 20, '0')
    ) AS bugs, d.import_id::text AS "importId"`,
  from: Prisma.sql`deployments d JOIN repositories r ON r.id = d.repository_id`,
  conditions: (filter) => ({
    place: inPlace(filter),
    environment: filter.environment && amongTexts(Prisma.sql`d.environment`, filter.environment),
    service: filter.service && amongTexts(Prisma.sql`d.service`, filter.service),
    state: filter.state && amongTexts(Prisma.sql`d.status`, filter.state),
  }),
  moments: ['finishedAt', 'startedAt'],
  texts: ['environment', 'status'],
  order: 'finishedAt',
  named: {
    what: 'deployment',
    plural: 'deployments',
    from: Prisma.sql`deployments d JOIN repositories r ON r.id = d.repository_id`,
    id: Prisma.sql`d.id`,
    name: Prisma.sql`concat_ws(' ', r.full_name, d.environment, d.service, coalesce(d.ref, left(d.sha, 12)))`,
    waysOf(name, column) {
      const [hasId, hasRef] = [Prisma.sql`d.external_id = ${name}`, Prisma.sql`d.ref = ${name}`]
      const { called } = byIdOr('d', () => [hasId, hasRef])(name, column)
      return { called, whole: [Prisma.join(called, ' OR ', '(', ')')] }
    },
    isNumbered: true,
    listedBy: 'cto deployments list',
    hint: 'use the id, which cto deployments list --fields id,ref,environment,finishedAt prints',
  },
})

export const repositories = factTable<Repository>({
  alias: 'r',
  columns: Prisma.sql`
    r.id::text, o.slug AS organization, (SELECT name FROM projects WHERE id = r.project_id) AS project, r.host,
    r.external_id::text AS "externalId", r.full_name AS "fullName", r.previous_names AS "previousNames", r.url,
    r.default_branch AS "defaultBranch", r.language, r.is_private AS "isPrivate", r.is_archived AS "isArchived",
    r.sensitivity, r.deploy_source AS "deploySource", r.deploy_pattern AS "deployPattern", r.environments,
    r.synced_from AS "syncedFrom", r.synced_through AS "syncedThrough", r.gone_at AS "goneAt",
    r.created_at AS "createdAt", r.import_id::text AS "importId"`,
  from: Prisma.sql`repositories r JOIN organizations o ON o.id = r.organization_id`,
  conditions: (filter) => ({ place: inPlace(filter) }),
  moments: ['createdAt', 'syncedThrough'],
  texts: ['fullName'],
  order: 'fullName',
  named: namedRepositories,
})

export const organizations = factTable<Organization>({
  alias: 'o',
  columns: Prisma.sql`
    o.id::text, o.slug, o.name, o.kind, o.plan, o.external_id::text AS "externalId", o.token_secret AS "tokenSecret",
    (SELECT count(*)::int FROM repositories r WHERE r.organization_id = o.id AND r.gone_at IS NULL) AS repositories,
    o.created_at AS "createdAt", o.updated_at AS "updatedAt"`,
  from: Prisma.sql`organizations o`,
  conditions: () => ({}),
  moments: ['createdAt', 'updatedAt'],
  texts: ['slug', 'name'],
  order: 'slug',
  named: namedOrganizations,
})

/** `ada-l at github.com` */
const accountName = Prisma.sql`concat_ws(' at ', coalesce(a.login, a.email), a.host)`

export const accounts = factTable<Account>({
  alias: 'a',
  columns: Prisma.sql`
    a.id::text, (SELECT u.email FROM users u WHERE u.id = coalesce(m.user_id, a.user_id)) AS user, a.host,
    a.external_id::text AS "externalId", a.login, a.email, a.name, ${authorIsBot} AS "isBot", m.login AS main,
    a.created_at AS "createdAt", a.import_id::text AS "importId"`,
  from: Prisma.sql`accounts a LEFT JOIN accounts m ON m.id = a.main_id`,
  conditions: ({ author: named }) => ({ author: byAuthor({ author: named, bots: 'include' }) }),
  moments: ['createdAt'],
  texts: ['host'],
  order: 'createdAt',
  named: {
    what: 'account',
    plural: 'accounts',
    from: Prisma.sql`accounts a`,
    id: Prisma.sql`a.id`,
    name: accountName,
    // An address may have the login with which it was pushed: the account itself comes first.
    waysOf: byIdOr('a', (name) => [
      Prisma.sql`(lower(a.login) = lower(${name}) AND a.external_id IS NOT NULL)`,
      Prisma.sql`lower(a.login) = lower(${name})`,
      Prisma.sql`a.email = lower(${name})`,
      Prisma.sql`lower(${accountName}) = lower(${name})`,
      Prisma.sql`split_part(a.email, '@', 1) = lower(${name})`,
    ]),
    listedBy: 'cto accounts list',
  },
})
