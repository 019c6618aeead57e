import type { Preset } from './preset.js'
import { generic } from './generic.js'

const { externalId, ...fields } = generic.bugs

/** Our own CSV of `cto bugs list`, edited and brought back: it changes the bugs that have these numbers. */
export const cto: Preset = {
  name: 'cto',
  title: 'cto',
  bugs: { externalId: ['bugNumber'], ...fields },
  formulaGuard: "'",
  distinctiveHeaders: ['bugNumber'],
  needsDistinctiveHeader: true,
  vocabulary: {
    severity: ['critical', 'high', 'medium', 'low'],
    status: ['pending', 'in_progress', 'verified', 'shipped', 'closed', 'deferred'],
  },
}
