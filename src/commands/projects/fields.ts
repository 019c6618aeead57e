import type { Command } from 'commander'
import { DateTime } from 'luxon'
import type { NewProject } from '../../data/projects/projects.js'
import { parseDecimal, parseMoney } from '../../domain/money.js'
import { normaliseGithubUrl, projectStatuses } from '../../domain/project.js'
import { UsageError } from '../../errors.js'
import { choice, integerBetween, list, wholeNumber } from '../options.js'

/** A flag for every column that people set. */
export type FieldOptions = Partial<Omit<NewProject, 'lastCommit'>> & { lastCommit?: string }

export function addFieldOptions(command: Command): Command {
  return command
    .optionsGroup('What it is:')
    .option('--name <text>', 'what people call it')
    .option('--description <text>', 'what it does')
    .option('--github-url <url>', 'its repository, in any form', normaliseGithubUrl)
    .option('--demo-url <url>', 'where it can be seen')
    .option('--language <name>', 'programming language')
    .option('--tags <list>', 'separated by commas', list)
    .option('--stars <n>', 'on GitHub', wholeNumber)
    .option('--forks <n>', 'on GitHub', wholeNumber)
    .option('--last-commit <time>', '2026-01-31 or 2026-01-31T17:00:00Z')
    .option('--status <status>', projectStatuses.join(' | '), choice('status', projectStatuses))
    .optionsGroup('Money:')
    .option('--arr <money>', 'annual recurring revenue', money)
    .option('--year1-revenue <money>', 'expected in the first year', money)
    .option('--year3-revenue <money>', 'expected in the third year', money)
    .option('--roi-score <n>', 'return on investment, may be negative', ratio)
    .option('--dcf-valuation <money>', 'discounted cash flow, may be negative', valuation)
    .option('--monthly-infra-cost <money>', 'servers and services a month', money)
    .optionsGroup('Market:')
    .option('--tam <money>', 'total addressable market', market)
    .option('--sam <money>', 'serviceable addressable market', market)
    .option('--som-year3 <money>', 'market obtained in the third year', market)
    .option('--traction-mrr <money>', 'monthly recurring revenue', money)
    .option('--margin-percent <n>', 'may be negative', ratio)
    .optionsGroup('Effort and progress:')
    .option('--complexity <n>', '1 to 5', integerBetween(1, 5))
    .option('--client-appeal <n>', '0 to 10', integerBetween(0, 10))
    .option('--current-milestone <n>', 'reached so far', wholeNumber)
    .option('--total-milestones <n>', 'in all', wholeNumber)
}

/**
 * The flags as fields; a time without an offset is one of `zone`.
 *
 * @throws UsageError for what is no time, and where more milestones are reached than there are
 */
export function fieldsOf({ lastCommit, ...fields }: FieldOptions, zone: string): Partial<NewProject> {
  const { currentMilestone = 0, totalMilestones = 0 } = fields
  if (currentMilestone > totalMilestones) {
    throw new UsageError(`milestone ${currentMilestone} of ${totalMilestones} cannot be reached`, {
      hint: `add --total-milestones ${currentMilestone}`,
    })
  }
  return { ...fields, ...(lastCommit !== undefined && { lastCommit: moment(lastCommit, zone) }) }
}

function money(value: string): string {
  return parseMoney(value, { digits: 14 })
}

function market(value: string): string {
  return parseMoney(value, { digits: 18 })
}

function valuation(value: string): string {
  return parseMoney(value, { digits: 18, negative: true })
}

function ratio(value: string): string {
  return parseDecimal(value, { digits: 9, fraction: 4, negative: true })
}

function moment(value: string, zone: string): Date {
  const time = DateTime.fromISO(value.trim(), { zone })
  if (time.isValid) return time.toJSDate()
  throw new UsageError(`"${value}" is not a time`, { hint: 'write 2026-01-31 or 2026-01-31T17:00:00Z' })
}
