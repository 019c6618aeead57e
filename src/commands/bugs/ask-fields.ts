import { findCandidates } from '../../data/candidates.js'
import { severities, type BugSeverity } from '../../domain/bug.js'
import { closest } from '../../domain/closest.js'
import { isUnseen } from '../../domain/text.js'
import { UsageError } from '../../errors.js'
import type { SearchChoice, Context } from '../../context.js'
import type { FieldOptions } from './fields.js'

/**
 * Asks at the terminal for the missing fields of a new bug. A field left empty is not set.
 *
 * @throws UsageError before any question for a title without letters, which `--title "$TITLE"` gives for an unset variable
 */
export async function askForFields(ctx: Context, given: FieldOptions): Promise<FieldOptions> {
  if (given.title !== undefined && isUnseen(given.title)) throw new UsageError('a bug needs a title')
  const title =
    given.title ??
    (await ctx.ask.text('Title:', (answer) => (isUnseen(answer) ? 'a bug needs a title' : null)))
  const severity = given.severity ?? (await askForSeverity(ctx))
  const links = await askForLinks(ctx, given)
  const description = given.description ?? (await ctx.ask.text('Description (Enter for none):'))
  return { ...given, title, severity, ...links, ...(description !== '' && { description }) }
}

/** The first choice is no answer, so that Enter alone does not report a critical bug. */
async function askForSeverity(ctx: Context): Promise<BugSeverity> {
  const unanswered = 'choose one'
  for (;;) {
    const answer = await ctx.ask.choose('Severity:', [unanswered, ...severities])
    if (answer !== unanswered) return answer
  }
}

/** The names are read before the question; no connection or lock is held while the user answers. */
async function askForLinks(ctx: Context, given: FieldOptions): Promise<FieldOptions> {
  if (given.project !== undefined && given.assignee !== undefined) return {}
  const { projects, people } = await ctx.db.read(findCandidates)
  const links: FieldOptions = {}
  if (given.project === undefined && projects.length > 0) {
    links.project = await ctx.ask.search('Project:', (typed) => [
      ...none(typed),
      ...closest(typed, projects, ({ name }) => name).map(({ id, name }) => ({ value: id, name })),
    ])
  }
  if (given.assignee === undefined && people.length > 0) {
    const textOf = ({ name, email }: (typeof people)[number]) => `${name} <${email}>`
    links.assignee = await ctx.ask.search('Assignee:', (typed) => [
      ...none(typed),
      ...closest(typed, people, textOf).map((person) => ({ value: person.id, name: textOf(person) })),
    ])
  }
  return links
}

/** The word by which flags unset a field. */
function none(typed: string): SearchChoice<string | null>[] {
  return 'none'.startsWith(typed.trim().toLowerCase()) ? [{ value: null, name: 'none' }] : []
}
