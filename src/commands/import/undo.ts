import { findPrunedBefore } from '../../data/pruned-before.js'
import { recordAudit } from '../../data/audit/audit.js'
import type { Db } from '../../engine/client.js'
import { lockImport } from '../../data/imports/import-locks.js'
import { getImport, type ImportLog } from '../../data/imports/imports.js'
import { changedOlderFacts, requireLastSync } from '../../data/delivery/undo-facts.js'
import { findLaterImports } from '../../data/imports/later-imports.js'
import { countUndo, isLeft, undoImport, type Undone } from '../../data/imports/undo-import.js'
import { countEvents } from '../../data/sessions/undo-sessions.js'
import { CtoError } from '../../errors.js'
import { counted } from '../../domain/counted.js'
import { shellQuoted } from '../../domain/shell-quoted.js'
import { visible } from '../../output/visible.js'
import type { ImportUndo } from '../../shapes/import.js'
import type { Context } from '../../context.js'
import { closedMonthsRemarks } from './closed-months.js'
import type { CommandDefinition } from '../definition.js'

export const importUndoCommand: CommandDefinition = {
  name: 'undo',
  description: 'Undo an import: delete what it created, restore what it changed',
  effect: 'destroys',
  output: { document: 'importUndo' },
  exitCodes: [3, 5, 7],
  examples: [
    ['cto import undo 5eed0000 --dry-run', 'preview the undo'],
    ['cto import undo 5eed0000', 'records edited since, and people with other bugs, stay'],
  ],
  parameters: (command) => command.argument('<import>', 'its id, or a prefix of it'),
  run: undo,
}

async function undo(ctx: Context, name: string): Promise<void> {
  const { report, leavesChanges } = await ctx.db.open('write', async (database) => {
    const log = await database.read((db) => getImport(db, name))
    requireKept(log)
    await database.read((db) => requireImages(db, log))
    await database.read((db) => requireEvents(db, log))
    await database.read((db) => requireLast(db, log))
    const leavesChanges = await database.read((db) => changedOlderFacts(db, log))
    await ctx.ask.confirm(await database.read((db) => question(db, log)))
    const { dryRun } = ctx.line.flags
    const work = async (tx: Db): Promise<Undone> => {
      await lockImport(tx, { importId: log.id, externalSource: sourceOf(log) })
      const present = await getImport(tx, log.id)
      requireKept(present)
      await requireLast(tx, present)
      const actor = await ctx.db.actor(tx)
      const undone = await undoImport(tx, { log: present, actor })
      const { keptNames: _, ...counted } = undone
      const details = { ...counted, skipped: counts(undone.skipped) }
      await recordAudit(tx, actor, [
        { action: 'import.undo', entityType: 'import', entityId: log.id, details },
      ])
      return undone
    }
    const undone = await database.write(work, { long: true, dryRun })
    return { leavesChanges, report: { importId: log.id, dryRun, ...undone } }
  })
  await ctx.out.document({ data: report, text: () => textOf(report) })
  for (const remark of closedMonthsRemarks(report, { dryRun: report.dryRun, action: 'undo' }))
    ctx.out.notice(remark)
  if (leavesChanges)
    ctx.out.notice(
      'what it changed in older facts of repositories stays: of their fields no earlier values are stored; the next sync reads the present ones',
    )
  if (isLeft(report)) ctx.out.setExitCode(5)
  const [edited] = report.skipped.bugs
  if (edited !== undefined)
    ctx.out.notice(
      `fix: cto bugs history ${edited} shows the edit; cto bugs delete ${edited} removes the bug`,
    )
  sayHowDeleted(ctx, report)
}

/** What is in use stays; a user who wants it gone has to delete the record itself. */
function sayHowDeleted(ctx: Context, { keptNames: { projects, users } }: ImportUndo): void {
  const [project, user] = [projects[0], users[0]]
  if (project !== undefined)
    ctx.out.notice(
      `a project in use is left; to delete it all the same: cto projects delete ${shellQuoted(project)}`,
    )
  if (user !== undefined)
    ctx.out.notice(`a user in use is left; to delete it all the same: cto users delete ${shellQuoted(user)}`)
}

/** @throws CtoError CONFLICT for an import with nothing to undo */
function requireKept({ id, state, metadata }: ImportLog): void {
  // What a sync or an ingest stored before it failed stays.
  const isInParts = metadata?.type === 'delivery' || metadata?.type === 'events'
  if (state === 'done' || (isInParts && (state === 'failed' || state === 'interrupted'))) return
  const reasons = {
    running: 'it is still running',
    failed: 'it failed, and nothing was stored',
    interrupted: 'it was interrupted, and nothing was stored',
    undone: 'it is already undone',
  }
  throw new CtoError('CONFLICT', `import ${id} cannot be undone`, {
    reason: reasons[state],
    hint: `cto import show ${id}`,
  })
}

const formerValues = { audit: 'audit rows', history: 'changes' } as const

/** @throws CtoError NOT_PERMITTED where rows that hold the former values were pruned */
async function requireImages(db: Db, { id, timestamp }: ImportLog): Promise<void> {
  for (const kind of ['audit', 'history'] as const) {
    const before = await findPrunedBefore(db, kind)
    if (before === null || timestamp >= before) continue
    throw new CtoError('NOT_PERMITTED', `import ${id} can no longer be undone`, {
      reason: `${formerValues[kind]} from before ${before.toISOString()}, which held the former values, were pruned`,
      hint: 'cto db restore FILE --into-schema old shows an older state',
    })
  }
}

