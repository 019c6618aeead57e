import pg from 'pg'

interface Address {
  /** A name, an IP address, or a folder of sockets. */
  host: string
  port: number
}

/** A class of `pg` that its types lack. */
interface WireConnection {
  connect(portOrPath: number | string, host?: string): void
  cancel(processId: number, secretKey: number): void
  end(): void
  on(event: 'connect' | 'error' | 'end', listener: () => void): void
}

/**
 * Asks the server to cancel the client's statement. The request is a separate connection that carries the secret key of
 * the client's; it is not encrypted, which servers accept even where sessions must be. Waits at most `timeoutMs`; never
 * fails.
 */
export async function cancelOnServer(
  client: pg.PoolClient,
  { host, port }: Address,
  timeoutMs: number,
): Promise<void> {
  const { processID, secretKey } = client as unknown as { processID: number | null; secretKey: number | null }
  if (processID === null || secretKey === null) return
  const { Connection } = pg as unknown as { Connection: new (config: object) => WireConnection }
  const wire = new Connection({ ssl: false })
  await new Promise<void>((resolve) => {
    const done = () => {
      clearTimeout(giveUp)
      resolve()
    }
    const giveUp = setTimeout(done, timeoutMs)
    wire.on('connect', () => {
      wire.cancel(processID, secretKey)
    })
    wire.on('error', done)
    wire.on('end', done)
    if (host.startsWith('/')) wire.connect(`${host}/.s.PGSQL.${port}`)
    else wire.connect(port, host)
  })
}
