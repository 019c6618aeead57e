import { buildTree, type CommandTree, type DefinedCommand } from '../../src/cli/program.js'
import { outputShapes } from '../../src/commands/definition.js'
import type { Context } from '../../src/context.js'
import { outputSchema } from '../../src/shapes/output.js'
import { version } from './cto.js'

/** The whole tree of commands, for descriptions only: its context is empty. */
export function commandTree(): Promise<CommandTree> {
  return buildTree(
    { line: { flags: {} }, out: { requireFields: () => Promise.resolve() } } as unknown as Context,
    version,
  )
}

/** The JSON Schema of what a command prints with `--json`; null where it prints none. */
export function schemaOf({ definition }: DefinedCommand): object | null {
  return outputSchema(outputShapes(definition))
}

/** The schema, refusing every key that it does not name. */
export function closed(schema: unknown): never {
  if (Array.isArray(schema)) return schema.map(closed) as never
  if (typeof schema !== 'object' || schema === null) return schema as never
  const inner = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, closed(value)]))
  return { ...('properties' in inner && { additionalProperties: false }), ...inner } as never
}

/** A line as a shell splits it: at spaces outside quotes. */
export function shellWords(line: string): string[] {
  return [...line.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replace(/["']/g, ''))
}
