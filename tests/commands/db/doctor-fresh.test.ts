import { describe, expect, test } from 'vitest'
import type { HealthReport } from '../../../src/shapes/health-check.js'
import { cto } from '../../helpers/cto.js'
import { serverVersions, useOwnServer } from '../../helpers/own-server.js'
import { useServer } from '../../helpers/server.js'

// The project of the server has the catalogue of the migrations as they are now.
useServer()

/** As a server of production has them: the tests' own is made to be fast. */
const careful = ['fsync=on', 'full_page_writes=on', 'autovacuum=on']

describe.each(serverVersions)('a fresh database of PostgreSQL $version, as an ordinary role', (version) => {
  const server = useOwnServer(version, careful)

  test('has no finding', async () => {
    // The machine may be slow; that is no fault of the database.
    const skipped = ['--skip', 'conn.latency,self']
    const world = { ...server, now: new Date() }
    const { stdout, exitCode, stderr } = await cto(world, 'db', 'doctor', ...skipped, '--json')
    expect(exitCode, stderr).toBe(0)
    const { checks } = (JSON.parse(stdout) as { data: HealthReport }).data
    expect(checks.filter(({ status }) => status === 'finding')).toEqual([])
    expect(checks.find(({ id }) => id === 'schema.drift')).toMatchObject({ status: 'ok' })
    expect(checks.filter(({ message }) => message.startsWith('failed'))).toEqual([])
  })
})
