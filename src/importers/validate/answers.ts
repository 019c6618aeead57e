import { severities, statuses } from '../../domain/bug.js'
import { nearest } from '../../domain/nearest.js'
import { projectStatuses } from '../../domain/project.js'
import { userRoles } from '../../domain/user.js'
import { UsageError } from '../../errors.js'
import type { ImportType } from '../../domain/kinds.js'
import { valueKey } from '../spelling.js'

/** The user's mapping of values: field → comparable word → our value. Grows with the answers to `ask`. */
export type Answers = ReadonlyMap<string, Map<string, string>>

export const yesNo = ['yes', 'no'] as const

const choices: Readonly<Record<ImportType, Readonly<Record<string, readonly string[]>>>> = {
  bugs: { severity: severities, status: statuses, isBlocker: yesNo, archived: yesNo },
  projects: { status: projectStatuses, archived: yesNo },
  users: { role: userRoles, isActive: yesNo },
  metrics: {},
}

/** The values that a field can have. */
export function choicesOf(type: ImportType, field: string): readonly string[] {
  return choices[type][field] ?? []
}

/** Validates `--map status.Done=shipped`. Throws USAGE. */
export function readAnswers(
  type: ImportType,
  given: Readonly<Record<string, Readonly<Record<string, string>>>>,
): Answers {
  for (const field of Object.keys(given)) {
    if (choices[type][field] !== undefined) continue
    throw new UsageError(`${type} have no field "${field}" whose values can be mapped`, {
      hint: `fields with values: ${Object.keys(choices[type]).join(', ')}`,
    })
  }
  return new Map(
    Object.entries(choices[type]).map(([field, ours]) => {
      const table = Object.entries(given[field] ?? {})
      return [
        field,
        new Map(table.map(([word, value]) => [valueKey(word), requireChoice(field, value, ours)])),
      ]
    }),
  )
}

/** The answers for one field; `readAnswers` has checked the values. */
export function answersOf<Ours extends string>(answers: Answers, field: string): ReadonlyMap<string, Ours> {
  const found: ReadonlyMap<string, string> = answers.get(field) ?? new Map<string, string>()
  return found as ReadonlyMap<string, Ours>
}

function requireChoice(field: string, value: string, ours: readonly string[]): string {
  const choice = ours.find((known) => valueKey(known) === valueKey(value))
  if (choice !== undefined) return choice
  const suggestion = nearest(value, ours)
  throw new UsageError(`no ${field} "${value}"`, {
    reason: suggestion === null ? undefined : `did you mean "${suggestion}"?`,
    hint: `one of ${ours.join(', ')}`,
  })
}
