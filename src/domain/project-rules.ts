import { CtoError } from '../errors.js'
import { compareDecimals } from './money.js'

/** The inputs of the rules. Amounts and ratios are decimal strings; null or absent values break no rule. */
export interface ProjectFigures {
  tam?: string | null | undefined
  sam?: string | null | undefined
  somYear3?: string | null | undefined
  marginPercent?: string | null | undefined
  currentMilestone?: number | undefined
  totalMilestones?: number | undefined
}

/** A rule that the constraint of a single column cannot express. */
interface Rule {
  fields: readonly (keyof ProjectFigures)[]
  /** The message if the rule is broken, else null. */
  broken(project: ProjectFigures): string | null
  hint: string
}

const rules: readonly Rule[] = [
  market('sam', 'SAM', 'tam', 'TAM'),
  market('somYear3', 'SOM', 'sam', 'SAM'),
  market('somYear3', 'SOM', 'tam', 'TAM'),
  {
    fields: ['marginPercent'],
    broken: ({ marginPercent: margin }) =>
      margin && compareDecimals(margin, '100.0000') > 0 ? `a margin of ${margin} % is more than 100 %` : null,
    hint: 'the margin is a part of the revenue: at most 100',
  },
  {
    fields: ['currentMilestone', 'totalMilestones'],
    broken: ({ currentMilestone: reached = 0, totalMilestones: total = 0 }) =>
      reached > total ? `milestone ${reached} of ${total} cannot be reached` : null,
    hint: 'give both --current-milestone and --total-milestones',
  },
]

/** Every field that a rule is about. */
export const ruledFields = [...new Set(rules.flatMap(({ fields }) => fields))]

/**
 * Rejects a project that breaks a rule about a field that is being set. Broken rules about other fields, stored by other
 * programs, do not block the change.
 *
 * @throws CtoError INVALID_VALUE
 */
export function requireSoundProject(project: ProjectFigures, set: readonly string[]): void {
  for (const { fields, broken, hint } of rules) {
    const message = fields.some((field) => set.includes(field)) ? broken(project) : null
    if (message !== null) throw new CtoError('INVALID_VALUE', message, { hint, data: { field: fields[0] } })
  }
}

type MarketField = 'tam' | 'sam' | 'somYear3'

/** Each market is a part of the wider one. */
function market(part: MarketField, partName: string, whole: MarketField, wholeName: string): Rule {
  return {
    fields: [part, whole],
    broken: (project) => {
      const [smaller, larger] = [project[part], project[whole]]
      return smaller && larger && compareDecimals(smaller, larger) > 0
        ? `the ${partName} of ${smaller} is larger than the ${wholeName} of ${larger}`
        : null
    },
    hint: 'TAM ≥ SAM ≥ SOM: each market is a part of the previous one',
  }
}
