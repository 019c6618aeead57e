import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

export interface Disturbance {
  /** Text of the statement at whose first occurrence the disturbance happens. */
  at: string
  /** `before` the server gets the statement, or `after` it has answered; the answer never arrives. */
  when: 'before' | 'after'
  /** `end` closes the connection (FIN), `reset` resets it (RST), `stall` keeps it open and forwards nothing more. */
  how: 'end' | 'reset' | 'stall'
  /** After it the proxy accepts connections, and forwards nothing on any of them. */
  forGood?: boolean
}

/** A TCP proxy in front of a server that disturbs one connection, once. */
export async function disturbingProxy(
  to: URL,
  { at, when, how, forGood = false }: Disturbance,
): Promise<{ port: number; wasDisturbed: () => boolean; close: () => void }> {
  let isDisturbed = false
  const sockets: Socket[] = []
  const proxy = createServer((near) => {
    const far = connect(Number(to.port), to.hostname)
    sockets.push(near, far)
    for (const socket of [near, far]) socket.on('error', () => {})
    far.pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
    let isStalled = isDisturbed && forGood
    const disturb = () => {
      if (how === 'end') near.destroy()
      if (how === 'reset') near.resetAndDestroy()
      isStalled = true
    }
    near.on('data', (chunk: Buffer) => {
      if (isStalled) return
      const disturbs = !isDisturbed && chunk.includes(at)
      isDisturbed ||= disturbs
      if (!disturbs) {
        far.write(chunk)
        return
      }
      far.unpipe(near)
      if (when === 'before') {
        disturb()
        return
      }
      far.write(chunk)
      far.once('data', disturb)
      far.resume()
    })
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const close = () => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  }
  return { port: (proxy.address() as AddressInfo).port, wasDisturbed: () => isDisturbed, close }
}

/** A TCP proxy that hands on what the server answers after a while: a server far away. */
export async function slowProxy(to: URL, delayMs: number): Promise<{ port: number; close: () => void }> {
  const sockets: Socket[] = []
  const proxy = createServer((near) => {
    const far = connect(Number(to.port), to.hostname)
    sockets.push(near, far)
    for (const socket of [near, far]) socket.on('error', () => {})
    near.pipe(far)
    far.on('data', (chunk: Buffer) => setTimeout(() => near.write(chunk), delayMs))
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  const close = () => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  }
  return { port: (proxy.address() as AddressInfo).port, close }
}
