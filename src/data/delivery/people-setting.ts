import { CtoError } from '../../errors.js'
import type { Db } from '../../engine/client.js'
import { getSharedSettings } from '../settings/settings.js'

/** Whether figures about one person may be shown and stored. */
export async function allowsFiguresOfPeople(db: Db): Promise<boolean> {
  return (await getSharedSettings(db))['delivery.people'] === 'on'
}

/** @throws CtoError NOT_PERMITTED where the setting delivery.people is off */
export async function requireFiguresOfPeople(db: Db, what: string): Promise<void> {
  if (await allowsFiguresOfPeople(db)) return
  throw new CtoError(
    'NOT_PERMITTED',
    `${what} asks for figures about one person, which are off in this database`,
    {
      reason: 'the shared setting delivery.people is off',
      hint: 'cto metrics delivery shows the figures of repositories and organizations',
    },
  )
}
