import type { ImportType } from '../../domain/kinds.js'
import { outlineImport, type ImportOutline, type ImportRequest } from './outline.js'
import type { PlanQuestions } from './plan-questions.js'
import { decimalKeysRemark, settleKeys } from './decimal-keys.js'
import { dateColumnsOf, openDates, settleDates, type SettledDates } from './plan-dates.js'
import { numberColumnsOf, settleNumbers } from './plan-numbers.js'
import { type Survey, surveyFile } from './survey.js'
import { remarksOnChoice } from '../validate/word-count.js'
import type { DateColumn } from '../validate/date-column.js'
import type { ReadDecimal } from '../validate/decimals.js'
import type { Source } from '../csv/source.js'

/** Everything that is determined before the first record is loaded. */
export interface ImportPlan<Type extends ImportType = ImportType> extends ImportOutline<Type>, SettledDates {
  /** The user's answer about ambiguous dates. */
  dateAnswer: string | null
  /** By position: columns whose number format differs from `readDecimal`. */
  columnDecimals: ReadonlyMap<number, ReadDecimal>
  survey: Survey
  /** Whether only the beginning of the file is read, for a trial. */
  onlyBeginning?: true
}

/** Reads the whole file to plan its import; writes nothing. Throws the errors of `outlineImport` and `completePlan`. */
export async function planImport<Type extends ImportType>(
  source: Source,
  request: ImportRequest<Type>,
): Promise<ImportPlan<Type>> {
  return completePlan(await outlineImport(source, request), request.questions)
}

/**
 * Completes a plan by reading the whole file. Throws BAD_FILE, AMBIGUOUS for dates that can be read two ways, and USAGE for a
 * filter whose words no record has.
 */
export async function completePlan<Type extends ImportType>(
  outline: ImportOutline<Type>,
  questions?: PlanQuestions,
): Promise<ImportPlan<Type>> {
  const dates = dateColumnsOf(outline)
  const numbers = numberColumnsOf(outline)
  const survey = await surveyFile({ ...outline, dates, numbers })
  const warnings = [
    ...outline.warnings,
    ...remarksOnChoice(outline.source.name, survey),
    ...survey.remarks,
    ...(survey.hasDecimalKeys ? [decimalKeysRemark] : []),
  ]
  const dateAnswer = outline.dateFormat === null ? await askForDates(dates, questions) : null
  const settled = settleDates(outline, dates, { format: dateAnswer ?? outline.dateFormat })
  const keyOf = settleKeys(outline.keyOf, survey)
  return {
    ...outline,
    keyOf,
    warnings,
    ...settled,
    dateAnswer,
    columnDecimals: settleNumbers(numbers),
    survey,
  }
}

/** Null if no date is ambiguous or no question can be asked: then `settleDates` throws. */
async function askForDates(
  dates: ReadonlyMap<number, DateColumn>,
  questions: PlanQuestions | undefined,
): Promise<string | null> {
  const open = openDates(dates)
  if (open === null || questions === undefined) return null
  return questions.dateFormat(open.header, open.examples, open.orders)
}
