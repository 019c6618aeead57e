import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cto } from '../../helpers/cto.js'
import { lines } from '../../helpers/lines.js'
import { connectToServer } from '../../../src/engine/connection/server.js'
import { useServer } from '../../helpers/server.js'
import { serverSettings } from '../../helpers/settings.js'
import { serverSchema } from '../../helpers/server-setup.js'
import { data } from '../../helpers/workspaces.js'

const server = useServer()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-grant-'))
const roles = {
  admin: `worker_${process.pid}`,
  write: `loader_${process.pid}`,
  read: `reader_${process.pid}`,
}

let owner: string

const run = (url: string, ...argv: string[]) => cto({ env: { DATABASE_URL: url }, folder }, ...argv)

/** The same database as another role. */
function as(role: string): string {
  const url = new URL(owner)
  url.username = role
  url.password = 'secret'
  return url.toString()
}

/** As another program does. */
async function sql(url: string, statement: string): Promise<unknown[]> {
  const connection = await connectToServer(serverSettings(url), { readOnly: false })
  try {
    return (await connection.pool.query<object>(statement)).rows
  } finally {
    await connection.close()
  }
}

beforeAll(async () => {
  if (!server.runs) return
  owner = `${await server.database('migrated')}&schema=${serverSchema}`
  for (const [access, role] of Object.entries(roles)) {
    await sql(owner, `CREATE ROLE ${role} LOGIN PASSWORD 'secret'`)
    expect(await run(owner, 'db', 'grant', role, `--${access}`)).toMatchObject({ exitCode: 0 })
  }
})

afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  if (!server.runs) return
  for (const role of Object.values(roles)) {
    await sql(owner, `DROP OWNED BY ${role}`)
    await sql(owner, `DROP ROLE ${role}`)
  }
})

test('a role with --admin does all that cto does, except migrations', async () => {
  writeFileSync(
    path.join(folder, 'bugs.csv'),
    lines('Issue key,Summary,Priority,Status,Project,Assignee', 'A-1,Slow,High,Open,web,eve@example.com'),
  )
  const url = as(roles.admin)
  for (const line of [
    'users create --email ada@example.com --name Ada',
    'projects create --name shop',
    'bugs create --title Slow --severity high --project shop --assignee ada',
    'bugs start 1001 --as ada',
    'bugs update 1001 --severity critical',
    'metrics snapshot',
    'import csv bugs.csv --type bugs --keep-numbers',
    'config set slaHours.low 100 --shared',
    'db size --record',
    'bugs delete 1001 --yes',
    'users delete ada --yes',
  ])
    expect([line, await run(url, ...line.split(' '))]).toEqual([
      line,
      expect.objectContaining({ exitCode: 0 }),
    ])
  const history = await run(url, 'import', 'history', '-f', 'ids')
  // Who acted is a claim; the login is not.
  const audit = await run(
    url,
    ...'audit list --entity project --fields user.email,details.dbLogin'.split(' '),
  )
  expect(audit.stdout).toContain(`\t${roles.admin}\n`)
  expect(await run(url, 'import', 'undo', history.stdout.trim(), '--yes')).toMatchObject({ exitCode: 0 })
  expect(await run(url, 'db', 'reset', '--confirm', new URL(owner).pathname.slice(1))).toMatchObject({
    exitCode: 4,
  })
  await expect(sql(url, "UPDATE audit_log SET action = 'x'")).rejects.toThrow('permission denied')
})

test('a role that only reads gets the command that gives it more', async () => {
  expect(await run(as(roles.read), 'bugs', 'list')).toMatchObject({ exitCode: 0 })
  const { exitCode, stderr } = await run(as(roles.read), 'projects', 'create', '--name', 'x')
  expect([exitCode, stderr]).toEqual([4, expect.stringContaining('cto db grant ROLE --admin')])
})

test('another program may write with --write, the sequence included, and not into the audit log', async () => {
  const url = as(roles.write)
  const rows = await sql(url, "INSERT INTO bugs (title, severity) VALUES ('x', 'low') RETURNING bug_number")
  expect(rows).toEqual([{ bug_number: expect.stringMatching(/^BUG-/) as string }])
  await expect(sql(url, "INSERT INTO audit_log (action, entity_type) VALUES ('x', 'x')")).rejects.toThrow(
    'permission denied for table audit_log',
  )
})

