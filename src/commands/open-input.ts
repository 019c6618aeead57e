import path from 'node:path'
import { openSource, type Source } from '../importers/csv/source.js'
import { readPeopleFile } from '../importers/file/people-file.js'
import type { KnownPerson } from '../importers/validate/people.js'
import type { Context } from '../context.js'

/** A file that the user names below the folder of the command, or `-` for standard input. @throws CtoError as `openSource` */
export async function openInput(ctx: Context, name: string): Promise<Source> {
  const { cwd, stdin } = ctx.line
  return openSource(name === '-' ? name : path.resolve(cwd, name), { stdin, shown: name })
}

/** The people of the file of `--people`; none without one. */
export async function readPeople(ctx: Context, file: string | undefined): Promise<KnownPerson[]> {
  if (file === undefined) return []
  const source = await openInput(ctx, file)
  return readPeopleFile(source).finally(() => source.close())
}
