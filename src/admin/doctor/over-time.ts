import { getStatisticsSince } from '../../data/admin/storage-faults.js'
import { dayMs } from '../../domain/duration.js'
import type { Patient } from './check.js'
import { faulty, unknown, type Fault, type Verdict } from './verdict.js'

interface OverTime {
  examine(patient: Patient): Promise<Fault | null>
  /** The message where statistics that are old enough show nothing. */
  healthy: string
  findsOnlyOld?: boolean
}

export const fewestDays = 7

/** A check of cumulative statistics: that young ones show nothing is no proof of health. */
export async function overTime(
  patient: Patient,
  { examine, healthy: message, findsOnlyOld = false }: OverTime,
): Promise<Verdict> {
  if (!patient.database.capabilities.keepsStatistics) {
    return unknown('the statistics of the embedded database begin with each process')
  }
  const since = await patient.ask(getStatisticsSince)
  const days = since === null ? 0 : (patient.now.getTime() - since.getTime()) / dayMs
  const isOld = days >= fewestDays
  const fault = findsOnlyOld && !isOld ? null : await examine(patient)
  if (fault !== null || isOld) return faulty([fault], message)
  return unknown(
    `under ${fewestDays} days of statistics, which count since ${since?.toISOString() ?? 'an unknown time'}`,
  )
}
