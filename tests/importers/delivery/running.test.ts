import { expect, test } from 'vitest'
import type { Source } from '../../../src/importers/csv/source.js'
import { ingestEvents } from '../../../src/importers/delivery/ingest.js'
import { databaseOver } from '../../../src/engine/database.js'
import { cto, now, version } from '../../helpers/cto.js'
import { plain, useDatabase } from '../../helpers/database.js'
import { defaultLimits } from '../../helpers/settings.js'

const db = useDatabase()

/** A promise, and what resolves it. */
function signal(): { sent: Promise<void>; send(): void } {
  let send = () => {}
  const sent = new Promise<void>((resolve) => {
    send = resolve
  })
  return { sent, send }
}

test('events of which none is read yet are shown as an import that runs', async () => {
  const [reached, released] = [signal(), signal()]
  const source: Source = {
    ...{ name: 'slow.jsonl', bytes: 3, compressed: false },
    async *read() {
      reached.send()
      await released.sent
      yield Buffer.from('{}\n')
    },
    sample: () => Promise.resolve(Buffer.alloc(0)),
    close: () => Promise.resolve(),
  }
  const actor = { userId: null, userAgent: `cto/${version}`, now, clock: () => now }
  const options = { actor, dryRun: false, all: true, erased: null, eventName: null, secrets: [] }
  const database = databaseOver(db.connection, { ...plain, limits: defaultLimits() })
  const ingesting = ingestEvents(database, [source], options)
  await reached.sent
  const states = async () => {
    const { stdout } = await cto(db, 'import', 'history', '--fields', 'state', '--no-header')
    return stdout
  }
  expect(await states()).toBe('running\n')
  released.send()
  expect(await ingesting).toMatchObject({ events: 1, rejected: 1 })
  expect(await states()).toBe('done\n')
})
