import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { importSource, root } from './bundle.js'

/**
 * Writes the declarations of the library: src/library/api.ts, which holds types alone, the records from their JSON shapes,
 * and the values. They import no other package: neither Prisma's types nor those of our shapes.
 *
 * @param {string} folder
 */
export async function writeDeclarations(folder) {
  /** @type {typeof import('../src/shapes/index.js') & typeof import('../src/library/records.js') & { library: Record<string, unknown> }} */
  const { shapes, recordShapes, library } = await importSource(`
    export { shapes } from './src/shapes/index.ts'
    export { recordShapes } from './src/library/records.ts'
    export * as library from './src/library/index.ts'`)
  const records = Object.entries(recordShapes).map(
    ([name, shape]) => `export interface ${name} ${typeOf(/** @type {Schema} */ (shapes[shape]))}\n`,
  )
  const files = {
    'api.d.ts': await readFile(path.join(root, 'src/library/api.ts'), 'utf8'),
    'records.d.ts': records.join('\n'),
    'index.d.ts': declarationsOf(library),
  }
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text)
}

const functions = {
  connect: `/**
 * Opens a database for another program. A new embedded database is created; a server must have the tables.
 *
 * @throws CtoError UNREACHABLE, LOCKED, NOT_PERMITTED, NOT_CONFIGURED, NO_TABLES, SCHEMA_…
 */
export declare function connect(options?: ConnectOptions): Promise<Cto>`,
  withWorkspace: `/**
 * Opens a workspace, by its domain or id, runs \`work\` in it, and closes it, whatever happens.
 *
 * @throws CtoError as connect; NOT_FOUND for an unknown workspace, NOT_PERMITTED for a suspended one
 */
export declare function withWorkspace<T>(
  workspace: string,
  work: (cto: Cto) => Promise<T>,
  options?: Omit<ConnectOptions, 'workspace' | 'schema'>,
): Promise<T>`,
  CtoError: `/** A failure with a message for people and a code for programs. */
export declare class CtoError extends Error {
  readonly code: ErrorCode
  /** Why, or a suggestion. */
  readonly reason: string | undefined
  /** What to do about it. */
  readonly hint: string | undefined
  readonly data: Readonly<Record<string, unknown>> | undefined
  /** Of the command line. */
  readonly exitCode: number
  /** Whether the same can succeed later, unchanged. */
  readonly retryable: boolean
}`,
}

/** @param {Record<string, unknown>} library */
function declarationsOf(library) {
  const values = Object.entries(library).map(([name, value]) => {
    if (name in functions) return functions[/** @type {keyof typeof functions} */ (name)]
    if (typeof value === 'function') throw new Error(`scripts/declarations.js: declare ${name}`)
    return `export declare const ${name}: ${constantType(value)}`
  })
  return [
    "import type { ConnectOptions, Cto } from './api.js'",
    "export type * from './api.js'\nexport type * from './records.js'",
    ...values,
    'export type ErrorCode = keyof typeof errorCodes\n',
  ].join('\n\n')
}

/** @param {unknown} value */
function constantType(value) {
  if (Array.isArray(value)) return `readonly [${value.map((each) => JSON.stringify(each)).join(', ')}]`
  const entries = Object.entries(/** @type {object} */ (value))
  return `{\n${entries.map(([key, each]) => `  readonly ${key}: ${JSON.stringify(each)}\n`).join('')}}`
}

/**
 * @typedef {object} Schema
 * @property {string} [type]
 * @property {string} [format]
 * @property {readonly unknown[]} [enum]
 * @property {unknown} [const]
 * @property {readonly Schema[]} [anyOf]
 * @property {readonly Schema[]} [allOf]
 * @property {Record<string, Schema>} [properties]
 * @property {readonly string[]} [required]
 * @property {Schema | readonly Schema[]} [items]
 * @property {Record<string, Schema>} [patternProperties]
 * @property {Schema | boolean} [additionalProperties]
 */

/**
 * The type of a JSON shape as the code holds it: a moment is a Date.
 *
 * @param {Schema} schema
 * @returns {string}
 */
function typeOf(schema) {
  if (schema.const !== undefined) return JSON.stringify(schema.const)
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' | ')
  if (schema.anyOf) return [...new Set(schema.anyOf.map(typeOf))].join(' | ')
  if (schema.allOf) return schema.allOf.map(typeOf).join(' & ')
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? 'Date' : 'string'
    case 'integer':
    case 'number':
      return 'number'
    case 'boolean':
    case 'null':
      return schema.type
    case 'array':
      return Array.isArray(schema.items)
        ? `[${schema.items.map(typeOf).join(', ')}]`
        : `Array<${typeOf(/** @type {Schema} */ (schema.items ?? {}))}>`
    case 'object':
      return objectType(schema)
    default:
      return 'unknown'
  }
}

/** @param {Schema} schema */
function objectType({ properties, required = [], patternProperties = {} }) {
  const [values] = Object.values(patternProperties)
  if (values) return `Record<string, ${typeOf(values)}>`
  if (!properties) return 'Record<string, unknown>'
  const fields = Object.entries(properties).map(([name, each]) => {
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name)
    return `${key}${required.includes(name) ? '' : '?'}: ${typeOf(each)}`
  })
  return `{\n${fields.join('\n').replace(/^/gm, '  ')}\n}`
}
