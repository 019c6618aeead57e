import type pg from 'pg'

/** What a statement takes and returns; types are those of pg_type, by their oid. */
export interface StatementDescription {
  parameterTypes: readonly number[]
  /** Null: it returns no rows. */
  columns: readonly StatementColumn[] | null
}

export interface StatementColumn {
  name: string
  type: number
}

/** Members of `pg` that its types lack: a query that sends its own messages. */
interface WireConnection {
  parse(statement: { name: string; text: string; types: readonly number[] }): void
  describe(what: { type: 'S'; name: string }): void
  sync(): void
  once(event: 'parameterDescription', listener: (message: { dataTypeIDs: number[] }) => void): void
}

/**
 * Lets the server parse a statement, which runs nothing of it. The extended protocol accepts one statement, so a second
 * one after a semicolon is a syntax error (42601).
 */
export function describeStatement(client: pg.PoolClient, text: string): Promise<StatementDescription> {
  return new Promise((resolve, reject) => {
    const found: { parameterTypes: number[]; columns: StatementColumn[] | null } = {
      parameterTypes: [],
      columns: null,
    }
    let failure: Error | undefined
    client.query({
      submit: (connection: WireConnection) => {
        connection.once('parameterDescription', ({ dataTypeIDs }) => {
          found.parameterTypes = dataTypeIDs
        })
        connection.parse({ name: '', text, types: [] })
        connection.describe({ type: 'S', name: '' })
        connection.sync()
      },
      handleRowDescription: ({ fields }: { fields: { name: string; dataTypeID: number }[] }) => {
        found.columns = fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID }))
      },
      handleError: (error: Error) => {
        failure = error
        reject(error)
      },
      handleReadyForQuery: () => {
        if (!failure) resolve(found)
      },
    } as never)
  })
}
