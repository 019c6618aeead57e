import { beforeAll, describe, expect, test } from 'vitest'
import { activityTopics } from '../../../src/data/admin/topics/activity.js'
import { serverTopics } from '../../../src/data/admin/topics/server.js'
import { tableTopics } from '../../../src/data/admin/topics/tables.js'
import { cto } from '../../helpers/cto.js'
import { serverVersions, useOwnServer } from '../../helpers/own-server.js'
import { useServer } from '../../helpers/server.js'

// The project of the server has the catalogue of the migrations as they are now.
useServer()

/** `supabase inspect db …` and the methods of pg-extras that look at something. */
const namesOfPeers = [
  ...[
    'bloat',
    'blocking',
    'cache-hit',
    'calls',
    'db-stats',
    'index-sizes',
    'index-stats',
    'index-usage',
    'locks',
  ],
  ...[
    'long-running-queries',
    'outliers',
    'replication-slots',
    'role-configs',
    'role-connections',
    'role-stats',
  ],
  ...[
    'seq-scans',
    'table-index-sizes',
    'table-record-counts',
    'table-sizes',
    'table-stats',
    'total-index-size',
  ],
  ...['total-table-sizes', 'traffic-profile', 'unused-indexes', 'vacuum-stats'],
  ...['add_extensions', 'all_locks', 'buffercache_stats', 'buffercache_usage', 'cache_hit', 'connections'],
  ...[
    'db_settings',
    'duplicate_indexes',
    'extensions',
    'foreign_keys',
    'index_cache_hit',
    'index_scans',
    'index_size',
  ],
  ...[
    'indexes',
    'long_running_queries',
    'null_indexes',
    'records_rank',
    'table_cache_hit',
    'table_foreign_keys',
  ],
  ...['table_index_scans', 'table_indexes_size', 'table_schema', 'table_size', 'tables', 'total_table_size'],
  ...['vacuum_progress', 'analyze_progress'],
]

describe.each(serverVersions)('PostgreSQL $version, as an ordinary role', (version) => {
  const server = useOwnServer(version, ['shared_preload_libraries=pg_stat_statements'])
  const inspect = (...words: string[]) => cto(server, 'db', 'inspect', ...words, '--json')

  beforeAll(async () => {
    // Elsewhere than the tables, as services install them.
    await server.admin('CREATE EXTENSION pg_stat_statements SCHEMA public')
    await server.admin('CREATE EXTENSION pg_buffercache SCHEMA public')
  })

  test('every topic but that of the buffers answers', async () => {
    for (const topic of Object.keys({ ...tableTopics, ...activityTopics, ...serverTopics })) {
      if (topic === 'buffers') continue
      const { exitCode, stderr } = await inspect(topic)
      expect(exitCode, `${topic}: ${stderr}`).toBe(0)
    }
  })

  test('the buffers answer when the role may see them', async () => {
    const refused = await inspect('buffers')
    expect(refused.exitCode).toBe(4)
    expect(refused.stderr).toContain('GRANT pg_monitor TO app;')
    await server.admin('GRANT pg_monitor TO app')
    const { stdout, exitCode } = await inspect('buffers')
    expect(exitCode).toBe(0)
    expect(stdout).toContain('portfolio.bugs')
  })

  test('topics have the names of supabase inspect and pg-extras too', async () => {
    for (const name of namesOfPeers) {
      const { exitCode, stderr } = await inspect(name, '--limit', '1')
      expect(exitCode, `${name}: ${stderr}`).toBe(0)
    }
  })

  test('statements are also found by the name of an order', async () => {
    for (const words of [['calls'], ['statements', '--sort', 'calls']]) {
      const { data } = JSON.parse((await inspect(...words)).stdout) as {
        data: { calls: number; since: string }[]
      }
      const calls = data.map((row) => row.calls)
      expect(calls).toEqual([...calls].sort((a, b) => b - a))
      expect(data[0]?.since).toMatch(/^20/)
    }
  })

  test('what other tools change something by is exit 2, with the command of cto', async () => {
    const { exitCode, stderr } = await inspect('kill_pid')
    expect(exitCode).toBe(2)
    expect(stderr).toContain('cto db cancel --terminate <pid>')
  })
})
