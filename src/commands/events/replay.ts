import { getRepositoryId } from '../../data/delivery/delivery-names.js'
import { findErasures } from '../../data/delivery/erasures.js'
import { counted } from '../../domain/counted.js'
import type { Context } from '../../context.js'
import { list } from '../../flags/options.js'
import type { EventReplay } from '../../shapes/event.js'
import type { CommandDefinition } from '../definition.js'
import { encryptionKeys } from '../encryption-keys.js'

interface Options {
  repo?: string[]
}

export const eventsReplayCommand: CommandDefinition = {
  name: 'replay',
  description: 'Derive the facts of stored events again, after an upgrade or where facts were deleted',
  effect: 'writes',
  output: { document: 'eventReplay' },
  exitCodes: [3, 5],
  examples: [
    ['cto events replay', 'all that are stored; what is right already is left alone'],
    ['cto events replay --repo acme/shop', 'of one repository'],
  ],
  parameters: (command) =>
    command.option(
      '--repo <repositories>',
      'owner/name, also a former one (repeat or separate by commas)',
      list,
    ),
  run: replay,
}

async function replay(ctx: Context, { repo }: Options): Promise<void> {
  const { replayEvents } = await import('../../importers/delivery/replay.js')
  const progress = ctx.out.progress('replaying')
  try {
    const report = await ctx.db.open(
      'write',
      async (database) => {
        const found = await database.read(async (db) => ({
          actor: await ctx.db.actor(db),
          erased: await findErasures(db, () => encryptionKeys(ctx)),
          repositoryIds: repo && (await Promise.all(repo.map((name) => getRepositoryId(db, name)))),
        }))
        return replayEvents(database, {
          ...found,
          dryRun: ctx.line.flags.dryRun,
          onEvents: (count) => {
            progress.update({ count })
          },
        })
      },
      { longWork: true },
    )
    progress.end()
    if (report.failed > 0) {
      ctx.out.caution(`${counted(report.failed, 'event')} failed: cto events list --state failed`)
      ctx.out.setExitCode(5)
    }
    await ctx.out.document({ data: report, text: () => textOf(report) })
  } finally {
    progress.end()
  }
}

function textOf({ events, derived, skipped, withoutPayload }: EventReplay): string {
  const parts = [
    `${counted(events, 'event')}: ${derived} derived, ${skipped} of kinds from which no fact follows`,
    ...(withoutPayload > 0 ? [`${withoutPayload} more are stored without their payload`] : []),
  ]
  return `${parts.join('; ')}\n`
}
