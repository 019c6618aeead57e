import type { Command } from 'commander'
import { buildTree } from '../../src/cli/program.js'
import type { Context } from '../../src/context.js'
import { declarationOf, outputShapes, type Declaration } from '../../src/commands/declare.js'
import { outputSchema } from '../../src/shapes/output.js'
import { version } from './cto.js'

/** The whole tree of commands. It is described here, never run: there is nothing behind its context. */
export function commandTree(): Promise<Command> {
  return buildTree(
    { line: { flags: {} }, out: { requireFields: () => Promise.resolve() } } as unknown as Context,
    version,
  )
}

/** A command that does something. */
export interface Leaf {
  /** `bugs list` */
  path: string
  command: Command
  /** Undefined where somebody forgot it. */
  declaration: Declaration | undefined
}

/** In the order of the tree. */
export function leavesOf(command: Command, words: readonly string[] = []): Leaf[] {
  const path = words.join(' ')
  if (command.commands.length === 0) return [{ path, command, declaration: declarationOf(command) }]
  return command.commands.flatMap((child) => leavesOf(child, [...words, child.name()]))
}

/** The JSON Schema of what a command prints with `--json`; null where it prints none. */
export function schemaOf({ declaration }: Leaf): object | null {
  return declaration ? outputSchema(outputShapes(declaration)) : null
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
