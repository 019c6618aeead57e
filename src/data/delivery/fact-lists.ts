import type { Window } from '../../domain/time.js'
import { NotFoundError } from '../../errors.js'
import type {
  Account,
  Commit,
  Deployment,
  Issue,
  Organization,
  PullRequest,
  Repository,
} from '../../shapes/delivery.js'
import { within } from '../bugs/bug-filter.js'
import type { Db } from '../../engine/client.js'
import { allOf, type List } from '../../engine/list.js'
import type { Sortable } from '../../engine/sort.js'
import { Prisma } from '../../engine/sql.js'
import { isUuid } from '../names.js'
import {
  amongTexts,
  authorIsBot,
  byAuthor,
  inPlace,
  joinAuthor,
  ofIssue,
  ofPull,
  type DeliveryFilter,
} from './delivery-filter.js'

export interface FactFilter extends DeliveryFilter {
  /** Besides opened and merged, by the field that holds the moment. */
  windows?: Readonly<Record<string, Window>> | undefined
}

/** How the facts of one table are listed and found. */
export interface FactTable<Row> {
  list(filter: FactFilter): List<Row>
  sortFields: readonly string[]
  /** By id, or by what people call it. @throws NotFoundError */
  get(db: Db, name: string): Promise<Row>
}

interface Facts<Row> {
  alias: string
  columns: Prisma.Sql
  from: Prisma.Sql
  /** Conditions besides those on `windows`. */
  conditions(filter: FactFilter): Record<string, Prisma.Sql | undefined>
  moments: readonly string[]
  texts: readonly string[]
  order: string
  /** The condition of a name that is no id. */
  named(name: string): Prisma.Sql
  what: string
  listedBy: string
  row?: Row
}

const snake = (field: string) => field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

function factTable<Row>(facts: Facts<Row>): FactTable<Row> {
  const { alias, columns, from, moments, texts, order } = facts
  const column = (field: string) => Prisma.raw(`${alias}.${snake(field)}`)
  const sortable = Object.fromEntries([
    ...moments.map((field): [string, Sortable] => [
      field,
      { sql: column(field), type: Prisma.sql`timestamptz`, nullable: field !== 'openedAt' },
    ]),
    ...texts.map((field): [string, Sortable] => [
      field,
      { sql: column(field), type: Prisma.sql`text`, nullable: false },
    ]),
  ])
  return {
    sortFields: Object.keys(sortable),
    list: (filter) => ({
      columns,
      from,
      where: allOf({
        ...facts.conditions(filter),
        ...Object.fromEntries(
          Object.entries(filter.windows ?? {}).map(([field, window]) => [
            field,
            within(column(field), window),
          ]),
        ),
      }),
      sortable,
      order: [{ field: order, descending: moments.includes(order) }],
      id: { sql: Prisma.raw(`${alias}.id`), type: Prisma.sql`uuid`, nullable: false },
    }),
    async get(db, name) {
      const wanted = name.trim()
      const condition = isUuid(wanted)
        ? Prisma.sql`${Prisma.raw(`${alias}.id`)} = ${wanted}::uuid`
        : facts.named(wanted)
      const [row] = await db.$queryRaw<Row[]>`
        SELECT ${columns} FROM ${from} WHERE ${condition} ORDER BY ${Prisma.raw(`${alias}.id`)} LIMIT 1`
      if (row) return row
      throw new NotFoundError(`no ${facts.what} "${name}"`, { hint: facts.listedBy })
    },
  }
}

const author = Prisma.sql`coalesce(m.login, a.login, a.email) AS author`

/** `owner/name#12`, or its address. */
function numbered(alias: string, name: string): Prisma.Sql {
  const [, repository = '', number = '0'] =
    /^(?:https?:\/\/[^/]+\/)?(.+?)(?:#|\/(?:pull|issues)\/)(\d{1,9})$/.exec(name) ?? []
  return Prisma.sql`
    ${Prisma.raw(alias)}.number = ${Number(number)} AND (
      lower(r.full_name) = lower(${repository}) OR lower(split_part(r.full_name, '/', 2)) = lower(${repository})
      OR lower(${repository}) = ANY(lower(r.previous_names::text)::text[]))`
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
  named: (name) => numbered('p', name),
  what: 'pull request',
  listedBy: 'cto prs list',
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
  named: (name) => numbered('i', name),
  what: 'issue',
  listedBy: 'cto issues list',
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
  named: (name) => Prisma.sql`c.sha LIKE ${`${name.toLowerCase().replace(/[^0-9a-f]/g, '')}%`}`,
  what: 'commit',
  listedBy: 'cto commits list',
})

export const deployments = factTable<Deployment>({
  alias: 'd',
  columns: Prisma.sql`
    d.id::text, r.full_name AS repository, d.source, d.external_id AS "externalId", d.environment, d.service, d.sha, d.ref,
    d.status, d.started_at AS "startedAt", d.finished_at AS "finishedAt", d.is_empty AS "isEmpty", d.link,
    (SELECT count(*)::int FROM pull_requests p WHERE p.deployment_id = d.id) AS "pullRequests",
    d.rolled_back_by_id IS NOT NULL AS "isRolledBack", d.import_id::text AS "importId"`,
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
  named: (name) => Prisma.sql`d.external_id = ${name} OR d.ref = ${name}`,
  what: 'deployment',
  listedBy: 'cto deployments list',
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
  named: (name) => Prisma.sql`
    lower(r.full_name) = lower(${name}) OR lower(r.url) = lower(${name})
    OR lower(split_part(r.full_name, '/', 2)) = lower(${name}) OR lower(${name}) = ANY(lower(r.previous_names::text)::text[])`,
  what: 'repository',
  listedBy: 'cto repos list',
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
  named: (name) => Prisma.sql`o.slug = lower(${name}) OR lower(o.name) = lower(${name})`,
  what: 'organization',
  listedBy: 'cto orgs list',
})

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
  named: (name) => Prisma.sql`lower(a.login) = lower(${name}) OR a.email = lower(${name})`,
  what: 'account',
  listedBy: 'cto accounts list',
})
