import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import generatorHelper from '@prisma/generator-helper'

/**
 * The second generator of `prisma generate`. It writes tables.ts, which describes the table of every model for SQL:
 * Prisma's client has neither SQL types nor nullability.
 */

/**
 * @typedef {import('@prisma/dmmf').Model} Model
 * @typedef {import('@prisma/dmmf').Field} Field
 */

/** The SQL type of a Prisma type without a `@db` attribute. */
const defaultTypes = new Map([
  ['String', 'text'],
  ['Int', 'integer'],
  ['BigInt', 'bigint'],
  ['Decimal', 'numeric'],
  ['Boolean', 'boolean'],
  ['Json', 'jsonb'],
  ['Bytes', 'bytea'],
])

/** The SQL type of a `@db` attribute. */
const nativeTypes = new Map([
  ['Uuid', 'uuid'],
  ['Timestamptz', 'timestamptz'],
  ['Date', 'date'],
  ['Decimal', 'numeric'],
])

generatorHelper.generatorHandler({
  onManifest: () => ({ prettyName: 'table descriptions' }),
  async onGenerate({ dmmf, generator }) {
    const { models, enums } = dmmf.datamodel
    const tables = keyed(models, tableName, (model) => tableOf(model, models))
    const glossary = {
      tables: keyed(models, tableName, ({ documentation, fields }) => ({
        comment: commentOf(documentation),
        fields: keyed(columnsOf(fields), nameOf, (field) => commentOf(field.documentation)),
      })),
      enums: keyed(enums, nameOf, ({ documentation, values }) => ({
        comment: commentOf(documentation),
        values: values.map(nameOf),
      })),
    }
    const text = `/* Written by scripts/tables-generator.js from prisma/schema. */

/** Every table by name, its columns by field. \`type\` is the SQL type as a cast takes it, \`size\` its precision. */
export const tables = ${JSON.stringify(tables, null, 2)} as const

/** The comments of prisma/schema. */
export const glossary = ${JSON.stringify(glossary, null, 2)}
`
    await writeFile(path.join(outputOf(generator), 'tables.ts'), text)
  },
})

/** @param {import('@prisma/generator').GeneratorConfig} generator */
function outputOf({ name, output }) {
  if (!output?.value) throw new Error(`generator ${name} has no output`)
  return output.value
}

/**
 * @template Item, Value
 * @param {readonly Item[]} items
 * @param {(item: Item) => string} keyOf
 * @param {(item: Item) => Value} valueOf
 */
function keyed(items, keyOf, valueOf) {
  return Object.fromEntries(items.map((item) => [keyOf(item), valueOf(item)]))
}

/** @param {{ name: string }} named */
function nameOf({ name }) {
  return name
}

/** @param {Model} model */
function tableName({ name, dbName }) {
  return dbName ?? name
}

/**
 * @param {Model} model
 * @param {readonly Model[]} models
 */
function tableOf(model, models) {
  const { fields, primaryKey } = model
  return {
    name: tableName(model),
    model: model.name,
    key: primaryKey?.fields ?? fields.filter(({ isId }) => isId).map(nameOf),
    columns: keyed(columnsOf(fields), nameOf, (field) => ({
      column: field.dbName ?? field.name,
      ...typeOf(field),
      // Prisma reads a list that is NULL as an empty one, and so declares none nullable.
      nullable: !field.isRequired && !field.isList,
      hasDefault: field.hasDefaultValue,
      refersTo: targetOf(field, fields, models),
    })),
  }
}

/**
 * The fields with a column, without relations.
 * @param {readonly Field[]} fields
 */
function columnsOf(fields) {
  return fields.filter(({ kind }) => kind !== 'object')
}

/**
 * @param {Field} field
 * @returns {{ type: string, size: string | null }}
 */
function typeOf({ name, kind, type, nativeType, isList }) {
  const [native, size] = nativeType ?? [null, []]
  const base =
    kind === 'enum' ? `"${type}"` : native === null ? defaultTypes.get(type) : nativeTypes.get(native)
  if (base === undefined) throw new Error(`${name}: no SQL type for ${native ?? type}`)
  return { type: isList ? `${base}[]` : base, size: size.length === 0 ? null : size.join(',') }
}

/**
 * The table that a foreign key refers to.
 * @param {Field} field
 * @param {readonly Field[]} fields
 * @param {readonly Model[]} models
 */
function targetOf({ name }, fields, models) {
  const relation = fields.find(({ relationFromFields }) => relationFromFields?.includes(name))
  const target = models.find((model) => model.name === relation?.type)
  return target ? tableName(target) : null
}

/** @param {string | undefined} documentation */
function commentOf(documentation) {
  return (documentation ?? '').replaceAll('\n', ' ')
}
