import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import type { NewTrackedBug } from '../../src/data/imports/import-bug-tables.js'
import { createTrackedBugs } from '../../src/data/imports/import-bugs.js'
import type { Importing } from '../../src/data/imports/importing.js'
import { beginImport } from '../../src/data/imports/imports.js'
import { mayCopy } from '../../src/data/imports/new-rows.js'
import { inSavepoint } from '../../src/engine/savepoint.js'
import { defaultSlaPolicy } from '../../src/domain/sla.js'
import { now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()

let importing: Importing

beforeEach(async () => {
  const actor = { userId: null, userAgent: 'test', now, clock: () => now }
  importing = {
    importId: randomUUID(),
    actor,
    byCopy: await db.read((tx) => mayCopy(tx, db.connection.capabilities)),
    takeNumber: null,
    slaPolicy: defaultSlaPolicy,
    slaFrom: 'created',
  }
  const origin = {
    type: 'bugs',
    file: 'a.csv',
    externalSource: 'old',
    preset: 'generic',
    hash: '',
    mapping: {},
  }
  await db.write((tx) => beginImport(tx, { id: importing.importId, source: 'csv', origin, now }))
})

let keys = 0

function bug(facts: Partial<NewTrackedBug>): NewTrackedBug {
  return {
    bugNumber: null,
    externalSource: 'old',
    externalId: `OLD-${(keys += 1)}`,
    externalUid: null,
    externalUrl: null,
    title: 'Checkout fails',
    description: null,
    severity: 'high',
    status: 'pending',
    assignedToId: null,
    createdById: null,
    projectId: null,
    createdAt: null,
    externalUpdatedAt: null,
    resolvedAt: null,
    isBlocker: false,
    estimatedHours: null,
    actualHours: null,
    labels: [],
    ...facts,
  }
}

const create = (bugs: readonly NewTrackedBug[]) =>
  db.write((tx) => inSavepoint(tx, () => createTrackedBugs(tx, bugs, importing)))

describe('new rows', () => {
  test('store their values exactly and in order', async () => {
    const special = fc.constantFrom('\\', '\\N', '\\.', '\t', '\n', '\r', '"', '{', ',', "'", '$1', '*/', '')
    const text = fc
      .array(fc.oneof(special, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 6 })
      .map((pieces) => pieces.join('').replaceAll('\0', ''))
    const facts = fc.record({ title: text.map((title) => `x${title}`), description: fc.option(text) })
    await fc.assert(
      fc.asyncProperty(fc.array(facts, { minLength: 1, maxLength: 8 }), async (drawn) => {
        await db.sql('DELETE FROM bugs')
        await create(drawn.map((each) => bug(each)))
        const stored = await db.sql(
          'SELECT title, description FROM bugs ORDER BY substr(bug_number, 5)::bigint',
        )
        expect(stored).toEqual(drawn)
      }),
      { numRuns: 60 },
    )
  })

  test('store times to the millisecond, decimals to the last digit, and null for no value', async () => {
    const createdAt = new Date('1999-12-31T23:59:59.999Z')
    await create([
      bug({ createdAt, estimatedHours: '12345.67', revenueImpact: '999999999999.99' }),
      bug({ createdAt, estimatedHours: null, revenueImpact: null }),
    ])
    const stored = await db.sql(
      `SELECT created_at, estimated_hours::text, revenue_impact::text, is_blocker, external_url
       FROM bugs ORDER BY bug_number`,
    )
    const same = { created_at: createdAt, is_blocker: false, external_url: null }
    expect(stored).toEqual([
      { ...same, estimated_hours: '12345.67', revenue_impact: '999999999999.99' },
      { ...same, estimated_hours: null, revenue_impact: null },
    ])
  })

  test.each(['first', 'last'])(
    'of which the %s is refused are all taken back, and the transaction goes on',
    async (which) => {
      const long = 'word '.repeat(2000)
      const many = Array.from({ length: 500 }, () => bug({ description: long }))
      const bad = bug({ estimatedHours: 'many' })
      const batch = which === 'first' ? [bad, ...many] : [...many, bad]
      await db.write(async (tx) => {
        const refused = inSavepoint(tx, () => createTrackedBugs(tx, batch, importing))
        await expect(refused).rejects.toThrow('invalid input syntax for type numeric')
        await inSavepoint(tx, () => createTrackedBugs(tx, many.slice(0, 3), importing))
      })
      expect(await db.sql('SELECT count(*)::int FROM bugs')).toEqual([{ count: 3 }])
    },
  )
})
