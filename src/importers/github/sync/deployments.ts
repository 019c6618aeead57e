import { dayMs } from '../../../domain/duration.js'
import {
  momentAt,
  objectAt,
  textAt,
  isObject,
  listAt,
  countAt,
  type Payload,
} from '../../delivery/payload.js'
import {
  readDeployment,
  readDeploymentStatus,
  readRelease,
  readWorkflowRun,
  reportOldTag,
} from '../../delivery/read-deployment.js'
import { findKnownTags } from '../../../data/delivery/known-tags.js'
import { newestFirst, type Asked, type Fetched, type PartState } from './newest-first.js'
import type { Part, Reading } from './part.js'
import { restPage, wholeList } from './rest-list.js'

/** GitHub lets a deployment wait for its approval, and a run be repeated, this long. */
const openDays = 30

interface DeploymentRead {
  deployment: Payload
  statuses: readonly Payload[]
}

/** Deployments with their statuses. Those that have not ended are read again. */
export const deploymentsPart: Part = {
  name: 'deployments',
  async *pages({ github, name, now }, begun) {
    const route = `GET /repos/${name}/deployments`
    const fetch = async (asked: Asked): Promise<Fetched<DeploymentRead> | null> => {
      const page = await restPage<Payload>(github, route, asked, { per_page: 50 })
      if (page === null) return null
      const items: DeploymentRead[] = []
      for (const deployment of page.items) {
        const isNew = asked.through === null || (createdAt(deployment) ?? asked.through) >= asked.through
        const statuses = isNew ? await wholeList(github, `${route}/${idOf(deployment)}/statuses`) : []
        items.push({ deployment, statuses })
      }
      return { ...page, items }
    }
    const listing = {
      fetch,
      momentOf: ({ deployment }: DeploymentRead) => createdAt(deployment),
      isOpen: ({ deployment, statuses }: DeploymentRead) =>
        isYoung(deployment, now) && !statuses.some((status) => textAt(status, 'state') === 'success'),
    }
    // A new status does not change the list, so its ETag cannot show one.
    for await (const { items, state } of newestFirst({ ...begun, etag: undefined }, listing)) {
      yield {
        state,
        report: (page) => {
          for (const { deployment, statuses } of items) {
            const at = momentAt(deployment, 'created_at') ?? new Date(0)
            readDeployment(page.at(at, { deployment }))
            for (const status of statuses)
              readDeploymentStatus(page.at(at, { deployment, deployment_status: status }))
          }
        },
      }
    }
  },
}

/** GitHub lists releases by when they were drafted: the list is read to its end when its first page has changed. */
export const releasesPart: Part = {
  name: 'releases',
  async *pages({ github, name }, begun) {
    const listing = {
      fetch: (asked: Asked) =>
        restPage<Payload>(github, `GET /repos/${name}/releases`, asked, { per_page: 100 }),
      momentOf: () => undefined,
    }
    for await (const { items, state } of newestFirst(begun, listing)) {
      yield {
        state,
        report: (page) => {
          for (const release of items)
            readRelease(page.at(momentAt(release, 'published_at') ?? new Date(0), { release }))
        },
      }
    }
  },
}

interface TagRead {
  name: string
  sha: string
  committedAt: Date | null
}

/** Tags; the list has no times, so that of each new one the commit is asked for. */
export const tagsPart: Part = {
  name: 'tags',
  async *pages(reading, begun) {
    const { github, name } = reading
    const fetch = async (asked: Asked): Promise<Fetched<TagRead> | null> => {
      const page = await restPage<Payload>(github, `GET /repos/${name}/tags`, asked, { per_page: 100 })
      return page === null ? null : { ...page, items: await readTags(reading, page.items) }
    }
    for await (const { items, state } of newestFirst(begun, { fetch, momentOf: () => undefined })) {
      yield {
        state,
        report: (page) => {
          for (const { name: tag, sha, committedAt } of items)
            if (committedAt !== null) reportOldTag(page.at(committedAt, {}), { name: tag, sha })
        },
      }
    }
  },
}

async function readTags(
  { github, database, name, repositoryId }: Reading,
  listed: readonly Payload[],
): Promise<TagRead[]> {
  const tags = listed.flatMap((tag) => {
    const [tagName, sha] = [textAt(tag, 'name'), textAt(objectAt(tag, 'commit'), 'sha')]
    return tagName && sha ? [{ name: tagName, sha }] : []
  })
  const known = await database.read((db) => findKnownTags(db, { repositoryId, tags }))
  const read: TagRead[] = []
  for (const tag of tags) {
    if (known.stored.has(tag.name)) continue
    const stored = known.committedAt.get(tag.sha)
    const commit =
      stored === undefined
        ? (await github.get<Payload>(`GET /repos/${name}/git/commits/${tag.sha}`)).data
        : null
    const committedAt = stored ?? momentAt(objectAt(commit, 'committer'), 'date') ?? null
    read.push({ ...tag, committedAt })
  }
  return read
}

/** GitHub lists at most this many runs of one filter. */
const mostRuns = 1000

interface RunsState extends PartState {
  /** The names of workflows for which runs were read. */
  pattern?: string
}

/** Runs of the workflows that deploy, on the default branch. */
export const runsPart: Part = {
  name: 'runs',
  async *pages({ github, name, found, now, deployPattern }, begun: RunsState) {
    if (deployPattern === null) return
    const state = [undefined, deployPattern].includes(begun.pattern) ? begun : {}
    const branch = textAt(found, 'default_branch') ?? 'main'
    const first = { branch, exclude_pull_requests: 'true', per_page: 100 }
    const fetch = async ({ cursor, through }: Asked): Promise<Fetched<Payload>> => {
      const since = through ?? '*'
      const parameters =
        cursor === null
          ? { ...first, ...(through !== null && { created: `>=${through}` }) }
          : Object.fromEntries(new URLSearchParams(cursor))
      const { data, next } = await github.get<Payload>(`GET /repos/${name}/actions/runs`, { parameters })
      const items = (listAt(data, 'workflow_runs') ?? []).filter(isObject)
      const oldest = createdAt(items.at(-1))
      const isCut = next === null && items.length > 0 && (countAt(data, 'total_count') ?? 0) > mostRuns
      if (!isCut || oldest === undefined) return { items, next }
      const query = new URLSearchParams({ ...first, per_page: '100', created: `${since}..${oldest}` })
      return { items, next: `?${query.toString()}` }
    }
    const listing = {
      fetch,
      momentOf: createdAt,
      isOpen: (run: Payload) => isYoung(run, now) && textAt(run, 'conclusion') !== 'success',
    }
    for await (const portion of newestFirst(state, listing)) {
      yield {
        state: { ...portion.state, pattern: deployPattern } satisfies RunsState,
        report: (page) => {
          for (const run of portion.items) {
            const at = momentAt(run, 'updated_at') ?? new Date(0)
            readWorkflowRun(page.at(at, { workflow_run: run }))
          }
        },
      }
    }
  },
}

function isYoung(item: Payload, now: Date): boolean {
  const at = momentAt(item, 'created_at')
  return at instanceof Date && now.getTime() - at.getTime() < openDays * dayMs
}

function createdAt(item: Payload | undefined): string | undefined {
  return textAt(item, 'created_at') ?? undefined
}

function idOf(item: Payload): string {
  return String(countAt(item, 'id') ?? '')
}
