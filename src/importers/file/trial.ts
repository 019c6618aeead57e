import { CtoError } from '../../errors.js'
import type { ImportOutline } from './outline.js'
import type { ImportType } from '../../domain/kinds.js'
import type { MaxErrors } from './max-errors.js'
import type { ImportPlan } from './plan.js'
import { settleKeys } from './decimal-keys.js'
import { dateColumnsOf, settleDates } from './plan-dates.js'
import { numberColumnsOf, settleNumbers } from './plan-numbers.js'
import { noRejects } from '../csv/rejects.js'
import { ImportRun } from './run.js'
import { surveyFile } from './survey.js'

export interface TrialOptions {
  maxErrors: MaxErrors | undefined
  /** Whether unknown values will be asked about: they are not errors yet. */
  mayAsk: boolean
}

export interface Refusal<Type extends ImportType = ImportType> {
  error: CtoError
  run: ImportRun<Type>
}

/**
 * Validates the beginning of a file, without a database, so that a file of the wrong kind is rejected early. Null if the
 * file may still be acceptable, and for a short file, whose import reports all problems at once.
 */
export async function tryBeginning<Type extends ImportType>(
  outline: ImportOutline<Type>,
  { maxErrors, mayAsk }: TrialOptions,
): Promise<Refusal<Type> | null> {
  if (outline.isShort) return null
  const plan = await planOfBeginning(outline)
  const defaultUnknown = plan.defaultUnknown || mayAsk
  const run = new ImportRun({ ...plan, defaultUnknown }, { rejects: noRejects, maxErrors })
  try {
    await drain(run.batches())
    return null
  } catch (error) {
    if (error instanceof CtoError && error.code === 'TOO_MANY_REJECTS') return { error, run }
    throw error
  }
}

/** Dates use the format that reads the most of them here: no other would reject fewer. */
async function planOfBeginning<Type extends ImportType>(
  outline: ImportOutline<Type>,
): Promise<ImportPlan<Type>> {
  const dates = dateColumnsOf(outline)
  const numbers = numberColumnsOf(outline)
  const survey = await surveyFile({ ...outline, dates, numbers, onlyBeginning: true })
  const settled = settleDates(outline, dates, { format: outline.dateFormat, mayBeOpen: true })
  const columnDecimals = settleNumbers(numbers)
  const keyOf = settleKeys(outline.keyOf, survey)
  return { ...outline, keyOf, ...settled, dateAnswer: null, columnDecimals, survey, onlyBeginning: true }
}

async function drain(batches: AsyncGenerator): Promise<void> {
  for (;;) if ((await batches.next()).done === true) return
}
