/** In the order in which they can be dropped. */
const kinds = ['VIEW', 'TABLE', 'SEQUENCE', 'FUNCTION', 'TYPE'] as const

export type ObjectKind = (typeof kinds)[number]

export interface SchemaObject {
  kind: ObjectKind
  name: string
}

const statement = /^(CREATE|DROP) (VIEW|TABLE|SEQUENCE|FUNCTION|TYPE) (?:IF (?:NOT )?EXISTS )?"([^"]+)"/gm

/**
 * What the migrations leave in a schema, read out of their SQL in order, so that no second list can disagree with it.
 * The result is in an order in which it can be dropped.
 */
export function objectsOf(migrations: readonly { sql: string }[]): SchemaObject[] {
  const objects = new Map<string, SchemaObject>()
  for (const { sql } of migrations) {
    for (const [, verb, word = '', name = ''] of sql.matchAll(statement)) {
      const kind = word as ObjectKind
      if (verb === 'CREATE') objects.set(`${kind} ${name}`, { kind, name })
      else objects.delete(`${kind} ${name}`)
    }
  }
  return [...objects.values()].sort((a, b) => kinds.indexOf(a.kind) - kinds.indexOf(b.kind))
}
