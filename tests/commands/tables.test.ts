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
      // Only without enough room does a table become a list, which is as long as its values.
      if (columns === 40 && /^\w+: /.test(heading)) continue
      expect(heading).toMatch(/^[A-Z0-9 ÷±/+-]+$/)
      expect(rows.length).toBeGreaterThan(1)
      for (const row of [heading, ...rows])
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
      'BUG      SEVERITY STATUS      PRIO SLA      ASSIGNEE PROJECT    TITLE',
      'BUG-1010 critical in_progress   76 ok 3 h   aiko     Storefront Checkout answer…',
      'BUG-1008 high     pending       48 risk 3 h aiko     Storefront Search returns …',
    ),
  )
  expect(await seen(60)).toBe(
    lines(
      'BUG       SEVERITY  STATUS       SLA       TITLE',
      'BUG-1010  critical  in_progress  ok 3 h    Checkout answers…',
      'BUG-1008  high      pending      risk 3 h  Search returns p…',
    ),
  )
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
