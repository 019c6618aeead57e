import { beforeAll, expect, test } from 'vitest'
import { cto, type World } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { data, withoutSchema } from '../../helpers/workspaces.js'

const db = useDatabase()

let world: World
const missing = 'the extension citus is not installed'

beforeAll(async () => {
  world = withoutSchema(db)
  await data(world, 'workspaces', 'init')
  for (const domain of ['fit.com', 'unfit.com']) await data(world, 'workspaces', 'create', domain)
})

test('a dry run names what stands in the way of each workspace', async () => {
  const { schemaName } = await data<{ schemaName: string }>(world, 'workspaces', 'show', 'unfit.com')
  await db.sql(`CREATE TABLE ${schemaName}.keyless (bug_id uuid REFERENCES ${schemaName}.bugs)`)
  await db.sql(
    `CREATE TABLE ${schemaName}.a_name_that_a_cluster_lengthens_by_the_number_of_a_shard (id int CONSTRAINT short_pkey PRIMARY KEY)`,
  )
  await db.sql(
    `CREATE TABLE public.outsider (id int PRIMARY KEY, bug_id uuid CONSTRAINT into_it REFERENCES ${schemaName}.bugs)`,
  )
  const dryRun = ['workspaces', 'distribute', 'fit.com', 'unfit.com', '--dry-run']
  expect(await data(world, ...dryRun)).toMatchObject([
    { workspace: 'fit.com', obstacles: [missing], isDistributed: false },
    {
      workspace: 'unfit.com',
      obstacles: [
        missing,
        'the foreign key into_it leads out of the workspace or into it',
        expect.stringContaining('is longer than 50 characters') as string,
        'the table keyless has no primary key',
      ],
    },
  ])
  await db.sql('DROP TABLE public.outsider')
})

test('where citus is missing nothing is distributed: exit 4, and doctor reports it', async () => {
  expect(await cto(world, 'workspaces', 'distribute', 'fit.com', '--yes')).toMatchObject({
    exitCode: 4,
    stdout: '',
    stderr: expect.stringContaining(missing) as string,
  })
  expect((await cto(world, 'workspaces', 'doctor', 'fit.com')).stderr).toContain(
    `the database cannot be distributed: ${missing}`,
  )
})
