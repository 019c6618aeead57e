import type { Db } from '../engine/client.js'

/** The projects and people that a prompt offers. */
export interface Candidates {
  /** Active ones: a flag names another one. */
  projects: { id: string; name: string }[]
  people: { id: string; name: string; email: string }[]
}

/** More than users scroll through, and still fast to filter while typing. */
const most = 10_000

export async function findCandidates(db: Db): Promise<Candidates> {
  const projects = await db.$queryRaw<Candidates['projects']>`
    SELECT id::text, name FROM projects WHERE status = 'active' ORDER BY lower(name), id LIMIT ${most}`
  const people = await db.$queryRaw<Candidates['people']>`
    SELECT id::text, name, email FROM users WHERE is_active ORDER BY lower(name), id LIMIT ${most}`
  return { projects, people }
}
