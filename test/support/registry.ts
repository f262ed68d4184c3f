// A real registry (Debian's docker-registry) on the loopback, behind a proxy that can be slow, cut, hang or lie.
import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { createServer as createTls } from 'node:https'
import { type AddressInfo, createServer as createPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Transform, type TransformCallback } from 'node:stream'
import { until } from './loop.ts'
import { type Parts, push, send } from './registry-images.ts'
import { imageParts } from './test-image.ts'

const PROGRAM = '/usr/bin/docker-registry'

/** Why there can be no registry here; null when there can. */
export function noRegistry(): string | null {
  return existsSync(PROGRAM) ? null : 'no docker-registry on this machine (Debian package docker-registry)'
}

/**
 * `slow`: layers come a little at a time. `cut`: every connection is closed at once. `halving`: a layer asked for from its beginning
 * (and is none of a few kB) ends in its middle. `hung`: nothing is answered. `lying`: layers are other bytes of the same length than their digest says.
 */
export type Manner = 'honest' | 'slow' | 'cut' | 'halving' | 'hung' | 'lying'

/** A layer that was asked for. */
export interface Fetch {
  readonly digest: string
  /** The first byte that was asked for. */
  readonly from: number
  /** Bytes that were sent. */
  sent: number
}

export interface RegistryOptions {
  /** The proxy speaks TLS with these; `ca`: it asks for a certificate that this one vouches for. */
  readonly tls?: { readonly key: string; readonly cert: string; readonly ca?: string }
  /** Who may: lines as htpasswd(1) writes them. */
  readonly htpasswd?: string
  /** `name:password` of one of them. */
  readonly user?: string
  /** Asked before the registry is; true: it has answered. */
  readonly gate?: (incoming: IncomingMessage, outgoing: ServerResponse) => boolean
}

export interface TestRegistry {
  /** `address:port` as the machine knows it. */
  readonly name: string
  manner: Manner
  /** Layers asked for since the last call. */
  asked(): number
  /** The same, one by one. */
  fetches(): readonly Fetch[]
  /** The most calls that were under way at once since the last call of this. */
  most(): number
  /** Adds an image `repository:1`; the digest of its manifest. */
  push(repository: string, parts: Parts): Promise<string>
  /** Port of the registry itself, on the loopback. */
  readonly port: number
  /** Closes every connection there is. */
  drop(): void
  stop(): void
}

/** A registry that `address` of this host leads to, with an image `repository:1`; '': with none. */
export async function testRegistry(
  address: string,
  repository: string,
  options: RegistryOptions = {}
): Promise<TestRegistry> {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-registry-'))
  const port = await freePort()
  const config = join(dir, 'config.json')
  const { tls, htpasswd, user = '', gate } = options
  if (htpasswd !== undefined) writeFileSync(join(dir, 'htpasswd'), htpasswd)
  const auth = htpasswd === undefined ? {} : { auth: { htpasswd: { realm: 'test', path: join(dir, 'htpasswd') } } }
  const settings = {
    version: 0.1,
    storage: { filesystem: { rootdirectory: dir } },
    http: { addr: `127.0.0.1:${port}`, secret: 'test' },
    ...auth
  }
  writeFileSync(config, JSON.stringify(settings)) // JSON is YAML, too
  const registry = spawn(PROGRAM, ['serve', config], { stdio: 'ignore' })
  const proxy: Server =
    tls === undefined
      ? createServer()
      : createTls({ ...tls, requestCert: tls.ca !== undefined, rejectUnauthorized: tls.ca !== undefined })
  const stop = () => {
    registry.kill('SIGKILL')
    proxy.closeAllConnections()
    proxy.close()
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    const answers = () =>
      send(port, 'GET', '/v2/', user).then(
        ({ status }) => status === 200,
        () => false
      )
    await until(answers, 20_000, 'the registry')
    const { config: described, layer } = imageParts('pulled')
    if (repository !== '') await push(port, repository, { config: described, layers: [layer] }, user)
    await new Promise<void>((resolve) => proxy.listen(0, address, resolve))
  } catch (error) {
    stop()
    throw error
  }
  let layers: Fetch[] = []
  let [open, most] = [0, 0]
  const self: TestRegistry = {
    name: `${address}:${(proxy.address() as AddressInfo).port}`, // listens on a port
    port,
    manner: 'honest',
    asked: () => self.fetches().length,
    fetches() {
      const all = layers
      layers = []
      return all
    },
    most() {
      const count = most
      most = open
      return count
    },
    push: (name, parts) => push(port, name, parts, user),
    drop: () => proxy.closeAllConnections(),
    stop
  }
  proxy.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { url = '', method, headers } = incoming
    open += 1
    most = Math.max(most, open)
    outgoing.on('close', () => {
      open -= 1
    })
    if (self.manner === 'cut') incoming.socket.destroy()
    if (self.manner === 'cut' || self.manner === 'hung' || gate?.(incoming, outgoing) === true) return
    const [, digest = ''] = /\/blobs\/(sha256:[0-9a-f]+)$/.exec(url) ?? []
    const layer = method === 'GET' && digest !== ''
    const from = Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1] ?? 0)
    const fetch: Fetch = { digest, from, sent: 0 }
    if (layer) layers.push(fetch)
    const onward = request({ host: '127.0.0.1', port, path: url, method, headers }, (answer) => {
      const { manner } = self
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.on('data', (chunk: Buffer) => {
        fetch.sent += chunk.length
      })
      const half = Math.floor(Number(answer.headers['content-length'] ?? 0) / 2)
      if (!layer || manner === 'honest') answer.pipe(outgoing)
      else if (manner !== 'halving') answer.pipe(manner === 'slow' ? slowly() : falsely()).pipe(outgoing)
      else answer.pipe(from === 0 && half > 50_000 ? halfOf(half, incoming) : new PassThrough()).pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => onward.destroy())
    onward.end()
  })
  return self
}

/** 16 kB every tenth of a second at most. */
function slowly(): Transform {
  return new Transform({
    readableHighWaterMark: 16_384,
    writableHighWaterMark: 16_384,
    transform(chunk: Buffer, _encoding: string, done: TransformCallback) {
      setTimeout(done, 100, null, chunk).unref()
    }
  })
}

function falsely(): Transform {
  return new Transform({
    transform: (chunk: Buffer, _encoding: string, done: TransformCallback) =>
      done(null, Buffer.from(chunk.map((byte) => byte ^ 1)))
  })
}

/** So many bytes, then the connection is cut. */
function halfOf(bytes: number, { socket }: IncomingMessage): Transform {
  let left = bytes
  return new Transform({
    transform(chunk: Buffer, _encoding: string, done: TransformCallback) {
      const part = chunk.subarray(0, left)
      left -= part.length
      this.push(part)
      if (left > 0) done()
      // What was written is sent before.
      else setTimeout(() => socket.destroySoon(), 50)
    }
  })
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createPlain().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // listens on a port
      server.close(() => resolve(port))
    })
  })
}
