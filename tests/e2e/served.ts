import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { afterAll, afterEach } from 'vitest'
import type { Serving } from '../../src/shapes/database.js'
import { bin, environment, start } from './binary.js'

/** An embedded database that `cto db serve` serves, in a home of its own. */
export interface Served {
  home: string
  folder: string
  pid: number
  ended: ReturnType<typeof start>['ended']
  signal(signal: NodeJS.Signals): void
  /** Sends the request that `psql` sends at Ctrl-C. */
  cancel(client: pg.Client): void
  /** A connected client, ended after the test. */
  connect(config?: pg.ClientConfig): Promise<pg.Client>
}

/** Starts servers, each in a home; all are stopped after the last test of the file. */
export function useServed(): (home?: string, argv?: readonly string[]) => Promise<Served> {
  const servers: Served[] = []
  const clients: pg.Client[] = []
  const homes: string[] = []
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.end().catch(() => undefined)))
  })
  afterAll(async () => {
    for (const each of servers) each.signal('SIGTERM')
    await Promise.all(servers.map(({ ended }) => ended))
    for (const home of homes) rmSync(home, { recursive: true, force: true })
  })
  const ownHome = () => {
    const home = mkdtempSync(path.join(tmpdir(), 'cto-serve-'))
    homes.push(home)
    mkdirSync(path.join(home, 'cto'))
    return home
  }
  return async (home = ownHome(), argv = []) => {
    const line = [bin, 'db', 'serve', '--json', ...argv]
    const { child, ended } = start(process.execPath, line, environment(home))
    child.stdin.end()
    const [output] = (await Promise.race([
      once(child.stdout, 'data'),
      ended.then(({ stderr }) => {
        throw new Error(stderr)
      }),
    ])) as [Buffer]
    const { data } = JSON.parse(output.toString()) as { data: Serving }
    const served: Served = {
      home,
      folder: data.folder,
      pid: data.pid,
      ended,
      signal: (signal) => child.kill(signal),
      cancel: (client) => {
        const { processID, secretKey } = client as unknown as { processID: number; secretKey: number }
        const request = Buffer.alloc(16)
        for (const [at, number] of [16, 80877102, processID, secretKey].entries()) {
          request.writeInt32BE(number, at * 4)
        }
        connectSocket(path.join(data.folder, '.s.PGSQL.5432'))
          .on('error', () => {})
          .end(request)
      },
      connect: async (config = {}) => {
        const client = new pg.Client({ host: data.folder, user: 'postgres', database: 'postgres', ...config })
        // A connection that ends is what some tests are about.
        client.on('error', () => {})
        clients.push(client)
        await client.connect()
        return client
      },
    }
    servers.push(served)
    return served
  }
}
