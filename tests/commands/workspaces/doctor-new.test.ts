import { beforeAll, expect, test } from 'vitest'
import type { HealthReport } from '../../../src/shapes/health-check.js'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

let world: World

beforeAll(async () => {
  world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
  await data(world, 'workspaces', 'create', 'new.com')
})

test('doctor finds nothing in a new registry, and does not call it foreign where tables of one organisation exist', async ({
  skip,
}) => {
  skip(db.engine !== 'embedded', 'other tests change the registry of the server')
  expect(await data(world, 'workspaces', 'doctor', '--all')).toEqual([])
  await db.sql('CREATE TABLE public.stranger (id int PRIMARY KEY)')
  const { stdout } = await cto(world, 'db', 'doctor', '--only', 'schema.drift', '--json')
  const { checks } = (JSON.parse(stdout) as { data: HealthReport }).data
  expect(checks).toMatchObject([{ id: 'schema.drift', message: 'objects beside those of cto: 1' }])
})
