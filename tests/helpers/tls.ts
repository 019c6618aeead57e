import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { TLSSocket } from 'node:tls'

/** A certificate and its key, as PEM. */
export interface Certificate {
  cert: string
  key: string
}

/** An authority of the tests' own, made by openssl. */
export interface Authority {
  /** Its certificate, for sslrootcert. */
  file: string
  /** @param names such as `DNS:localhost,IP:127.0.0.1`; with `days` 0 it expires at once */
  issue(names: string, days: number): Certificate
  remove(): void
}

/** Null where openssl is not installed. */
export function makeAuthority(): Authority | null {
  const folder = mkdtempSync(path.join(tmpdir(), 'cto-tls-'))
  const openssl = (...words: string[]) => {
    execFileSync('openssl', words, { cwd: folder, stdio: 'pipe' })
  }
  const newKey = (name: string) => {
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', `${name}.key`)
  }
  try {
    newKey('ca')
  } catch {
    rmSync(folder, { recursive: true })
    return null
  }
  openssl(
    'req',
    '-x509',
    '-new',
    '-key',
    'ca.key',
    '-subj',
    '/CN=Authority of the tests',
    '-days',
    '30',
    '-out',
    'ca.pem',
  )
  let count = 0
  return {
    file: path.join(folder, 'ca.pem'),
    issue: (names, days) => {
      const name = `server-${++count}`
      newKey(name)
      openssl('req', '-new', '-key', `${name}.key`, '-subj', '/CN=server', '-out', `${name}.csr`)
      writeFileSync(path.join(folder, `${name}.ext`), `subjectAltName=${names}\n`)
      const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-extfile', `${name}.ext`]
      openssl('x509', '-req', '-in', `${name}.csr`, ...signing, '-days', String(days), '-out', `${name}.pem`)
      const read = (ending: string) => readFileSync(path.join(folder, `${name}.${ending}`), 'utf8')
      return { cert: read('pem'), key: read('key') }
    },
    remove: () => {
      rmSync(folder, { recursive: true })
    },
  }
}

/** The first message of a client that wants encryption. */
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/** A server that speaks TLS with this certificate, in front of one that does not. */
export async function tlsProxy(to: URL, certificate: Certificate): Promise<{ port: number; close(): void }> {
  const sockets: Socket[] = []
  const proxy = createServer((near) => {
    const far = connect(Number(to.port), to.hostname)
    sockets.push(near, far)
    for (const socket of [near, far]) socket.on('error', () => {})
    near.once('data', (first: Buffer) => {
      if (!first.equals(sslRequest)) {
        near.destroy()
        return
      }
      near.write('S')
      const encrypted = new TLSSocket(near, { isServer: true, ...certificate })
      encrypted.on('error', () => far.destroy())
      encrypted.pipe(far).pipe(encrypted)
    })
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    port: (proxy.address() as AddressInfo).port,
    close: () => {
      for (const socket of sockets) socket.destroy()
      proxy.close()
    },
  }
}
