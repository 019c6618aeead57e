import type { BugStatus } from '../../domain/bug.js'
import type { SourceRules } from './source-rules.js'
import { isAbsent, valueKey } from '../spelling.js'
import { type Translator, translator } from './translator.js'
import { closingResolutions, commonStatuses } from './words.js'

/** The source's status of a bug. Missing columns are empty texts. */
export interface StatusWords {
  status: string
  category: string
  resolution: string
}

/** Null: the source has no status. Undefined: it has an unknown one. */
export type StatusReader = (words: StatusWords) => BugStatus | null | undefined

/** An answer for the resolution decides, then the exact status, then its category, then the resolution. */
export function statusReader(preset: SourceRules, answers: ReadonlyMap<string, BugStatus>): StatusReader {
  const statusOf = translator<BugStatus>([commonStatuses, preset.statuses], answers)
  const resolutionOf = translator<BugStatus>([commonStatuses, { closed: closingResolutions }], answers)
  const finalWhenResolved = new Set((preset.closedWhenResolved ?? []).map(valueKey))

  return ({ status, category, resolution }) => {
    const resolved = !isAbsent(resolution) && valueKey(resolution) !== 'unresolved'
    if (preset.answersForResolutions === true) {
      const answer = answers.get(valueKey(resolution))
      if (answer !== undefined) return answer
    }
    if (!isAbsent(status)) {
      if (resolved && finalWhenResolved.has(valueKey(status)) && !answers.has(valueKey(status)))
        return 'closed'
      const exact = statusOf(status)
      if (exact !== undefined) return exact
    }
    const fallback = known(statusOf, category) ?? (resolved ? resolutionOf(resolution) : undefined)
    if (fallback !== undefined) return fallback
    return isAbsent(status) && isAbsent(category) && !resolved ? null : undefined
  }
}

function known(translate: Translator<BugStatus>, word: string): BugStatus | undefined {
  return isAbsent(word) ? undefined : translate(word)
}
