import { getWorkspaceFigures } from '../../data/workspaces/workspace-figures.js'
import type { Period } from '../../domain/period.js'
import { currenciesOf, sumFigures } from '../../domain/workspace-figures.js'
import { inWorkspace, readInBulk } from '../../engine/bulk.js'
import type { Database } from '../../engine/database.js'
import type { MigrationSet } from '../../engine/schema/migration-set.js'
import { CtoError } from '../../errors.js'
import type { Workspace } from '../../shapes/workspace.js'
import type { WorkspaceFiguresRow, WorkspacesOverview } from '../../shapes/workspace-overview.js'
import { inOrder } from './in-order.js'

interface ReadOverview {
  /** The tables of an organisation. */
  set: MigrationSet
  window: Period
  /** How many workspaces at once. */
  parallel: number
  onDone(count: number): void
}

/**
 * The figures of each workspace and of all, with one query for each: one statement over all of them would need a lock on every
 * table of every workspace at once, and fail as a whole. A workspace that cannot be read is named, and in no sum.
 */
export async function readOverview(
  database: Pick<Database, 'tables'>,
  workspaces: readonly Workspace[],
  { set, window, parallel, onDone }: ReadOverview,
): Promise<WorkspacesOverview> {
  const rows: WorkspaceFiguresRow[] = []
  const failed: WorkspacesOverview['failed'] = []
  const read = async ({ domain, schemaName: schema }: Workspace) => {
    try {
      const inside = inWorkspace(database, { schema, domain, set })
      const figures = await readInBulk(inside, ({ db }) => getWorkspaceFigures(db, { window }))
      return { row: { workspace: domain, workspaces: 1, ...figures } }
    } catch (error) {
      if (!(error instanceof CtoError)) throw error
      return { failure: { workspace: domain, error: error.message } }
    }
  }
  for await (const { row, failure } of inOrder(workspaces, parallel, read)) {
    if (failure) failed.push(failure)
    else rows.push(row)
    onDone(rows.length + failed.length)
  }
  const together = (some: readonly WorkspaceFiguresRow[]): WorkspaceFiguresRow => ({
    workspace: null,
    workspaces: some.length,
    ...sumFigures(some),
  })
  const byCurrency = currenciesOf(rows).map((currency) =>
    together(rows.filter((each) => each.currency === currency)),
  )
  return { window, workspaces: rows, byCurrency, all: together(rows), failed }
}
