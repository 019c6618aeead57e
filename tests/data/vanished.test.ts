import { expect, test } from 'vitest'
import { getBug } from '../../src/data/bugs/bugs.js'
import { explainBug } from '../../src/data/bugs/explain-bug.js'
import { getImport } from '../../src/data/imports/imports.js'
import { getProjectWithBugs } from '../../src/data/projects/project-with-bugs.js'
import { getRecord } from '../../src/data/plain-records.js'
import { userRecords } from '../../src/data/users/users.js'
import type { Db } from '../../src/engine/client.js'
import { now } from '../helpers/cto.js'
import { useDatabase } from '../helpers/database.js'

const db = useDatabase()
const id = '00000000-0000-4000-8000-000000000000'

test.each<[string, (tx: Db) => Promise<unknown>]>([
  ['bug', (tx) => getBug(tx, { id, now })],
  ['explanation of a bug', (tx) => explainBug(tx, { id, now })],
  ['project', (tx) => getProjectWithBugs(tx, { id, now })],
  ['user', (tx) => getRecord(tx, userRecords, id)],
  ['import', (tx) => getImport(tx, id)],
])('a %s that was deleted after its name was found is reported as not found', async (_, show) => {
  await expect(db.read(show)).rejects.toMatchObject({ code: 'NOT_FOUND', exitCode: 3 })
})
