import type { RepositoryRead } from '../../importers/github/read-repository.js'
import type { Effects } from '../../importers/load/effects.js'
import type { GoneBug } from '../../shapes/repository-import.js'
import type { Context } from '../../context.js'
import { closedMonthsRemarks } from './closed-months.js'
import {
  keepingText,
  overwrittenRemark,
  releasedRemark,
  renamedRemark,
  unknownLabels,
  unknownLabelsRemark,
} from './report.js'

/** Notes on what an import of a repository left out, overwrote or kept. */
export function reportRemarks(
  ctx: Context,
  { name, tally, unmatched }: RepositoryRead,
  effects: Effects,
  importId: string | null,
): void {
  const { overwrittenFields, keptFields, renamed, released } = effects
  if (unmatched !== null) ctx.out.notice(`${name}: ${unmatched}`)
  const labels = unknownLabels(tally)
  if (labels.count > 0) ctx.out.notice(`${name}: ${unknownLabelsRemark}: ${labels.count}${labels.which}`)
  for (const remark of closedMonthsRemarks(effects, ctx.line.flags)) ctx.out.notice(`${name}: ${remark}`)
  const remarks: [what: string, count: number, fix?: string][] = [
    ['unknown logins left empty', tally.strangers],
    [overwrittenRemark, overwrittenFields, keepingText(importId)],
    ['fields changed in cto and kept', keptFields],
    ['issues rejected', tally.rejected],
    [renamedRemark, renamed],
    [releasedRemark, released],
  ]
  for (const [what, count, fix = ''] of remarks)
    if (count > 0) ctx.out.notice(`${name}: ${what}: ${count}${fix}`)
}

/** What became of each bug whose issue is gone. */
export function reportGone(ctx: Context, { name }: RepositoryRead, gone: readonly GoneBug[]): void {
  for (const { bugNumber, externalId, movedTo, outcome } of gone) {
    const bug = `${name}: ${bugNumber} (${externalId})`
    const end = outcome === 'kept' ? 'kept → --gone defer or close' : outcome
    if (outcome === 'renamed') ctx.out.notice(`${bug} is ${String(movedTo)} now`)
    else if (movedTo === null) ctx.out.notice(`${bug} is gone: ${end}`)
    else ctx.out.notice(`${bug} is ${movedTo} now, which is stored already: ${end}`)
  }
}
