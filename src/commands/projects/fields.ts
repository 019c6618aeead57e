import type { Command } from 'commander'
import type { NewProject } from '../../data/projects/change-projects.js'
import { parseDecimal, parseMoney } from '../../domain/money.js'
import { normaliseGithubUrl, projectStatuses } from '../../domain/project.js'
import { isUnseen } from '../../domain/text.js'
import { parsePast, type Clock } from '../../domain/time.js'
import { UsageError } from '../../errors.js'
import { choice, integerBetween, list, wholeNumber } from '../../flags/options.js'

/** A flag for every column that people set, as it stood on the line; `none` unsets. */
export type FieldOptions = Partial<Omit<NewProject, 'lastCommit'>> & { lastCommit?: string }

/** Commander makes a null of a parser an empty text, so the word stays until all is read. */
type None = 'none'

export function addFieldOptions(command: Command): Command {
  return command
    .optionsGroup('What it is (none unsets):')
    .option('--name <text>', 'what people call it', projectName)
    .option('--description <text>', 'what it does', orNone(String))
    .option('--github-url <url>', 'its repository, in any form', orNone(normaliseGithubUrl))
    .option('--demo-url <url>', 'where it can be seen', orNone(String))
    .option('--language <language>', 'programming language', orNone(String))
    .option('--tags <tags>', 'separated by commas', tagList)
    .option('--stars <n>', 'on GitHub', orNone(wholeNumber))
    .option('--forks <n>', 'on GitHub', orNone(wholeNumber))
    .option('--last-commit <time>', '2026-01-31 or 2026-01-31T17:00:00Z')
    .option('--status <status>', projectStatuses.join(' | '), choice('status', projectStatuses))
    .optionsGroup('Money (none unsets):')
    .option('--arr <money>', 'annual recurring revenue', orNone(money))
    .option('--year1-revenue <money>', 'expected in the first year', orNone(money))
    .option('--year3-revenue <money>', 'expected in the third year', orNone(money))
    .option('--roi-score <n>', 'return on investment, may be negative', orNone(ratio))
    .option('--dcf-valuation <money>', 'discounted cash flow, may be negative', orNone(valuation))
    .option('--monthly-infra-cost <money>', 'servers and services a month', orNone(money))
    .optionsGroup('Market, TAM ≥ SAM ≥ SOM (none unsets):')
    .option('--tam <money>', 'total addressable market', orNone(market))
    .option('--sam <money>', 'serviceable addressable market', orNone(market))
    .option('--som-year3 <money>', 'market obtained in the third year', orNone(market))
    .option('--traction-mrr <money>', 'monthly recurring revenue', orNone(money))
    .option('--margin-percent <n>', 'at most 100, may be negative', orNone(ratio))
    .optionsGroup('Effort and progress (none unsets):')
    .option('--complexity <n>', '1 to 5', orNone(integerBetween(1, 5)))
    .option('--client-appeal <n>', '0 to 10', orNone(integerBetween(0, 10)))
    .option('--current-milestone <n>', 'reached so far', wholeNumber)
    .option('--total-milestones <n>', 'in all', wholeNumber)
}

/** The flags as fields; a time without an offset is one of the zone. @throws CtoError INVALID_VALUE for a wrong time */
export function fieldsOf(options: FieldOptions, clock: Clock): Partial<NewProject> {
  const { name, lastCommit, ...rest } = options
  const fields = Object.entries(rest).map(([field, value]) => [field, value === 'none' ? null : value])
  return {
    ...(Object.fromEntries(fields) as Partial<NewProject>),
    ...(name !== undefined && { name }),
    ...(lastCommit !== undefined && { lastCommit: isNone(lastCommit) ? null : parsePast(lastCommit, clock) }),
  }
}

/** A parser of a flag whose column may be empty. */
function orNone<T>(parse: (value: string) => T): (value: string) => T | None {
  return (value) => (isNone(value) ? 'none' : parse(value))
}

function isNone(value: string): boolean {
  return value.trim().toLowerCase() === 'none'
}

/** Trimmed. @throws UsageError for a blank one */
export function projectName(value: string): string {
  if (isUnseen(value)) throw new UsageError('a project needs a name')
  return value.trim()
}

function tagList(value: string, previous: readonly string[] = []): string[] {
  return isNone(value) ? [] : list(value, previous)
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
