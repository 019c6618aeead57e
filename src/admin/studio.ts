import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, constants, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { CtoError } from '../errors.js'
import type { DatabaseSettings } from '../engine/open.js'
import { whileServed, type ServeSettings } from '../engine/serve.js'
import type { ServerSettings } from '../engine/settings.js'
import { requireSockets } from './serve.js'

export interface Studio {
  /** The program, as `findPrisma` found it. */
  prisma: string
  env: Readonly<Record<string, string | undefined>>
  port: number | undefined
  browser: string | undefined
}

/**
 * The URL holds only what has no variable of libpq. An argument would be seen by every user of the machine, and the driver of
 * the studio finds a socket by PGHOST alone.
 */
const urlVariable = 'CTO_STUDIO_URL'

const config = `export default { datasource: { url: process.env.${urlVariable} } }\n`

/**
 * Starts Prisma Studio and waits for its end. An embedded database is served for it.
 *
 * @throws CtoError NOT_CONFIGURED where it fails, or where an embedded database cannot be served
 */
export async function openStudio(
  settings: Omit<ServeSettings, 'at'> & Pick<DatabaseSettings, 'at'>,
  studio: Studio,
): Promise<void> {
  const { at, signal } = settings
  if (at.engine === 'postgresql') {
    await runStudio(studio, variablesOf(at.server), signal)
    return
  }
  requireSockets()
  await whileServed({ ...settings, at }, ({ folder: host, port, user, database }) =>
    runStudio(
      studio,
      variablesOf({ host, port, user, database, password: undefined, tls: { mode: 'disable' } }),
      signal,
    ),
  )
}

type Place = Pick<ServerSettings, 'host' | 'port' | 'user' | 'password' | 'database' | 'tls'>

function variablesOf({ host, port, user, password, database, tls }: Place): Record<string, string> {
  const isVerified = tls.mode === 'require' && tls.options.rejectUnauthorized !== false
  return {
    [urlVariable]: `postgresql:///${encodeURIComponent(database)}?sslmode=${isVerified ? 'verify-full' : tls.mode}`,
    PGHOST: host,
    PGPORT: String(port),
    PGUSER: user,
    ...(password !== undefined && { PGPASSWORD: password }),
  }
}

/** The user's own Prisma: of the folder, of one above it, else of PATH. @throws CtoError NOT_CONFIGURED */
export async function findPrisma(
  cwd: string,
  { PATH = '' }: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const folders = [
    ...parentsOf(cwd).map((each) => path.join(each, 'node_modules/.bin')),
    ...PATH.split(path.delimiter),
  ]
  for (const folder of folders.filter((each) => each !== '')) {
    const file = path.join(folder, 'prisma')
    if (await isProgram(file)) return file
  }
  throw new CtoError('NOT_CONFIGURED', 'Prisma, which has the studio, is not installed here', {
    reason: `no node_modules of ${cwd} or above has it, and PATH neither`,
    hint: 'npm install --no-save prisma@7, then cto db studio',
  })
}

function parentsOf(folder: string): string[] {
  const parent = path.dirname(folder)
  return parent === folder ? [folder] : [folder, ...parentsOf(parent)]
}

function isProgram(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  )
}

async function runStudio(
  { prisma, env, port, browser }: Studio,
  variables: Record<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cto-studio-'))
  try {
    const file = path.join(folder, 'prisma.config.mjs')
    await writeFile(file, config)
    const flags = [
      ...(port === undefined ? [] : ['--port', String(port)]),
      ...(browser === undefined ? [] : ['--browser', browser]),
    ]
    const child = spawn(prisma, ['studio', '--config', file, ...flags], {
      env: { ...env, ...variables },
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    const end = () => child.kill()
    signal.addEventListener('abort', end)
    const [exitCode] = (await once(child, 'close')) as [number | null]
    signal.removeEventListener('abort', end)
    signal.throwIfAborted()
    if (exitCode !== 0) {
      throw new CtoError('NOT_CONFIGURED', 'Prisma Studio ended without success', {
        reason: `${prisma}: exit code ${exitCode ?? 'none'}`,
        hint: 'see what it printed above; it needs Prisma 7',
      })
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}
