import { lockNames } from '../../data/imports/import-locks.js'
import {
  changeImportedUsers,
  createImportedUsers,
  findUsersByEmail,
  type KnownUser,
} from '../../data/imports/import-users.js'
import type { Written } from '../csv/tally.js'
import type { ImportedUser } from '../validate/imported.js'
import { onlyPresent, upsert, type Loading } from './loading.js'

/** A person is known by the email. */
export async function loadUsers(loading: Loading, records: readonly ImportedUser[]): Promise<Written> {
  const { tx, importing, present, effects } = loading
  await lockNames(tx)
  return upsert<ImportedUser, KnownUser>(loading, records, {
    table: 'users',
    nameOf: ({ email }) => email,
    idOf: ({ id }) => id,
    find: async () => {
      const emails = records.map(({ email }) => email)
      const known = await findUsersByEmail(tx, emails)
      return emails.map((email) => known.get(email))
    },
    create: (fresh) => createImportedUsers(tx, fresh, importing),
    change: async (pairs) => {
      const changes = pairs.map(({ record, known }) => {
        const { name, role } = record
        // The local part of the address is what a file without a name gives: it replaces none.
        const said = { name: isNamed(record) ? name : known.name, role }
        return { id: known.id, said: onlyPresent(said, present) }
      })
      const changed = await changeImportedUsers(tx, changes, importing)
      effects.images.addPeople(changed)
      const nameOf = new Map(pairs.map(({ record, known }) => [known.id, record.email]))
      for (const id of changed)
        effects.changes?.add({ action: 'update', name: nameOf.get(id) ?? id, fields: {} })
      return changed.length
    },
  })
}

function isNamed({ email, name }: ImportedUser): boolean {
  return name !== email.slice(0, email.indexOf('@'))
}
