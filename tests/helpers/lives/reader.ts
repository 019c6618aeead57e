import { isResolved, type Life, type Shown, type Step } from './life.js'

/**
 * What can be known of lives from exports alone, by the rule of domain.md ("History"), for exports that are read in the order in
 * which they were written: a step is dated by the source; a resolution date that changes without a step moves the step into it.
 */
export class Reader {
  readonly #known = new Map<string, Life>()

  /** Takes in one export. */
  read(shown: readonly Shown[]): void {
    for (const bug of shown) {
      const life = this.#known.get(bug.key)
      if (life) follow(life, bug)
      else this.#known.set(bug.key, beginning(bug))
    }
  }

  get lives(): Life[] {
    return [...this.#known.values()]
  }
}

/** A bug that comes in resolved has one step, from pending; of any other its first state is taken for that of its creation. */
function beginning({ key, createdAt, status, severity, resolvedAt }: Shown): Life {
  return resolvedAt === null
    ? { key, createdAt, status, severity, steps: [] }
    : {
        key,
        createdAt,
        status: 'pending',
        severity,
        steps: [{ at: resolvedAt, field: 'status', to: status }],
      }
}

function follow(life: Life, bug: Shown): void {
  const known = lastOf(life)
  const news: Step[] = []
  if (bug.severity !== known.severity) news.push({ at: bug.updatedAt, field: 'severity', to: bug.severity })
  if (bug.status !== known.status) {
    news.push({ at: bug.resolvedAt ?? bug.updatedAt, field: 'status', to: bug.status })
  } else if (isResolved(bug.status)) {
    const step = life.steps.findLast(({ field }) => field === 'status')
    if (step && bug.resolvedAt !== null) step.at = bug.resolvedAt
  }
  // At one moment the severity comes first, as in a change by hand. A stable sort keeps it so.
  life.steps = [...life.steps, ...news].sort((a, b) => a.at - b.at)
}

function lastOf(life: Life): Pick<Life, 'status' | 'severity'> {
  let { status, severity } = life
  for (const step of life.steps) {
    if (step.field === 'status') status = step.to
    else severity = step.to
  }
  return { status, severity }
}
