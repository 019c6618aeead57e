import type { Command } from 'commander'
import type { NewBug } from '../../data/bugs/create-bug.js'
import type { Db } from '../../engine/client.js'
import { getByName } from '../../data/names.js'
import { severities, statuses, type BugSeverity, type BugStatus } from '../../domain/bug.js'
import { labelSet } from '../../domain/label-set.js'
import { parseMoney } from '../../domain/money.js'
import { isUnseen } from '../../domain/text.js'
import { UsageError } from '../../errors.js'
import { personNamed } from '../../flags/people.js'
import type { Context } from '../../context.js'
import { choice, integerBetween, list } from '../../flags/options.js'

/** A flag for every field that people set; null unsets. */
export interface FieldOptions {
  title?: string
  description?: string | null
  severity?: BugSeverity
  status?: BugStatus
  project?: string | null
  assignee?: string | null
  creator?: string | null
  slaHours?: number
  businessImpact?: string | null
  revenueImpact?: string | null
  label?: readonly string[]
  blocker?: boolean
  estimatedHours?: string | null
  actualHours?: string | null
  priority?: number | 'auto'
}

export function addFieldOptions(command: Command): Command {
  return command
    .optionsGroup('Fields (none unsets):')
    .option('--title <text>', 'what is wrong, in one line')
    .option('--description <text>', 'what happens, what should happen')
    .option('-s, --severity <severity>', severities.join(' | '), fieldParsers.severity)
    .option('--status <status>', statuses.join(' | '), fieldParsers.status)
    .option('-p, --project <project>', 'name, prefix or URL')
    .option('-a, --assignee <user>', 'email, its local part, or @me')
    .option('--creator <user>', 'who reported it; the acting user unless given')
    .option('--sla-hours <n>', 'hours the clock may run; by severity unless given', fieldParsers.slaHours)
    .option('--business-impact <text>', 'what it does to the business')
    .option('--revenue-impact <money>', 'money lost per day', orNone(fieldParsers.money))
    .option('--label <labels>', 'all its labels; repeats', list)
    .option('--blocker', 'others wait for it')
    .option('--no-blocker', 'not a blocker')
    .option('--estimated-hours <n>', 'how long it may take', orNone(fieldParsers.hours))
    .option('--actual-hours <n>', 'how long it took', orNone(fieldParsers.hours))
    .option('--priority <n>', '0 to 100 pins the score, auto computes it', fieldParsers.priority)
}

/** From text to what a field holds; flags, JSON and edited text go through the same. */
export const fieldParsers = {
  severity: choice('severity', severities),
  status: choice('status', statuses),
  slaHours: integerBetween(1, 1_000_000),
  money: (value: string) => parseMoney(value, { digits: 14 }),
  hours: (value: string) => parseMoney(value, { digits: 10 }),
  priority: (value: string): number | 'auto' =>
    value.toLowerCase() === 'auto' ? 'auto' : integerBetween(0, 100)(value),
}

export type NamedFields = Partial<Omit<NewBug, 'priority'>> & Pick<NewBug, 'priority'>

/** Who and what a name means: an id. */
export interface Finder {
  project(name: string): Promise<string>
  person(name: string): Promise<string>
}

export function finderIn(db: Db, ctx: Context): Finder {
  return {
    project: async (name) => (await getByName(db, 'project', name)).id,
    person: (name) => personNamed(db, ctx, name),
  }
}

/** The flags as fields, with people and projects looked up. Only what was given is there. */
export async function fieldsOf(find: Finder, options: FieldOptions): Promise<NamedFields> {
  const { project, assignee, creator, blocker, label, ...plain } = options
  const named = async (name: string | null | undefined, lookUp: (name: string) => Promise<string>) =>
    name === undefined || name === null ? name : await lookUp(name)
  if (plain.title !== undefined && isUnseen(plain.title)) throw new UsageError('a bug needs a title')
  return {
    title: plain.title,
    description: plain.description,
    severity: plain.severity,
    status: plain.status,
    slaHours: plain.slaHours,
    businessImpact: plain.businessImpact,
    revenueImpact: plain.revenueImpact,
    estimatedHours: plain.estimatedHours,
    actualHours: plain.actualHours,
    priority: plain.priority,
    isBlocker: blocker,
    labels: label && labelSet(label),
    projectId: await named(project, find.project),
    assignedToId: await named(assignee, find.person),
    createdById: await named(creator, find.person),
  } as NamedFields
}

/** commander has no null for what a parser returns: `flagFields` unsets such fields afterwards. */
function orNone(parse: (value: string) => string): (value: string) => string {
  return (value) => (isNone(value) ? value : parse(value))
}

/** The flags, with null for none; a title may be that word. */
export function flagFields(flags: FieldOptions): FieldOptions {
  const { title, ...others } = flags
  const fields = Object.entries(others).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' && isNone(value)
      ? null
      : name === 'label'
        ? withoutNone(value as string[])
        : value,
  ])
  return { ...(title !== undefined && { title }), ...(Object.fromEntries(fields) as FieldOptions) }
}

function withoutNone(labels: readonly string[]): string[] {
  return labels.filter((label) => !isNone(label))
}

function isNone(value: string): boolean {
  return value.toLowerCase() === 'none'
}
