import type { Catalogue, CatalogueObject } from '../../engine/schema/catalogue.js'

/** How the objects of a schema differ from what the migrations make. */
export interface Drift {
  missing: CatalogueObject[]
  changed: { expected: CatalogueObject; present: CatalogueObject }[]
  /** Parts of our tables, and triggers on our view, that no migration made. */
  extra: CatalogueObject[]
  /** Tables, views and functions that are not of cto. */
  others: CatalogueObject[]
}

export function driftBetween(expected: Catalogue, present: Catalogue): Drift {
  const [wanted, found] = [byKey(expected), byKey(present)]
  const ourTables = new Set(expected.filter(({ kind }) => kind === 'TABLE').map(({ name }) => name))
  const lostTables = new Set([...ourTables].filter((name) => !found.has(keyOf({ kind: 'TABLE', name }))))
  const unexpected = present.filter((object) => !wanted.has(keyOf(object)))
  return {
    // What belongs to a lost table is lost with it.
    missing: withoutTwins(
      expected.filter((object) => !found.has(keyOf(object)) && !belongsTo(object, lostTables)),
    ),
    changed: expected.flatMap((object) => {
      const now = found.get(keyOf(object))
      return now && now.definition !== object.definition ? [{ expected: object, present: now }] : []
    }),
    extra: withoutTwins(unexpected.filter((object) => belongsTo(object, ourTables))),
    others: unexpected.filter((object) => !isPart(object)),
  }
}

/** `COLUMN bugs.title`, as findings name it. */
export function nameOf({ kind, name }: Pick<CatalogueObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}

const keyOf = nameOf

function byKey(catalogue: Catalogue): Map<string, CatalogueObject> {
  return new Map(catalogue.map((object) => [keyOf(object), object]))
}

function isPart({ kind }: CatalogueObject): boolean {
  return kind === 'COLUMN' || kind === 'CONSTRAINT' || kind === 'INDEX' || kind === 'TRIGGER'
}

function belongsTo(object: CatalogueObject, tables: ReadonlySet<string>): boolean {
  return isPart(object) && tables.has(tableAndPart(object).table)
}

/** A name of a table may hold a dot only where it is quoted. */
export function tableAndPart({ name }: Pick<CatalogueObject, 'name'>): { table: string; part: string } {
  const [, table = '', part = ''] = /^("(?:[^"]|"")*"|[^.]*)\.(.*)$/s.exec(name) ?? []
  return { table, part }
}

/** The index of a constraint comes and goes with it. */
export function withoutTwins(objects: readonly CatalogueObject[]): CatalogueObject[] {
  const constraints = new Set(objects.filter(({ kind }) => kind === 'CONSTRAINT').map(({ name }) => name))
  return objects.filter(({ kind, name }) => kind !== 'INDEX' || !constraints.has(name))
}
