import type { Catalogue, CatalogueObject } from '../../engine/schema/catalogue.js'
import { tableAndPart, withoutTwins, type Drift } from './drift.js'

/*
 * The statements that undo a drift, for a person to read before they are run: with the search path of migrations, as
 * catalogues have no schema.
 */

export function createStatements(missing: readonly CatalogueObject[], expected: Catalogue): string[] {
  return withoutTwins(missing).flatMap((object) => createStatement(object, expected))
}

export function changeStatements(changed: Drift['changed'], expected: Catalogue): string[] {
  return changed.flatMap((each) => changeStatement(each, expected))
}

export function dropStatement({ kind, name }: CatalogueObject): string {
  const { table, part } = tableAndPart({ name })
  switch (kind) {
    case 'COLUMN':
    case 'CONSTRAINT':
      return `ALTER TABLE ${table} DROP ${kind} ${part}`
    case 'TRIGGER':
      return `DROP TRIGGER ${part} ON ${table}`
    case 'INDEX':
      return `DROP INDEX ${part}`
    default:
      return `DROP ${kind} ${name}`
  }
}

function createStatement(object: CatalogueObject, expected: Catalogue): string[] {
  const { kind, name, definition } = object
  const { table, part } = tableAndPart(object)
  switch (kind) {
    case 'TABLE': {
      const ofTable = (wanted: CatalogueObject['kind']) =>
        expected.filter((each) => each.kind === wanted && tableAndPart(each).table === name)
      const columns = ofTable('COLUMN').map((column) => `${tableAndPart(column).part} ${column.definition}`)
      const parts = [...ofTable('CONSTRAINT'), ...ofTable('INDEX'), ...ofTable('TRIGGER')]
      return [`CREATE ${kind} ${name} (${columns.join(', ')})`, ...createStatements(parts, expected)]
    }
    case 'COLUMN':
    case 'CONSTRAINT':
      return [`ALTER TABLE ${table} ADD ${kind} ${part} ${definition}`]
    case 'TYPE':
      return [`CREATE TYPE ${name} AS ENUM (${definition})`]
    case 'VIEW':
      return [`CREATE OR REPLACE VIEW ${name} AS ${definition.replace(/;\s*$/, '')}`]
    case 'SEQUENCE': {
      const [made = '', owner = ''] = definition.split(/ (?=OWNED BY )/)
      return [`CREATE SEQUENCE ${name} ${made}`, ...(owner === '' ? [] : [`ALTER SEQUENCE ${name} ${owner}`])]
    }
    case 'CAST': {
      const [how = '', context = ''] = definition.split(' CONTEXT ')
      const clause = { a: ' AS ASSIGNMENT', i: ' AS IMPLICIT' }[context] ?? ''
      return [`CREATE CAST ${name} ${how}${clause}`]
    }
    default:
      return [definition.trim()]
  }
}

function changeStatement(
  { expected: object, present }: Drift['changed'][number],
  expected: Catalogue,
): string[] {
  switch (object.kind) {
    case 'COLUMN':
      return changeColumn(object, present)
    case 'FUNCTION':
    case 'VIEW':
      return createStatement(object, expected)
    default:
      return [dropStatement(present), ...createStatement(object, expected)]
  }
}

function changeColumn(object: CatalogueObject, present: CatalogueObject): string[] {
  const { table, part } = tableAndPart(object)
  const [wanted, found] = [columnOf(object.definition), columnOf(present.definition)]
  const change = (action: string) => `ALTER TABLE ${table} ALTER COLUMN ${part} ${action}`
  return [
    ...(wanted.type === found.type ? [] : [change(`TYPE ${wanted.type}`)]),
    ...(wanted.required === found.required
      ? []
      : [change(wanted.required ? 'SET NOT NULL' : 'DROP NOT NULL')]),
    ...(wanted.default === found.default
      ? []
      : [change(wanted.default === '' ? 'DROP DEFAULT' : `SET DEFAULT ${wanted.default}`)]),
  ]
}

function columnOf(definition: string): { type: string; required: boolean; default: string } {
  const [, type = definition, required, standard = ''] =
    /^(.*?)( NOT NULL)?(?: GENERATED .*?)?(?: DEFAULT (.*))?$/s.exec(definition) ?? []
  return { type, required: required !== undefined, default: standard }
}
