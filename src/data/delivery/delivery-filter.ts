import type { BotChoice, ListFilterName } from '../../domain/delivery/filters.js'
import type { Window } from '../../domain/time.js'
import { Prisma } from '../../engine/sql.js'
import { allOf } from '../../engine/list.js'
import { amongIds, within, type ValueFilter } from '../bugs/bug-filter.js'

/** What of the repositories is measured. Organizations, repositories, projects and accounts by id. */
export type DeliveryFilter = Partial<Record<ListFilterName, ValueFilter<string> | undefined>> & {
  opened?: Window | undefined
  merged?: Window | undefined
  /** Absent: exclude. */
  bots?: BotChoice | undefined
}

/** Conditions on the repository `r`. */
export function inPlace({ org, repo, project }: DeliveryFilter): Prisma.Sql {
  return allOf({
    org: org && amongIds(Prisma.sql`r.organization_id`, org),
    repo: repo && amongIds(Prisma.sql`r.id`, repo),
    project: project && amongIds(Prisma.sql`r.project_id`, project),
  })
}

/** Joins the author of a fact as the account `a`, and the account to which that one belongs as `m`. */
export function joinAuthor(authorId: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`LEFT JOIN accounts a ON a.id = ${authorId} LEFT JOIN accounts m ON m.id = a.main_id`
}

/** Who the author is: a user, else an account that is linked to none. */
export const authorPerson = Prisma.sql`coalesce(m.user_id, a.user_id, m.id, a.id)`

/** The accounts that the setting delivery.bots names, as `a, b`. */
const namedBots = Prisma.sql`
  coalesce((SELECT string_to_array(value #>> '{}', ', ') FROM settings WHERE key = 'delivery.bots'), '{}')`

/** As the source has it, or as the setting delivery.bots names it. */
export const authorIsBot = Prisma.sql`(
  coalesce(m.is_bot, a.is_bot, false) OR ARRAY[lower(m.login), lower(a.login), a.email] && ${namedBots})`

/** Conditions on the author `a`. */
export function byAuthor({ author, bots = 'exclude' }: DeliveryFilter): Prisma.Sql {
  const ofBots: Record<BotChoice, Prisma.Sql | undefined> = {
    exclude: Prisma.sql`NOT ${authorIsBot}`,
    include: undefined,
    only: authorIsBot,
  }
  return allOf({
    author: author && amongIds(Prisma.sql`coalesce(m.id, a.id)`, author),
    bots: ofBots[bots],
  })
}

/** Conditions on the pull request `p`, beside those on its author. */
export function ofPull({ label, base, state, opened, merged }: DeliveryFilter): Prisma.Sql {
  return allOf({
    label: label && labelled(Prisma.sql`p.labels`, label),
    base: base && amongTexts(Prisma.sql`p.base_branch`, base),
    state: state && amongTexts(Prisma.sql`p.state`, state),
    opened: within(Prisma.sql`p.opened_at`, opened),
    merged: within(Prisma.sql`p.merged_at`, merged),
  })
}

/** Whether a filter asks for what pull requests have and commits do not. */
export function isOfPulls({ label, base, state, opened, merged }: DeliveryFilter): boolean {
  return [label, base, state, opened, merged].some((condition) => condition !== undefined)
}

/** Conditions on the issue `i`, beside those on its author. */
export function ofIssue({ label, state, opened }: DeliveryFilter): Prisma.Sql {
  return allOf({
    label: label && labelled(Prisma.sql`i.labels`, label),
    state: state && amongTexts(Prisma.sql`i.state`, state),
    opened: within(Prisma.sql`i.opened_at`, opened),
  })
}

function labelled(column: Prisma.Sql, { values, none, negate }: ValueFilter<string>): Prisma.Sql {
  const among = Prisma.sql`coalesce(${column} && ${[...values]}::text[], false)`
  const matches = none ? Prisma.sql`(${among} OR coalesce(${column}, '{}') = '{}')` : among
  return negate ? Prisma.sql`NOT ${matches}` : matches
}

/** Case-insensitive, as environments and branches are typed. */
export function amongTexts(column: Prisma.Sql, { values, none, negate }: ValueFilter<string>): Prisma.Sql {
  const among = Prisma.sql`lower(${column}) = ANY(${values.map((value) => value.toLowerCase())}::text[])`
  const matches = none ? Prisma.sql`(${column} IS NULL OR ${among})` : among
  return negate ? Prisma.sql`(${matches}) IS NOT TRUE` : matches
}
