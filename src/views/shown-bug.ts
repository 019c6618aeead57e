import type { Bug } from '../data/bugs/bugs.js'
import { ageDays, isOpen } from '../domain/bug.js'
import { urgency } from '../domain/priority.js'
import { slaState } from '../domain/sla.js'
import { empty, minuteIn, type Look, type RecordView } from '../output/field.js'
import type { ShownBug } from '../shapes/bug.js'
import { bugView } from './bug.js'
import { deploymentName } from './deployment.js'
import { fieldLabel } from './field-label.js'
import { personBrief } from './person.js'
import { slaUseText } from './sla.js'
import { termsText } from './urgency-terms.js'

/** One bug on its own: with the terms of its urgency and the SLA time used, as in `explain`, and its last changes. */
export const shownBugView: RecordView<ShownBug> = {
  ...bugView,
  shape: 'shownBug',
  fields: [
    ...bugView.fields.map((field) => {
      if (field.name === 'urgency') return { ...field, text: urgencyText }
      return field.name === 'sla' ? { ...field, text: slaUseText } : field
    }),
    {
      name: 'causedByDeployment',
      header: 'BROUGHT BY',
      flat: ({ causedByDeployment }) => causedByDeployment && deploymentName(causedByDeployment),
      shrink: 2,
    },
    {
      name: 'history',
      header: 'HISTORY',
      flat: ({ history }) =>
        history
          .map((change) =>
            changeText(change, { when: change.changedAt.toISOString(), field: change.fieldChanged }),
          )
          .join('; '),
      text: ({ history }, { zone }) =>
        history
          .map((change) => {
            const field = fieldLabel(change.fieldChanged)
            return changeText(change, { when: minuteIn(zone, change.changedAt), field })
          })
          .join('\n'),
    },
  ],
  card: [...(bugView.card ?? []), 'causedByDeployment', 'history'],
}

/** `2026-03-02 09:00 ada: status pending → in_progress (seen again)` */
function changeText(
  { fieldChanged, oldName, newName, note, changedBy }: ShownBug['history'][number],
  { when, field }: { when: string; field: string },
): string {
  const who = changedBy === null ? '' : ` ${personBrief(changedBy)}`
  if (fieldChanged === 'note') return `${when}${who}: ${note ?? ''}`
  // A description is too long for one line of many.
  const isLong = [oldName, newName].some((value) => (value?.length ?? 0) > longestShown)
  const change = isLong ? 'changed' : `${oldName ?? empty} → ${newName ?? empty}`
  return `${when}${who}: ${field} ${change}${note === null ? '' : ` (${note})`}`
}

const longestShown = 60

function urgencyText(bug: Bug, { now }: Look): string {
  if (!isOpen(bug.status)) return '—'
  const { usedRatio } = slaState(bug, { status: bug.status, now })
  const { score, sum, terms } = urgency({
    priorityScore: bug.priorityScore,
    usedRatio,
    ageDays: ageDays(bug, now),
  })
  return `${score} (${termsText({ ...terms, sum })})`
}
