import type { Check } from './check.js'
import { examineDamage } from './damage-check.js'
import { examineFolder } from './folder.js'
import { examineSettings } from './settings-check.js'
import { examineSlowStatements } from './slow-statements-check.js'
import { tableChecksWith } from './table-checks.js'
import { usualTolerance, type Tolerance } from './tolerance.js'
import { upkeepChecksWith } from './upkeep-checks.js'

export const storageChecks = storageChecksWith(usualTolerance)

export function storageChecksWith(tolerated: Tolerance): readonly Check[] {
  return [
    ...tableChecksWith(tolerated),
    ...upkeepChecksWith(tolerated),
    { id: 'store.settings', severity: 'error', examine: examineSettings },
    { id: 'store.damage', severity: 'error', examine: examineDamage },
    { id: 'store.slow', severity: 'info', examine: examineSlowStatements },
    { id: 'store.folder', severity: 'warn', examine: examineFolder },
  ]
}
