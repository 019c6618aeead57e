import { monthSpans } from '../../domain/month.js'
import { restateCommand } from '../../views/month.js'

interface ClosedMonths {
  /** `2026-10-01` */
  closedMonths: readonly string[]
}

/** Which closed months no longer have the figures that were stored for them, and how to store them again. */
export function closedMonthsRemarks(
  { closedMonths }: ClosedMonths,
  { dryRun, action = 'import' }: { dryRun: boolean; action?: 'import' | 'undo' },
): string[] {
  if (closedMonths.length === 0) return []
  const months = monthSpans(closedMonths).join(', ')
  const stored = `the stored figures of ${months}`
  return dryRun
    ? [`this ${action} would change bugs of closed months; ${stored} would stay as they are`]
    : [
        `this ${action} changed bugs of closed months; ${stored} stay as they were → ${restateCommand(closedMonths)}`,
      ]
}
