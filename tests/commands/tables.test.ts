import { describe, expect, test } from 'vitest'
import { width } from '../../src/output/fit.js'
import { shapes } from '../../src/shapes/index.js'
import { cto } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'
import { lines } from '../helpers/lines.js'
import { commandTree, shellWords } from '../helpers/tree.js'

const db = useDatabase()

const lists = [
  'bugs list',
  'bugs list --status all',
  'bugs search gateway',
  'bugs next',
  'bugs history BUG-1001',
  'projects list --status all',
  'projects search atlas',
  'users list',
  'users workload',
  'audit list',
  'import history',
  'metrics kpis',
  'metrics daily',
  'metrics monthly',
  'metrics portfolio',
  'metrics aging',
  'metrics team',
  'metrics flow',
  'metrics explain',
  'metrics check --max open.critical=1',
  'config list',
  'db status',
  'commands',
]

describe('tables fit the terminal', () => {
  test.each(lists)('cto %s', async (line) => {
    await cto(db, 'db', 'seed', '--yes')
    for (const columns of [40, 80, 120, 200]) {
      const { stdout } = await cto({ ...db, terminal: columns }, ...shellWords(line))
      const [heading = '', ...rows] = stdout.split('\n')
      // Only without enough room does a table become cards: the same headings, one beside each value.
      if (columns > 40) expect(heading).toMatch(/^[A-Z0-9 ÷±/+-]+$/)
      else expect(heading).toMatch(/^[A-Z]/)
      expect(rows.length).toBeGreaterThan(1)
      // A word that is longer, as the URL of a server, stays whole on a card, so that it can be copied.
      const isOneWord = (row: string) => columns === 40 && /^[A-Z]+ +\S+$/.test(row)
      for (const row of [heading, ...rows].filter((each) => !isOneWord(each)))
        expect(width(row), `${columns}: ${row}`).toBeLessThanOrEqual(columns)
    }
  })
})

test('free text shrinks first, then people and projects; enum values never shrink', async () => {
  await cto(db, 'db', 'seed', '--yes')
  const seen = async (columns: number) => {
    const { stdout } = await cto({ ...db, terminal: columns }, 'bugs', 'list', '--mine', '--as', 'aiko')
    return stdout
  }
  expect(await seen(80)).toBe(
    lines(
      'BUG       SEV   STAT  PR  SLA      WHO   PROJECT  TITLE',
      'BUG-1010  crit  prog  76  ok 3h    aiko  Storef…  Checkout answers 502 for one …',
      'BUG-1008  high  pend  48  risk 3h  aiko  Storef…  Search returns products that …',
    ),
  )
  expect(await seen(60)).toBe(
    lines(
      'BUG      SEV  STAT SLA     TITLE',
      'BUG-1010 crit prog ok 3h   Checkout answers 502 for one car…',
      'BUG-1008 high pend risk 3h Search returns products that are…',
    ),
  )
})

test('a text of any length has lines of its own where there is no room for its column', async () => {
  await cto(db, 'db', 'seed', '--yes')
  const note = 'the second payment provider answers with an empty page whenever a card was declined before'
  await cto(db, 'bugs', 'start', 'BUG-1009', '--as', 'aiko', '--note', note)
  const history = await cto({ ...db, terminal: 80 }, 'bugs', 'history', 'BUG-1009', '--field', 'status')
  expect(history.stdout).toBe(
    lines(
      'WHEN         BUG       FIELD   WAS      IS           BY',
      '03-02 09:00  BUG-1009  status  pending  in_progress  aiko',
      '  the second payment provider answers with an empty page whenever a card was',
      '  declined before',
    ),
  )
  expect(history.stderr).toBe('')
  const audit = await cto({ ...db, terminal: 80 }, 'audit', 'list', '--action', 'bug.start')
  expect(audit.stdout).toContain('\n  status pending → in_progress')
  expect(audit.stdout).not.toContain('{')
})

test('no table ever cuts an id or one of a few words', async () => {
  const cut = (await commandTree()).commands.flatMap(({ path, definition }) => {
    const { list, rows = [], record } = definition.output
    return [list, rows, record]
      .flat()
      .flatMap((view) =>
        view === undefined
          ? []
          : view.fields
              .filter(
                ({ name, shrink }) =>
                  shrink !== undefined && isWhole(schemaAt(shapes[view.shape] as Schema, name)),
              )
              .map(({ name }) => `${path}: ${name}`),
      )
  })
  expect(cut).toEqual([])
})

interface Schema {
  enum?: unknown[]
  format?: string
  anyOf?: Schema[]
  properties?: Record<string, Schema>
}

/** Of `assignedTo.id`, that of `id` below `assignedTo`. */
function schemaAt(schema: Schema, name: string): Schema {
  const at = name
    .split('.')
    .reduce<Schema | undefined>((found, key) => partsOf(found).properties?.[key], schema)
  return partsOf(at)
}

/** The one that is not null. */
function partsOf(schema: Schema = {}): Schema {
  return schema.anyOf?.find((each) => (each as { type?: string }).type !== 'null') ?? schema
}

function isWhole({ enum: words, format }: Schema): boolean {
  return words !== undefined || format === 'uuid' || format === 'date' || format === 'date-time'
}
