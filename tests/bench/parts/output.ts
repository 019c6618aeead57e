import path from 'node:path'
import { bugTable } from '../../../src/data/bugs/bug-columns.js'
import { bugFields } from '../../../src/domain/bug-fields.js'
import { shownFields } from '../../../src/engine/table.js'
import { statSync } from 'node:fs'
import type { Ground } from '../ground.js'
import { lineOf, type Line } from '../result.js'
import { inTurn, median, runProgram, type Contestant } from '../turns.js'

const part = 'output'

/** The fields that are columns of the table, so that csv has the same ones on both sides. */
const columns = shownFields(bugTable, bugFields).join(',')

/** All bugs to a file: `cto` beside psql, which writes the columns of the table without joins and in no order. */
export async function timeOutput(ground: Ground): Promise<Line[]> {
  const { cto, folder, rounds, url, say, peakOf } = ground
  const env = { DATABASE_URL: url }
  const all = ['bugs', 'list', '--status', 'all', '--limit', '0']
  const ours = (format: string, fields: readonly string[] = []): Contestant => ({
    name: `cto bugs list -f ${format}`,
    run: () => cto([...all, '-f', format, ...fields], { env, output: path.join(folder, `ours.${format}`) }),
  })
  const psql = (name: string, args: readonly string[], format: string): Contestant => ({
    name,
    run: () =>
      runProgram({
        file: 'psql',
        args: [url, '-qAtX', ...args],
        output: path.join(folder, `psql.${format}`),
      }),
  })
  const pairs = [
    {
      format: 'csv',
      ours: ours('csv', ['--fields', columns]),
      theirs: psql('psql --csv', ['--csv', '-c', 'SELECT * FROM bugs'], 'csv'),
    },
    {
      format: 'ndjson',
      ours: ours('ndjson'),
      theirs: psql('psql, row_to_json', ['-c', 'SELECT row_to_json(b) FROM bugs b'], 'ndjson'),
    },
  ]
  const lines: Line[] = []
  for (const { format, ours, theirs } of pairs) {
    say(`output as ${format}`)
    const [mine = [], others = []] = await inTurn([ours, theirs], Math.min(rounds, 10))
    const bytes = (side: string) => statSync(path.join(folder, `${side}.${format}`)).size
    // Bytes per second, since the two write different columns.
    const ratio = bytes('ours') / median(mine) / (bytes('psql') / median(others))
    lines.push(
      lineOf(
        {
          part,
          name: `${ours.name}, bytes per second`,
          unit: 's',
          against: { name: theirs.name, ratio },
          promise: { atLeast: 0.5 },
        },
        mine,
      ),
      lineOf({ part, name: theirs.name, unit: 's' }, others),
    )
    const peak = await peakOf((more) =>
      cto([...all, '-f', format], { env: { ...env, ...more }, output: path.join(folder, 'peak.out') }),
    )
    lines.push(lineOf({ part, name: `memory: ${ours.name}`, unit: 'MB' }, [peak]))
  }
  return lines
}
