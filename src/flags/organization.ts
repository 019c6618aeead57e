import { getNamed, type Named, type NamedRows } from '../data/names.js'
import type { Db } from '../engine/client.js'

const organizations: NamedRows = {
  word: 'organization',
  plural: 'organizations',
  table: 'organizations',
  nameField: 'slug',
  listedBy: 'cto orgs list',
}

/** The organization that `--org` names; null without the flag. @throws NotFoundError, CtoError AMBIGUOUS */
export async function organizationNamed(db: Db, slug: string | undefined): Promise<Named | null> {
  return slug === undefined ? null : getNamed(db, organizations, slug)
}
