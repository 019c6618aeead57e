import type { Bug } from '../data/bugs/bugs.js'
import type { SlaState } from '../domain/sla.js'
import type { Look } from '../output/field.js'
import { grouped } from '../output/number-text.js'

const slaWords: Record<SlaState, string> = {
  on_track: 'on track',
  at_risk: 'at risk',
  breached: 'breached',
  paused: 'paused',
  met: 'met',
  missed: 'missed',
}

interface Clock {
  slaHours: number
  sla: Pick<Bug['sla'], 'state' | 'remainingSeconds'>
}

/** `breached, 1 h late: 5.0 h of 4 h used` */
export function slaUseText(clock: Clock, look: Look): string {
  const { slaHours, sla } = clock
  return `${slaText(clock, look)}: ${grouped((slaHours - sla.remainingSeconds / 3600).toFixed(1))} h of ${grouped(String(slaHours))} h used`
}

/** The state, and how long there is or how long it has been too late. */
export function slaText({ sla }: Clock, { style }: Look): string {
  const word = slaWords[sla.state]
  const time = spanText(Math.abs(sla.remainingSeconds))
  switch (sla.state) {
    case 'on_track':
      return `${word}, ${time} left`
    case 'at_risk':
      return style.warn(`${word}, ${time} left`)
    case 'breached':
      return style.danger(sla.remainingSeconds < 0 ? `${word}, ${time} late` : word)
    case 'missed':
      return style.dim(word)
    default:
      return word
  }
}

const slaBriefWords: Record<SlaState, string> = {
  on_track: 'ok',
  at_risk: 'risk',
  breached: 'late',
  paused: 'paused',
  met: 'met',
  missed: 'missed',
}

/** `late 26h`: state and time in nine columns. */
export function slaBrief({ sla }: Bug, { style }: Look): string {
  const word = slaBriefWords[sla.state]
  const timed = `${word} ${spanText(Math.abs(sla.remainingSeconds)).replace(' ', '')}`
  switch (sla.state) {
    case 'on_track':
      return timed
    case 'at_risk':
      return style.warn(timed)
    case 'breached':
      return style.danger(sla.remainingSeconds < 0 ? timed : word)
    case 'missed':
      return style.dim(word)
    default:
      return word
  }
}

/** Up to two days in hours, longer spans in days. */
function spanText(seconds: number): string {
  const hours = seconds / 3600
  if (hours < 1) return `${Math.floor(seconds / 60)} min`
  return hours < 48 ? `${Math.floor(hours)} h` : `${Math.floor(hours / 24)} d`
}
