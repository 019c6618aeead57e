import { collectFiles } from '../../files/collect-files.js'
import { openSource, type Source } from '../../importers/csv/source.js'
import { requireJson } from '../../importers/json-file.js'
import { findErasures } from '../../data/delivery/erasures.js'
import { getSecret, readSecret } from '../../data/secrets/secrets.js'
import type { Database } from '../../engine/database.js'
import type { Context } from '../../context.js'
import { counted } from '../../domain/counted.js'
import { visible } from '../../output/visible.js'
import type { IngestReport } from '../../shapes/event.js'
import type { CommandDefinition } from '../definition.js'
import { encryptionKeys } from '../encryption-keys.js'

interface Options {
  event?: string
  all?: true
  secret?: string
}

export const eventsIngestCommand: CommandDefinition = {
  name: 'ingest',
  description:
    'Store the events of files, and derive pull requests, issues, commits and deployments from them',
  effect: 'writes',
  output: { document: 'ingestReport' },
  exitCodes: [3, 5],
  examples: [
    ['cto events ingest deliveries.jsonl', 'one delivery a line, with its headers and its body'],
    [
      'cto events ingest deliveries.jsonl --secret hook',
      'reject deliveries that are not signed with a stored secret',
    ],
    ['cto events ingest payload.json --event pull_request', 'a bare payload'],
    ['cto events ingest 2026-11-01-*.json.gz', 'hours of GH Archive, of repositories that are known'],
  ],
  parameters: (command) =>
    command
      .argument('<files...>', 'files, folders of files, or - for standard input; .gz too')
      .option('--event <name>', 'the event of bare payloads, as X-GitHub-Event names it')
      .option('--secret <secret>', 'reject what is not signed with this secret (X-Hub-Signature-256)')
      .option('--all', 'of archives also the events of repositories that are not known yet'),
  run: ingest,
}

async function ingest(ctx: Context, names: readonly string[], options: Options): Promise<void> {
  const { ingestEvents } = await import('../../importers/delivery/ingest.js')
  const files = await collectFiles(names, { cwd: ctx.line.cwd, extensions: ['.json', '.jsonl', '.ndjson'] })
  const sources: Source[] = []
  const progress = ctx.out.progress('ingesting')
  try {
    for (const { name, place, shown } of files) {
      const source = { ...(await openSource(place, { stdin: ctx.line.stdin, shown })), name }
      sources.push(source)
      await requireJson(source, 'name files of JSON: an event a line, or a payload')
    }
    const report = await ctx.db.open(
      'write',
      async (database) =>
        ingestEvents(database, sources, {
          actor: await database.read((db) => ctx.db.actor(db)),
          dryRun: ctx.line.flags.dryRun,
          all: options.all === true,
          erased: await database.read((db) => findErasures(db, () => encryptionKeys(ctx))),
          eventName: options.event ?? null,
          secrets: await secretsNamed(ctx, database, options.secret),
          onEvents: (count) => {
            progress.update({ count })
          },
        }),
      { longWork: true },
    )
    progress.end()
    for (const problem of report.problems.slice(0, mostPrinted)) ctx.out.notice(visible(problem))
    await ctx.out.document({ data: report, text: () => textOf(report) })
    if (report.rejected > 0) ctx.out.setExitCode(5)
  } finally {
    progress.end()
    for (const source of sources) await source.close()
  }
}

/** The secret with which deliveries must be signed; none without the flag. */
async function secretsNamed(
  ctx: Context,
  database: Database,
  name: string | undefined,
): Promise<Uint8Array[]> {
  if (name === undefined) return []
  const keys = encryptionKeys(ctx)
  const text = await database.read(async (db) => {
    const { id } = await getSecret(db, { name, organizationId: null })
    return readSecret(db, id, keys)
  })
  return [Buffer.from(text)]
}

const mostPrinted = 10

function textOf({ events, stored, skipped, duplicates, unknown, rejected, importId }: IngestReport): string {
  const parts = [
    `${counted(events, 'event')}: ${stored} stored`,
    ...(skipped > 0 ? [`${skipped} of them of kinds from which no fact follows`] : []),
    ...(duplicates > 0 ? [`${duplicates} stored before`] : []),
    ...(unknown > 0 ? [`${unknown} of repositories that are not known (--all takes them)`] : []),
    ...(rejected > 0 ? [`${rejected} rejected`] : []),
  ]
  return `${parts.join(', ')}\n${importId === null ? '' : `import ${importId}\n`}`
}