test('keys and secrets are for those alone who work with cto', async () => {
  for (const [column, table] of [
    ['hash', 'api_keys'],
    ['ciphertext', 'secrets'],
    ['nonce', 'secrets'],
  ] as const) {
    expect(await sql(as(roles.admin), `SELECT ${column} FROM ${table}`)).toEqual([])
    for (const role of [roles.read, roles.write]) {
      await expect(sql(as(role), `SELECT ${column} FROM ${table}`)).rejects.toThrow('permission denied')
      await expect(sql(as(role), `DELETE FROM ${table}`)).rejects.toThrow('permission denied')
      expect(await sql(as(role), `SELECT name FROM ${table}`)).toEqual([])
    }
  }
})

test('doctor finds nothing wrong with any of the three, and something with rights beyond them', async () => {
  const doctor = () => run(owner, 'db', 'doctor', '--only', 'schema.drift,schema.exposed', '--json')
  expect((await doctor()).stdout).toContain('"worst": "ok"')
  await sql(owner, `GRANT UPDATE ON audit_log TO ${roles.admin}`)
  await sql(owner, `GRANT INSERT ON audit_log TO ${roles.read}`)
  await sql(owner, `GRANT SELECT ON secrets TO ${roles.write}`)
  const { stdout } = await doctor()
  expect(stdout).toContain(`REVOKE UPDATE ON`)
  expect(stdout).toContain(`REVOKE INSERT ON`)
  expect(stdout).toContain(`REVOKE SELECT ON`)
})

test('the three exclude each other', async () => {
  const { exitCode, stderr } = await run(owner, 'db', 'grant', roles.read, '--read', '--admin')
  expect([exitCode, stderr]).toEqual([2, expect.stringContaining('exclude each other')])
})

test('beside a registry of workspaces the tables are granted, and the registry is not', async () => {
  const url = await server.database('empty')
  const world = { env: { DATABASE_URL: url }, folder }
  const domain = `granted-${process.pid}.com`
  const reader = `beside_${process.pid}`
  const asReader = Object.assign(new URL(url), { username: reader, password: 'secret' }).toString()
  await data(world, 'db', 'init')
  await data(world, 'workspaces', 'init')
  await data(world, 'workspaces', 'create', domain)
  await sql(url, `CREATE ROLE ${reader} LOGIN PASSWORD 'secret'`)
  try {
    for (const access of ['--read', '--write', '--admin']) {
      const printed = await run(url, 'db', 'grant', reader, access, '--print')
      expect(printed).toMatchObject({
        exitCode: 0,
        stdout: expect.stringContaining('"public".bugs') as string,
      })
      expect(printed.stdout).not.toContain('tenant')
    }
    await data(world, 'db', 'grant', reader, '-w', 'none')
    expect(await run(asReader, 'bugs', 'list')).toMatchObject({ exitCode: 0 })
    await data(world, 'db', 'grant', reader, '--admin')
    expect(await run(asReader, 'projects', 'create', '--name', 'x')).toMatchObject({ exitCode: 0 })
    for (const table of ['tenants', 'tenant_audit'])
      await expect(sql(asReader, `SELECT * FROM public.${table}`)).rejects.toThrow('permission denied')
    const apart = {
      exitCode: 4,
      stderr: expect.stringContaining('rows of this schema are kept apart by policies') as string,
    }
    expect(await run(url, 'db', 'grant', reader, '-w', domain)).toMatchObject(apart)
    await sql(url, 'ALTER TABLE public.bugs ENABLE ROW LEVEL SECURITY')
    expect(await run(url, 'db', 'grant', reader, '-w', 'none')).toMatchObject(apart)
  } finally {
    await data(world, 'workspaces', 'suspend', domain, '--yes')
    await data(world, 'workspaces', 'delete', domain, '--no-backup', '--confirm', domain)
    await sql(url, `DROP OWNED BY ${reader}`)
    await sql(url, `DROP ROLE ${reader}`)
  }
})
