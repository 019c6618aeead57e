import type { PartKey, ResponseKey } from './fact-key.js'
import { merged, nothingSeen, type Seen } from './seen.js'

/** An owner of repositories: an organization with its id, or a person. */
export interface Owner {
  slug: string
  name: string
  externalId: number | null
  isCompany: boolean
}

interface ReportedRepository {
  seen: Seen
  /** Every name that it was reported with. */
  names: Set<string>
}

interface ReportedPart extends PartKey {
  seen: Seen
  /** Of a deployment, the name of the workflow whose run it is. */
  workflow?: string | undefined
}

type Parts = Map<string, ReportedPart>

/** Everything that some events report, merged by fact. */
export class Reports {
  readonly owners = new Map<string, Owner>()
  readonly repositories = new Map<string, ReportedRepository>()
  readonly accounts = new Map<string, Seen>()
  readonly pullRequests: Parts = new Map()
  readonly issues: Parts = new Map()
  readonly commits: Parts = new Map()
  readonly deployments: Parts = new Map()
  readonly responses = new Map<string, ResponseKey & { seen: Seen }>()

  owner(owner: Owner): void {
    const known = this.owners.get(owner.slug)
    this.owners.set(owner.slug, {
      ...owner,
      externalId: newest(owner.externalId, known?.externalId ?? null),
      isCompany: owner.isCompany || known?.isCompany === true,
    })
  }

  repository(key: string, seen: Seen): void {
    const known = this.repositories.get(key) ?? { seen: nothingSeen, names: new Set() }
    const { fullName } = seen.values
    if (typeof fullName === 'string') known.names.add(fullName)
    this.repositories.set(key, { names: known.names, seen: merged(known.seen, seen) })
  }

  account(key: string, seen: Seen): void {
    this.accounts.set(key, merged(this.accounts.get(key) ?? nothingSeen, seen))
  }

  pullRequest(key: PartKey, seen: Seen): void {
    note(this.pullRequests, key, seen)
  }

  issue(key: PartKey, seen: Seen): void {
    note(this.issues, key, seen)
  }

  commit(key: PartKey, seen: Seen): void {
    note(this.commits, key, seen)
  }

  deployment(key: PartKey, seen: Seen, { workflow }: { workflow?: string } = {}): void {
    note(this.deployments, { ...key, workflow }, seen)
  }

  response(key: ResponseKey, seen: Seen): void {
    const name = `${key.of} ${key.repository} ${key.number} ${key.kind} ${key.externalId}`
    this.responses.set(name, { ...key, seen: merged(this.responses.get(name)?.seen ?? nothingSeen, seen) })
  }
}

/** A name that one account gave up and another took belongs to the account that was created later. */
export function newest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b)
}

function note(parts: Parts, key: Omit<ReportedPart, 'seen'>, seen: Seen): void {
  const name = `${key.repository} ${key.part}`
  parts.set(name, { ...key, seen: merged(parts.get(name)?.seen ?? nothingSeen, seen) })
}