/** @throws CtoError NOT_PERMITTED where events that it brought were pruned: their part of the sums is unknown */
async function requireEvents(db: Db, { id, metadata }: ImportLog): Promise<void> {
  const before = metadata?.type === 'sessions' ? await findPrunedBefore(db, 'sessions') : null
  if (before === null || (await countEvents(db, id)) >= Number(metadata?.counts?.['counted'])) return
  throw new CtoError('NOT_PERMITTED', `import ${id} can no longer be undone`, {
    reason: `events from before ${before.toISOString()} were pruned`,
    hint: 'cto db restore FILE --into-schema old shows an older state',
  })
}

/** @throws CtoError CONFLICT where a later import changed its rows and has to be undone first */
async function requireLast(db: Db, log: ImportLog): Promise<void> {
  await requireLastSync(db, log)
  const [later, ...others] = await findLaterImports(db, log)
  if (later === undefined) return
  const { id, file, timestamp, changed } = later
  const more = others.length === 0 ? '' : `, and ${others.length} more after it did too`
  throw new CtoError('CONFLICT', `import ${log.id} cannot be undone before import ${id}`, {
    reason: `${file ?? 'import'} of ${timestamp.toISOString()} changed ${changed} of its rows${more}`,
    hint: `cto import undo ${id}`,
  })
}

async function question(db: Db, log: ImportLog): Promise<string> {
  const {
    bugs,
    projects,
    users,
    project_metrics: days,
    toolEvents,
    events,
    facts,
    changed,
  } = await countUndo(db, log)
  if (toolEvents > 0) {
    const file = log.metadata?.file ?? log.source
    return `Undo the import of ${file}: delete ${counted(toolEvents, 'event')} that it brought, and sum their sessions again?`
  }
  if (log.metadata?.type === 'delivery')
    return `Undo the sync of ${log.metadata.file ?? log.source}: delete ${counted(facts, 'fact')} that it created?`
  const created = listed([
    [bugs, counted(bugs, 'bug')],
    [projects, counted(projects, 'project')],
    [users, people(users)],
    [days, daysOf(days)],
    [events, counted(events, 'event')],
    [facts, factsOf(facts)],
  ])
  const restore = changed === 0 ? '' : `, restore ${changed} that it changed`
  // How many were edited is known only under the lock of the undo.
  const unless = bugs + projects + users > 0 ? ', but those edited since' : ''
  return `Undo the import of ${log.metadata?.file ?? log.source}: delete ${created} that it created${unless}${restore}?`
}

/** Texts of the counts that are not 0. */
function listed(counts: readonly [count: number, text: string][]): string {
  const texts = counts.filter(([count]) => count > 0).map(([, text]) => text)
  return texts.join(', ') || 'nothing'
}

function sourceOf({ source, metadata }: ImportLog): string {
  return metadata?.externalSource ?? source
}

function counts(skipped: ImportUndo['skipped']): Record<string, number> {
  return Object.fromEntries(Object.entries(skipped).map(([kind, names]) => [kind, names.length]))
}

const mostNamed = 20

function textOf({ deleted, restored, skipped, kept, keptNames }: ImportUndo): string {
  const deletions = listed([
    [deleted.bugs, counted(deleted.bugs, 'bug')],
    [deleted.projects, counted(deleted.projects, 'project')],
    [deleted.users, people(deleted.users)],
    [deleted.projectMetrics, daysOf(deleted.projectMetrics)],
    [deleted.toolEvents, counted(deleted.toolEvents, 'event')],
    [deleted.sessions, counted(deleted.sessions, 'session')],
    [deleted.events, counted(deleted.events, 'event')],
    [deleted.facts, factsOf(deleted.facts)],
  ])
  const restorations = listed([
    [restored.bugs, counted(restored.bugs, 'bug')],
    [restored.projects, counted(restored.projects, 'project')],
    [restored.projectMetrics, daysOf(restored.projectMetrics)],
  ])
  const lines = [
    `deleted: ${deletions}`,
    `restored: ${restorations}`,
    ...Object.entries(skipped)
      .filter(([, names]) => names.length > 0)
      .map(([kind, names]) => `left, edited since: ${recordsOf(kind, names.length)} (${named(names)})`),
    ...(kept.toolEvents > 0
      ? [`left, added to by a later import: ${counted(kept.toolEvents, 'event')}`]
      : []),
    ...(kept.projects > 0
      ? [`left, in use: ${counted(kept.projects, 'project')} (${named(keptNames.projects)})`]
      : []),
    ...(kept.users > 0 ? [`left, in use: ${people(kept.users)} (${named(keptNames.users)})`] : []),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function recordsOf(kind: string, count: number): string {
  if (kind === 'users') return people(count)
  return kind === 'projectMetrics' ? daysOf(count) : counted(count, kind.replace(/s$/, ''))
}

function people(count: number): string {
  return counted(count, 'person', 'people')
}

function daysOf(count: number): string {
  return counted(count, 'day of metrics', 'days of metrics')
}

function factsOf(count: number): string {
  return counted(count, 'fact of repositories', 'facts of repositories')
}

function named(names: readonly string[]): string {
  return names.slice(0, mostNamed).map(visible).join(', ') + (names.length > mostNamed ? ', …' : '')
}
