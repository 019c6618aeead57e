import type { ImportType } from '../../domain/kinds.js'
import { outlineImport, type ImportOutline, type ImportRequest, type PlanQuestions } from './outline.js'
import { dateColumnsOf, openDates, settleDates } from './plan-dates.js'
import { numberColumnsOf, settleNumbers } from './plan-numbers.js'
import { type Survey, surveyFile } from './survey.js'
import type { DateColumn } from '../validate/date-column.js'
import type { DateFormat } from '../validate/dates.js'
import type { ReadDecimal } from '../validate/decimals.js'
import type { Source } from '../csv/source.js'

/** Everything that is settled before the first record is loaded. */
export interface ImportPlan<Type extends ImportType = ImportType> extends ImportOutline<Type> {
  /** By position, or by our column where it is a constant; null where no value could be read. */
  dateFormats: ReadonlyMap<number | string, DateFormat | null>
  /** What the user answered, where the dates leave a doubt. */
  dateAnswer: string | null
  /** By position: how a column writes its numbers, where that differs from `readDecimal`. */
  columnDecimals: ReadonlyMap<number, ReadDecimal>
  survey: Survey
  /** Whether no more than the beginning of the file is read, to try it. */
  onlyBeginning?: true
}

/** Looks the whole file over. Nothing is written. Throws what `outlineImport` and `completePlan` throw. */
export async function planImport<Type extends ImportType>(
  source: Source,
  request: ImportRequest<Type>,
): Promise<ImportPlan<Type>> {
  return completePlan(await outlineImport(source, request), request.questions)
}

/** Settles what only the whole file can tell. Throws BAD_FILE, and AMBIGUOUS for dates that can be read two ways. */
export async function completePlan<Type extends ImportType>(
  outline: ImportOutline<Type>,
  questions?: PlanQuestions,
): Promise<ImportPlan<Type>> {
  const dates = dateColumnsOf(outline)
  const numbers = numberColumnsOf(outline)
  const survey = await surveyFile({ ...outline, dates, numbers })
  const dateAnswer = outline.dateFormat === null ? await askForDates(dates, questions) : null
  const dateFormats = settleDates(outline, dates, { said: dateAnswer ?? outline.dateFormat })
  return { ...outline, dateFormats, dateAnswer, columnDecimals: settleNumbers(numbers), survey }
}

/** Null where nothing is open, or nobody can be asked: then settling the dates says what is missing. */
async function askForDates(
  dates: ReadonlyMap<number, DateColumn>,
  questions: PlanQuestions | undefined,
): Promise<string | null> {
  const open = openDates(dates)
  return open === null || questions === undefined ? null : questions.dateFormat(open.header, open.examples)
}
