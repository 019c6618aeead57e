import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import { presets } from '../../../src/importers/map/presets/index.js'
import { cto } from '../../helpers/cto.js'
import { useDatabase } from '../../helpers/database.js'
import { reportIn } from '../../helpers/import-csv.js'

const db = useDatabase()

describe('import presets', () => {
  test('lists every tracker that --from takes', async () => {
    const { stdout } = await cto(db, 'import', 'presets')
    expect(stdout.split('\n').map((line) => line.split(' ')[0])).toEqual([
      ...presets.map(({ name }) => name),
      '',
    ])
  })

  test('of one shows how headers and values are mapped', async () => {
    const { stdout } = await cto(db, 'import', 'presets', 'jira')
    expect(stdout).toMatch(/^Jira; times in seconds\n/)
    expect(stdout).toContain('  externalId       Issue key, Key, Clave de incidencia, Vorgangsschlüssel')
    expect(stdout).toMatch(/\n {2}medium {11}Major, .*Medium, Normal/)
  })

  test('says what VERIFIED means with and without a resolution', async () => {
    const { stdout } = await cto(db, 'import', 'presets', 'bugzilla')
    expect(stdout).toContain('  unknown status   takes the value of resolution;')
    expect(stdout).toMatch(
      /\n {2}Verified {9}closed with a resolution; verified without one, which counts as open/,
    )
    expect(stdout).toContain('--map "status.VERIFIED=closed"')
    const { data } = JSON.parse((await cto(db, 'import', 'presets', 'jira', '--json')).stdout) as {
      data: unknown
    }
    expect(data).toMatchObject({ unknownStatusBy: ['statusCategory', 'resolution'], closedWhenResolved: [] })
  })

  test('rejects an unknown one (exit 2)', async () => {
    const { exitCode, stderr } = await cto(db, 'import', 'presets', 'jirra')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('did you mean "jira"?')
  })
})

describe('import template', () => {
  test('is only the columns, with the names of the tracker', async () => {
    const { stdout } = await cto(db, 'import', 'template', '--type', 'users')
    expect(stdout).toBe('email,name,role,isActive\r\n')
  })

  // Our own list changes bugs that are there already.
  const others = presets.filter(({ name }) => name !== 'cto')
  const kinds = others.flatMap(({ name, projects, users }) => [
    ['bugs', name],
    ...(projects ? [['projects', name]] : []),
    ...(users ? [['users', name]] : []),
  ])
  test.each(kinds)(
    'of %s in the words of %s is understood, example and all',
    async (type = '', from = '') => {
      const { stdout } = await cto(db, 'import', 'template', '--type', type, '--from', from, '--example')
      await writeFile(path.join(db.folder, 'template.csv'), stdout)
      const result = await cto(db, 'import', 'csv', 'template.csv', '--type', type, '--from', from, '--json')
      expect(reportIn(result)).toMatchObject({
        records: 1,
        created: 1,
        rejected: 0,
        detected: { unused: [] },
      })
    },
  )
})
