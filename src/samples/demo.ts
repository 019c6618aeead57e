import { CtoError, required } from '../errors.js'
import { findFirstImport } from '../data/imports/imports.js'
import { countForeignRows } from '../data/samples/sample-rows.js'
import type { Db } from '../engine/client.js'
import { dayMs } from '../domain/duration.js'
import { sampleRange } from './ids.js'

/** The externalSource of the bugs in the demo's export. */
export const demoSource = 'demo'

export interface DemoImport {
  /** Null after a dry run. */
  importId: string | null
  file: string
  counts: Record<string, number>
}

/** The completed import of an earlier demo; null if there is none. */
export async function findDemoImport(db: Db): Promise<DemoImport | null> {
  const log = await findFirstImport(db, demoSource)
  return (
    log && {
      importId: log.id,
      file: required(log.metadata?.file, 'the file of an import'),
      counts: log.metadata?.counts ?? {},
    }
  )
}

/** The last moment in the demo's export. */
const exportedAt = Date.UTC(2025, 8, 29, 8, 47)

/**
 * The export as if it had been written a day before `now`, to the minute: what is late by how much does not depend on the time
 * of day. Days without a time, as those on which something is due, stay at midnight.
 */
export function exportedYesterday(csv: string, now: Date): string {
  const shiftMs = now.getTime() - dayMs - exportedAt
  const wholeDaysMs = Math.floor(shiftMs / dayMs) * dayMs
  return csv.replace(
    /\b(\d\d)\/([A-Z][a-z]{2})\/(\d\d) (\d?\d):(\d\d) ([AP]M)/g,
    (text: string, day, month, year, hour, minute, half) => {
      const hours = (Number(hour) % 12) + (half === 'PM' ? 12 : 0)
      const at = Date.UTC(
        2000 + Number(year),
        months.indexOf(String(month)),
        Number(day),
        hours,
        Number(minute),
      )
      return jiraTime(new Date(at + (text.endsWith(' 12:00 AM') ? wholeDaysMs : shiftMs)))
    },
  )
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `09/Sep/25 4:40 PM` */
function jiraTime(time: Date): string {
  const [year = '', month = '', date = ''] = time.toISOString().slice(2, 'yyyy-mm-dd'.length).split('-')
  const hours = time.getUTCHours()
  const minutes = String(time.getUTCMinutes()).padStart(2, '0')
  const clock = `${hours % 12 || 12}:${minutes} ${hours < 12 ? 'AM' : 'PM'}`
  return `${date}/${required(months[Number(month) - 1], 'a month')}/${year} ${clock}`
}

/** @throws CtoError NOT_PERMITTED if the database holds bugs, projects or users that the demo did not create */
export async function requireOnlyDemoRows(db: Db): Promise<void> {
  const others = await countForeignRows(db, { ids: sampleRange('small'), externalSource: demoSource })
  const found = Object.entries(others).filter(([, rows]) => rows > 0)
  if (found.length === 0) return
  throw new CtoError('NOT_PERMITTED', 'the embedded database holds rows that the demo did not create', {
    reason: `other rows: ${found.map(([what, rows]) => `${what} ${rows}`).join(', ')}`,
    hint: 'give the demo a database of its own: CTO_HOME=/tmp/cto-demo cto demo',
  })
}
