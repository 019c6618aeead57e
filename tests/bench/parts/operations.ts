import { bugOperations } from '../bugs.js'
import type { Ground } from '../ground.js'
import { metricOperations } from '../metrics.js'
import { openBench } from '../open.js'
import { questions } from '../questions.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, warmUps } from '../turns.js'
import { prepareWorld } from '../world.js'

interface OperationsOptions {
  /** Only operations whose names contain it. */
  only: string
  /** Times writes too, which are committed. */
  write: boolean
}

/** The time of each operation inside one process, each run with other values. */
export async function timeOperations(
  { url, rounds }: Pick<Ground, 'url' | 'rounds'>,
  { only, write }: OperationsOptions,
): Promise<Line[]> {
  const database = await openBench(url, { readOnly: !write })
  try {
    const world = await prepareWorld(database)
    const operations = [...bugOperations(world), ...questions(world), ...metricOperations(world)].filter(
      ({ name, writes }) => name.includes(only) && (write || !writes),
    )
    const allowed = world.bugs > 500_000 ? 2 : 1
    const lines: Line[] = []
    for (const { name, promiseMs, run } of operations) {
      let n = 0
      const [times = []] = await inTurn([{ name, run: () => run(database, n++) }], rounds, warmUps(rounds))
      lines.push(
        lineOf(
          {
            part: 'operations',
            name,
            unit: 'ms',
            ...(promiseMs !== undefined && { promise: { atMost: promiseMs * allowed } }),
          },
          times,
        ),
      )
    }
    return lines
  } finally {
    await database.close()
  }
}
