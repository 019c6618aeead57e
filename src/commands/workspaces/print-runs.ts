import type { ChildRun, Context } from '../../context.js'
import type { ExitCode } from '../../errors.js'
import type { RecordView } from '../../output/field.js'
import type { WorkspaceOutcome } from '../../shapes/workspace.js'
import { inWorkspaces, workspaceOutcomeView, type InWorkspace } from '../../views/workspace-outcome.js'

/** A command that ran in a workspace. */
export interface Ran extends ChildRun {
  workspace: string
}

/** An object for each workspace, as they come. Returns the exit codes. */
export async function printOutcomes(ctx: Context, runs: AsyncGenerator<Ran>): Promise<Set<ExitCode>> {
  const codes = new Set<ExitCode>()
  const outcome = (ran: Ran) => {
    remark(ctx, ran)
    codes.add(ran.exitCode)
    return outcomeOf(ran)
  }
  async function* rows(): AsyncGenerator<WorkspaceOutcome[], boolean> {
    for await (const ran of runs) yield [outcome(ran)]
    return false
  }
  await ctx.out.stream(workspaceOutcomeView, rows())
  // If the reader of stdout has closed it, the commands still run to their end.
  for await (const ran of runs) outcome(ran)
  return codes
}

function outcomeOf({ workspace, exitCode, printed, error }: Ran): WorkspaceOutcome {
  if (error !== null) return { workspace, exitCode, error }
  const [first = null, ...more] = printed.map(({ data }) => data)
  return { workspace, exitCode, data: more.length === 0 ? first : [first, ...more] }
}

/** Records of the same kind in one table, documents one after the other. Returns the exit codes. */
export async function printTables(ctx: Context, runs: AsyncGenerator<Ran>): Promise<Set<ExitCode>> {
  const done: Ran[] = []
  for await (const ran of runs) {
    remark(ctx, ran)
    done.push(ran)
  }
  for (const { view, rows, total } of tablesOf(done)) await ctx.out.page(view, { data: rows, total })
  await printDocuments(ctx, done)
  reportFailures(ctx, done)
  return new Set(done.map(({ exitCode }) => exitCode))
}

interface Table {
  view: RecordView<InWorkspace<object>>
  rows: InWorkspace<object>[]
  /** Every match, also beyond the limit of the command. */
  total: number
}

function tablesOf(done: readonly Ran[]): Iterable<Table> {
  const tables = new Map<string, Table>()
  for (const { workspace, printed } of done) {
    for (const { records } of printed) {
      if (records === null) continue
      const { view, rows, fields, total } = records
      const table = tables.get(view.plural) ?? { view: inWorkspaces(view, fields), rows: [], total: 0 }
      table.rows.push(...rows.map((row) => ({ ...row, workspace })))
      table.total += total ?? rows.length
      tables.set(view.plural, table)
    }
  }
  return tables.values()
}

async function printDocuments(ctx: Context, done: readonly Ran[]): Promise<void> {
  const documents = done.flatMap(({ workspace, printed }) =>
    printed.flatMap(({ data, records, text }) => (records === null ? [{ workspace, data, text }] : [])),
  )
  if (documents.length === 0) return
  await ctx.out.document({
    data: documents.map(({ workspace, data }) => ({ workspace, data })),
    text: (style) =>
      documents.map(({ workspace, text }) => `${style.bold(workspace)}\n${text(style)}`).join('\n'),
  })
}

/** A target names the workspace already. */
function remark(ctx: Context, { workspace, remarks }: Ran): void {
  for (const line of remarks) ctx.out.caution(line.startsWith('target: ') ? line : `${workspace}: ${line}`)
}

/** Each message once, with the workspaces that it is of. */
function reportFailures(ctx: Context, done: readonly Ran[]): void {
  const failures = new Map<string, string[]>()
  for (const { workspace, error } of done) {
    if (error === null) continue
    const message = error.message.replaceAll(workspace, '…')
    failures.set(message, [...(failures.get(message) ?? []), workspace])
  }
  for (const [message, failed] of failures)
    ctx.out.caution(`${failed.length} failed: ${message} (${failed.join(', ')})`)
}
