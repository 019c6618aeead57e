import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { cto } from '../helpers/cto.js'
import { serverSchema } from '../helpers/server-setup.js'
import { useServer } from '../helpers/server.js'
import { makeAuthority, tlsProxy, type Certificate } from '../helpers/tls.js'

const server = useServer()
const authority = makeAuthority()
const stranger = makeAuthority()
const folder = mkdtempSync(path.join(tmpdir(), 'cto-tls-'))
const closings: (() => void)[] = []

let database: URL

beforeAll(async () => {
  if (server.runs) database = new URL(await server.database('migrated'))
})

beforeEach(({ skip }) => {
  skip(authority === null, 'openssl is not installed')
})

afterAll(() => {
  for (const close of closings) close()
  authority?.remove()
  stranger?.remove()
  rmSync(folder, { recursive: true })
})

async function list(certificate: Certificate | undefined, parameters: Record<string, string>) {
  const url = new URL(database)
  if (certificate) {
    const { port, close } = await tlsProxy(database, certificate)
    closings.push(close)
    url.port = String(port)
  }
  url.password = database.password
  url.searchParams.delete('sslmode')
  for (const [name, value] of Object.entries({ schema: serverSchema, ...parameters }))
    url.searchParams.set(name, value)
  return cto({ env: { DATABASE_URL: url.href }, folder }, 'bugs', 'list')
}

const ours = 'IP:127.0.0.1'

describe('sslmode=verify-full with an authority of our own', () => {
  const trusting = () => ({ sslmode: 'verify-full', sslrootcert: authority?.file ?? '' })

  test('a certificate that it signed for this server is accepted', async () => {
    const { exitCode, stderr } = await list(authority?.issue(ours, 30), trusting())
    expect([exitCode, stderr]).toEqual([0, ''])
  })

  const faults: [string, () => Certificate | undefined, RegExp][] = [
    [
      'the name of another server',
      () => authority?.issue('DNS:other.example', 30),
      /Hostname\/IP does not match/,
    ],
    ['a certificate that has expired', () => authority?.issue(ours, 0), /certificate has expired/],
    ['a certificate of another authority', () => stranger?.issue(ours, 30), /unable to verify|self-signed/],
  ]

  test.each(faults)('%s is exit 4, with the reason', async (_, certificate, reason) => {
    const issued = certificate()
    // Certificates count in seconds.
    await sleep(1100)
    const { exitCode, stdout, stderr } = await list(issued, trusting())
    expect([exitCode, stdout]).toEqual([4, ''])
    expect(stderr).toMatch(/^error: the certificate of the server is not trusted\n {2}.+\n {2}fix: .+\n$/)
    expect(stderr).toMatch(reason)
    expect(stderr).not.toContain(database.password)
  })

  test('a server without encryption is exit 4', async () => {
    const { exitCode, stderr } = await list(undefined, trusting())
    expect([exitCode, stderr]).toEqual([
      4,
      expect.stringMatching(/^error: the server does not support encryption, which sslmode requires\n/),
    ])
  })
})

test('sslmode=verify-ca accepts any name that the authority signed', async () => {
  const parameters = { sslmode: 'verify-ca', sslrootcert: authority?.file ?? '' }
  expect((await list(authority?.issue('DNS:other.example', 30), parameters)).exitCode).toBe(0)
  expect((await list(stranger?.issue(ours, 30), parameters)).exitCode).toBe(4)
})

test.each(['require', 'prefer'])('sslmode=%s encrypts without verifying', async (sslmode) => {
  expect((await list(stranger?.issue('DNS:other.example', 30), { sslmode })).exitCode).toBe(0)
})
