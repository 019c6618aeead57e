import { lockNames } from '../../data/imports/import-locks.js'
import {
  changeImportedUsers,
  createImportedUsers,
  findUsersByEmail,
  type KnownUser,
} from '../../data/imports/import-users.js'
import type { ImportedUser } from '../validate/imported.js'
import { onlyPresent } from './loading.js'
import type { RecordKind } from './record-kind.js'

/** People, identified by their email. */
export const userKind: RecordKind<ImportedUser, KnownUser> = {
  table: 'users',
  images: { auditKey: 'peopleChanged', onlyIds: true },
  nameOf: ({ email }) => email,
  find: async ({ tx }, records) => {
    await lockNames(tx)
    const emails = records.map(({ email }) => email)
    const known = await findUsersByEmail(tx, emails)
    return emails.map((email) => known.get(email))
  },
  create: ({ tx, importing }, records) => createImportedUsers(tx, records, importing),
  change: async ({ tx, importing, present }, matches) => {
    const changes = matches.map(({ record, known }) => {
      const { name, role, isActive } = record
      // A file without names gives the local part of the address, which replaces no stored name.
      const values = { name: isNamed(record) ? name : known.name, role, isActive }
      return { id: known.id, values: onlyPresent(values, present) }
    })
    const changed = await changeImportedUsers(tx, changes, importing)
    return changed.map((id) => ({ id, before: {}, fields: {} }))
  },
}

function isNamed({ email, name }: ImportedUser): boolean {
  return name !== email.slice(0, email.indexOf('@'))
}
