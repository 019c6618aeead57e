import { nearestChoice } from '../../domain/nearest-choice.js'
import { UsageError } from '../../errors.js'
import type { Check } from './check.js'
import { activityChecks } from './activity-checks.js'
import { backupChecks } from './backup-checks.js'
import { connectionChecks } from './connection-checks.js'
import { dataChecks } from './data-checks.js'
import { schemaChecks } from './schema-checks.js'
import { selfChecks } from './self-checks.js'
import { storageChecks } from './storage-checks.js'

/** All of them, in the order in which they are made and shown. */
export const checks: readonly Check[] = [
  ...connectionChecks,
  ...schemaChecks,
  ...activityChecks,
  ...storageChecks,
  ...backupChecks,
  ...dataChecks,
  ...selfChecks,
]

interface Choice {
  only?: readonly string[] | undefined
  skip?: readonly string[] | undefined
}

/** Those of these ids and areas. @throws UsageError for a name that is neither */
export function chooseChecks({ only, skip = [] }: Choice): readonly Check[] {
  const names = [...new Set(checks.flatMap(({ id }) => [areaOf(id), id]))]
  for (const name of [...(only ?? []), ...skip]) {
    if (names.includes(name)) continue
    const meant = nearestChoice(name, names)
    throw new UsageError(`no check or area "${name}"`, {
      reason: meant === null ? undefined : `did you mean "${meant}"?`,
      hint: `areas: ${names.filter((each) => !each.includes('.')).join(', ')}`,
    })
  }
  const isIn = (list: readonly string[], id: string) => list.includes(id) || list.includes(areaOf(id))
  return checks.filter(({ id }) => (only === undefined || isIn(only, id)) && !isIn(skip, id))
}

function areaOf(id: string): string {
  return id.split('.')[0] ?? id
}
