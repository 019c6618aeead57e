import type { Health } from '../../shapes/administration.js'
import { CtoError } from '../../errors.js'
import type { Context } from '../../context.js'
import { choice } from '../../flags/options.js'
import { healthView } from '../../views/administration.js'
import type { CommandDefinition } from '../definition.js'

interface HealthOptions {
  failOn?: 'degraded'
}

export const dbHealthCommand: CommandDefinition = {
  name: 'health',
  description: 'Report whether the database answers, for a probe: exit 0, or 6 if it does not',
  effect: 'reads',
  output: { record: healthView },
  exitCodes: [8],
  examples: [
    ['cto db health', 'status, response time, and what to do'],
    ['cto db health --fail-on degraded --quiet', 'exit 8 too where it answers and something is wrong'],
  ],
  parameters: (command) =>
    command.option(
      '--fail-on <status>',
      'exit 8 if the database answers and something is wrong',
      choice('status', ['degraded'] as const),
    ),
  run: showHealth,
}

async function showHealth(ctx: Context, { failOn }: HealthOptions): Promise<void> {
  const health = await healthNow(ctx)
  await ctx.out.one(healthView, health)
  if (health.status === 'unhealthy') ctx.out.setExitCode(6)
  if (health.status === 'degraded' && failOn === 'degraded') ctx.out.setExitCode(8)
}

async function healthNow(ctx: Context): Promise<Health> {
  const { assess, probed, unhealthy } = await import('../../admin/health.js')
  const { chooseChecks } = await import('../../admin/doctor/checks.js')
  const { patientOf } = await import('../../admin/doctor/patient.js')
  const { targetOf } = await import('../../engine/open.js')
  const settings = ctx.db.settings()
  const now = ctx.now()
  const checks = chooseChecks({ only: probed })
  try {
    return await ctx.db.open('inspect', (database) =>
      assess(database, { patient: patientOf(database, { settings, deep: false, now }), checks, now }),
    )
  } catch (error) {
    if (!(error instanceof CtoError) || !error.retryable) throw error
    return unhealthy({ target: targetOf(settings), error, now })
  }
}
