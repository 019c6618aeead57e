import { getOrganizationId } from '../data/delivery/delivery-names.js'
import type { Db } from '../engine/client.js'

/** The id of the organization that `--org` names; null without the flag. @throws NotFoundError, CtoError AMBIGUOUS */
export async function organizationNamed(db: Db, name: string | undefined): Promise<string | null> {
  return name === undefined ? null : getOrganizationId(db, name)
}
