import { existsSync, rmSync } from 'node:fs'
import { beforeAll, expect, inject, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { addBug } from '../../helpers/factories.js'
import {
  hostileStatements,
  passingStatements,
  plantedFile,
  plantedFunctions,
  stateSql,
} from './hostile-statements.js'

// Both engines are those of a superuser here.
const db = useDatabase()

beforeAll(async () => {
  rmSync(plantedFile, { force: true })
  if (inject('server') === null) return
  for (const statement of plantedFunctions) await db.sql(statement)
})

test.each(Object.entries(hostileStatements))("a superuser's query is kept from %s", async (_, statements) => {
  for (const statement of statements) {
    await addBug(db, { title: 'Late' })
    const before = await db.sql(stateSql)
    const { exitCode, stdout, stderr } = await cto(db, 'db', 'query', statement)
    expect([statement, exitCode, stdout], stderr).toEqual([statement, 2, ''])
    expect([statement, await db.sql(stateSql)]).toEqual([statement, before])
    expect([statement, existsSync(plantedFile)]).toEqual([statement, false])
  }
})

test("a superuser's query leaves nothing behind", async () => {
  for (const statement of passingStatements) {
    const before = await db.sql(stateSql)
    expect(await cto(db, 'db', 'query', statement), statement).toMatchObject({ exitCode: 0 })
    expect([statement, await db.sql(stateSql)]).toEqual([statement, before])
    expect((await cto(db, 'db', 'query', 'SELECT count(*) FROM bugs')).exitCode).toBe(0)
  }
})
