import { CtoError } from '../../errors.js'
import { isEmail } from '../../domain/user.js'
import { generic } from '../map/presets/generic.js'
import { readRows } from '../csv/rows.js'
import { takeSamples } from '../csv/samples.js'
import type { Source } from '../csv/source.js'
import type { KnownPerson } from '../validate/people.js'
import { detached, headerKey, isBlank } from '../spelling.js'
import { findTable } from '../csv/table.js'

const emailHeaders = new Set((generic.users?.email ?? []).map(headerKey))
/** The most certain first: what is called `User` may be a login. */
const nameHeaders = (generic.users?.name ?? []).map(headerKey)

/**
 * Reads `--people people.csv`: a column with the email, one with the name, which people who are created get, and any others (login,
 * Jira's account id); by each of them sources may refer to the person. Throws BAD_FILE.
 */
export async function readPeopleFile(source: Source): Promise<KnownPerson[]> {
  const { encoding, samples } = await takeSamples(source, undefined)
  const isEmailHeader = (header: string): boolean => emailHeaders.has(headerKey(header))
  const table = findTable(samples, { headerless: false }, isEmailHeader)
  const at = table.columns.findIndex(isEmailHeader)
  if (at === -1) {
    throw new CtoError('BAD_FILE', `no column of "${source.name}" is named email`, {
      hint: 'the file needs a column email, and columns such as login or name',
    })
  }
  const columns = table.columns.map(headerKey)
  const nameAt = nameHeaders.map((header) => columns.indexOf(header)).find((found) => found !== -1)
  const people: KnownPerson[] = []
  for await (const rows of readRows(source, { encoding, table }).rows) {
    for (const { number, cells } of rows) {
      const email = (cells[at] ?? '').trim().toLowerCase()
      if (!isEmail(email)) {
        throw new CtoError(
          'BAD_FILE',
          `"${source.name}", record ${number}: "${email}" is not an email address`,
          {
            hint: 'correct the file of people; nothing was imported',
          },
        )
      }
      const labels = cells.filter((cell, index) => index !== at && !isBlank(cell))
      const name = nameAt === undefined ? '' : (cells[nameAt] ?? '').trim()
      people.push({
        email: detached(email),
        name: name === '' ? null : detached(name),
        labels: labels.map((label) => detached(label.trim())),
      })
    }
  }
  return people
}
