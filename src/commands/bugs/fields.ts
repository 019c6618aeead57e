import type { Command } from 'commander'
import type { NewBug } from '../../data/bugs/create-bug.js'
import type { Db } from '../../data/client.js'
import { getProjectByName, getUserByName } from '../../data/names.js'
import { severities, statuses, type BugSeverity, type BugStatus } from '../../domain/bug.js'
import { parseMoney } from '../../domain/money.js'
import { UsageError } from '../../errors.js'
import { me } from '../bug-filter.js'
import type { Context } from '../context.js'
import { choice, integerBetween } from '../options.js'

/** A flag for every field that people set; `none` unsets. */
export interface FieldOptions {
  title?: string
  description?: string
  severity?: BugSeverity
  status?: BugStatus
  project?: string
  assignee?: string
  creator?: string
  slaHours?: number
  businessImpact?: string
  revenueImpact?: string
  blocker?: boolean
  estimatedHours?: string
  actualHours?: string
  priority?: number | 'auto'
}

export function addFieldOptions(command: Command): Command {
  return command
    .optionsGroup('Fields (none unsets):')
    .option('--title <text>', 'what is wrong, in one line')
    .option('--description <text>', 'what happens, what should happen')
    .option('-s, --severity <severity>', severities.join(' | '), choice('severity', severities))
    .option('--status <status>', statuses.join(' | '), choice('status', statuses))
    .option('-p, --project <project>', 'name, prefix or URL')
    .option('-a, --assignee <user>', 'email, its local part, or @me')
    .option('--creator <user>', 'who reported it; the acting user unless given')
    .option(
      '--sla-hours <n>',
      'hours the clock may run; by severity unless given',
      integerBetween(1, 1_000_000),
    )
    .option('--business-impact <text>', 'what it does to the business')
    .option('--revenue-impact <money>', 'money lost per day', (value) => orNone(value, money))
    .option('--blocker', 'others wait for it')
    .option('--no-blocker', 'nobody waits for it')
    .option('--estimated-hours <n>', 'how long it may take', (value) => orNone(value, hours))
    .option('--actual-hours <n>', 'how long it took', (value) => orNone(value, hours))
    .option('--priority <n>', '0 to 100 pins the score, auto computes it', priorityOf)
}

export type NamedFields = Partial<Omit<NewBug, 'priority'>> & Pick<NewBug, 'priority'>

/** The flags as fields, with people and projects looked up. Only what was given is there. */
export async function fieldsOf(db: Db, ctx: Context, options: FieldOptions): Promise<NamedFields> {
  const { project, assignee, creator, blocker, ...plain } = options
  const person = async (name: string) => (name === '@me' ? me(db, ctx) : (await getUserByName(db, name)).id)
  const named = async (name: string | undefined, find: (name: string) => Promise<string>) =>
    name === undefined ? undefined : unset(name) ? null : await find(name)
  if (plain.title?.trim() === '') throw new UsageError('a bug needs a title')
  return {
    title: plain.title,
    description: textOrNone(plain.description),
    severity: plain.severity,
    status: plain.status,
    slaHours: plain.slaHours,
    businessImpact: textOrNone(plain.businessImpact),
    revenueImpact: textOrNone(plain.revenueImpact),
    estimatedHours: textOrNone(plain.estimatedHours),
    actualHours: textOrNone(plain.actualHours),
    priority: plain.priority,
    isBlocker: blocker,
    projectId: await named(project, async (name) => (await getProjectByName(db, name)).id),
    assignedToId: await named(assignee, person),
    createdById: await named(creator, person),
  } as NamedFields
}

function unset(value: string): boolean {
  return value.toLowerCase() === 'none'
}

function textOrNone(value: string | undefined): string | null | undefined {
  return value === undefined ? undefined : unset(value) ? null : value
}

function orNone(value: string, parse: (value: string) => string): string {
  return unset(value) ? value : parse(value)
}

function money(value: string): string {
  return parseMoney(value, { digits: 14 })
}

function hours(value: string): string {
  return parseMoney(value, { digits: 10 })
}

function priorityOf(value: string): number | 'auto' {
  return value.toLowerCase() === 'auto' ? 'auto' : integerBetween(0, 100)(value)
}
