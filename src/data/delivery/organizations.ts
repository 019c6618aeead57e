import { randomUUID } from 'node:crypto'
import type { OrganizationKind, OrganizationPlan } from '../../domain/delivery/organization.js'
import { CtoError, NotFoundError } from '../../errors.js'
import { updateRows } from '../../engine/change-rows.js'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import { tableOf } from '../../engine/table.js'
import { afterLocks, recordAudit, type Actor, type AuditDetails, type NewAuditEntry } from '../audit/audit.js'

export interface OrganizationValues {
  name?: string | undefined
  kind?: OrganizationKind | undefined
  plan?: OrganizationPlan | undefined
  /** The name of a stored secret; null: GITHUB_TOKEN. */
  tokenSecret?: string | null | undefined
}

/** Stores an organization. Returns its id. @throws CtoError CONFLICT for a slug that is taken */
export async function createOrganization(
  tx: Db,
  { slug, ...values }: OrganizationValues & { slug: string },
  actor: Actor,
): Promise<string> {
  const [taken] = await tx.$queryRaw<object[]>`SELECT 1 FROM organizations WHERE slug = ${slug}`
  if (taken) {
    throw new CtoError('CONFLICT', `there is an organization "${slug}" already`, {
      hint: `cto orgs show ${slug}`,
    })
  }
  const id = randomUUID()
  await requireSecret(tx, { organizationId: id, name: values.tokenSecret })
  const row = { name: slug, kind: 'company', plan: 'free', ...withoutUndefined(values) }
  await insertRows(tx, 'organizations', [{ id, slug, ...row, createdAt: actor.now, updatedAt: actor.now }])
  await recordAudit(tx, actor, [organizationEntry('create', id, { slug })])
  return id
}

/** @throws NotFoundError for a secret that is not stored */
export async function updateOrganization(
  tx: Db,
  { id, change }: { id: string; change: OrganizationValues },
  actor: Actor,
): Promise<void> {
  await requireSecret(tx, { organizationId: id, name: change.tokenSecret })
  await tx.$queryRaw`SELECT 1 FROM organizations WHERE id = ${id}::uuid FOR UPDATE`
  const values = withoutUndefined(change)
  const fields = Object.keys(values)
  const { now } = afterLocks(actor)
  await updateRows<string>(tx, tableOf('organizations'), {
    rows: [{ id, ...values, updatedAt: now }],
    fields: [...fields, 'updatedAt'],
  })
  await recordAudit(tx, actor, [organizationEntry('update', id, { fields })])
}

/** Deletes an organization with everything below it: repositories, their facts, members, keys, secrets and rules. */
export async function deleteOrganization(tx: Db, id: string, actor: Actor): Promise<void> {
  const [row] = await tx.$queryRaw<{ slug: string }[]>`
    DELETE FROM organizations WHERE id = ${id}::uuid RETURNING slug`
  if (!row) throw new NotFoundError('the organization was deleted meanwhile', { hint: 'cto orgs list' })
  await recordAudit(tx, actor, [organizationEntry('delete', id, { slug: row.slug })])
}

/** The audit log names the organization in the details too: other records of it can be found by the same condition. */
export function organizationEntry(verb: string, id: string, details: AuditDetails): NewAuditEntry {
  return {
    action: `organization.${verb}`,
    entityType: 'organization',
    entityId: id,
    details: { organizationId: id, ...details },
  }
}

/** A secret of the organization, or one of no organization. */
async function requireSecret(
  tx: Db,
  { organizationId, name }: { organizationId: string; name: string | null | undefined },
): Promise<void> {
  if (name === undefined || name === null) return
  const [found] = await tx.$queryRaw<object[]>`
    SELECT 1 FROM secrets
    WHERE name = ${name} AND (organization_id = ${organizationId}::uuid OR organization_id IS NULL)`
  if (found) return
  throw new NotFoundError(`no secret named "${name}"`, {
    reason: 'the token of an organization is one of its secrets, or one of no organization',
    hint: `cto secrets set ${name}`,
  })
}

function withoutUndefined<Values extends object>(values: Values): Partial<Values> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<Values>
}
