import { randomUUID } from 'node:crypto'
import type { Db } from '../../engine/client.js'
import { insertRows } from '../../engine/insert-rows.js'
import { joinProjects } from './join-projects.js'
import type { StoredRepository } from './store-repositories.js'

/** A repository by its address alone: its id at the host is known when a source reports it. */
export interface NewRepository {
  host: string
  fullName: string
  url: string | null
  defaultBranch: string | null
  language?: string | null
  /** Null: the project of its address, if there is one. */
  projectId: string | null
  /** Null: the one of its owner, which is created where it is unknown. */
  organizationId: string | null
  importId: string | null
}

/** Stores a repository as private: sources that know better change that. */
export async function createRepository(
  tx: Db,
  { organizationId, projectId, ...row }: NewRepository,
  now: Date,
): Promise<StoredRepository> {
  const id = randomUUID()
  const owner = organizationId ?? (await organizationOf(tx, row.fullName, now))
  const sensitivity = 'internal'
  await insertRows(tx, 'repositories', [
    { id, ...row, projectId, organizationId: owner, sensitivity, isPrivate: true, createdAt: now },
  ])
  if (projectId === null) await joinProjects(tx, [id])
  return { id, organizationId: owner, sensitivity, prunedBefore: null, deployPattern: null, isNew: true }
}

/** The organization with the name of the owner. */
async function organizationOf(tx: Db, fullName: string, now: Date): Promise<string> {
  const name = fullName.split('/')[0] ?? fullName
  const slug = name.toLowerCase()
  await tx.$executeRaw`
    INSERT INTO organizations (id, slug, name, kind, created_at, updated_at)
    VALUES (${randomUUID()}::uuid, ${slug}, ${name}, 'company', ${now}, ${now})
    ON CONFLICT (slug) DO NOTHING`
  const [organization] = await tx.$queryRaw<{ id: string }[]>`
    SELECT id::text FROM organizations WHERE slug = ${slug}`
  if (!organization) throw new Error(`the organization ${slug} is missing after it was stored`)
  return organization.id
}
