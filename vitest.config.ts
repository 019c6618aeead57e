import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { bundleTables, prismaModules } from './scripts/bundle.js'
import { EnginesReporter } from './tests/helpers/reporter.js'

/** A test file that uses a database runs on each engine, one that uses the server only there; all others run once. */
const files = readdirSync('tests', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts'))
  .map((file) => `tests/${file.replaceAll('\\', '/')}`)
const spawning = ['tests/e2e/**', 'tests/package/**']
const using = (helper: string) => files.filter((file) => readFileSync(file, 'utf8').includes(`${helper}(`))
const onBoth = using('useDatabase')
const onServer = using('useServer')
/** Run on later versions of Node too: how cto starts, fails and ends, its streams, workers and sockets. */
const onEachNode = ['backup', 'compiled-code', 'env-file', 'query', 'serve', 'streams', 'uncaught'].map(
  (name) => `tests/e2e/${name}.test.ts`,
)

/** Names a database on a cluster (Citus), in which each file gets a distributed schema. */
const hasCluster = Boolean(process.env['CTO_TEST_CITUS_URL'])

const properties = ['tests/helpers/property-setup.ts']

const engine = (name: string, include: string[], setup: string) => ({
  extends: true as const,
  test: {
    name,
    include,
    globalSetup: [`tests/helpers/${setup}`],
    setupFiles: properties,
    // Our modules keep no state between files, and reloading them takes as long as most tests.
    isolate: false,
  },
})

const laterNode = (name: string) => ({
  extends: true as const,
  test: {
    name,
    include: onEachNode,
    globalSetup: ['tests/helpers/node-setup.ts'],
    setupFiles: ['tests/helpers/on-other-node.ts'],
  },
})

export default defineConfig({
  resolve: { alias: { ...prismaModules, 'cli-table3': await bundleTables() } },
  test: {
    reporters: ['default', new EnginesReporter()],
    maxWorkers: availableParallelism(),
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // The tests ignore this machine's git user.
    env: { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          isolate: false,
          setupFiles: properties,
          include: ['tests/**/*.test.ts'],
          exclude: [...spawning, ...onBoth, ...onServer],
        },
      },
      engine('embedded', onBoth, 'embedded-setup.ts'),
      engine('server', [...onBoth, ...onServer], 'server-setup.ts'),
      ...(hasCluster ? [engine('cluster', onBoth, 'cluster-setup.ts')] : []),
      {
        extends: true,
        test: {
          name: 'e2e',
          include: spawning.map((folder) => `${folder}/*.test.ts`),
          globalSetup: ['tests/helpers/build-setup.ts'],
        },
      },
      laterNode('node-22'),
      laterNode('node-24'),
    ],
  },
})
