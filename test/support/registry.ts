// A real registry (Debian's docker-registry) on the loopback with one image in it, behind a proxy that can be slow, cut or lie.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createPlain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform, type TransformCallback } from 'node:stream'
import { until } from './loop.ts'
import { imageParts } from './test-image.ts'

const PROGRAM = '/usr/bin/docker-registry'

/** Why there can be no registry here; null when there can. */
export function noRegistry(): string | null {
  return existsSync(PROGRAM) ? null : 'no docker-registry on this machine (Debian package docker-registry)'
}

/**
 * `slow`: layers come a little at a time. `cut`: every connection is closed at once. `lying`: layers are other bytes of the same
 * length than their digest says.
 */
export type Manner = 'honest' | 'slow' | 'cut' | 'lying'

export interface TestRegistry {
  /** `address:port` as the machine knows it. */
  readonly name: string
  manner: Manner
  /** Layers asked for since the last call. */
  asked(): number
  stop(): void
}

/** A registry that `address` of this host leads to, with an image `repository:1`. */
export async function testRegistry(address: string, repository: string): Promise<TestRegistry> {
  const dir = mkdtempSync(join(tmpdir(), 'rosd-registry-'))
  const port = await freePort()
  const config = join(dir, 'config.json')
  const http = { addr: `127.0.0.1:${port}`, secret: 'test' }
  // JSON is YAML, too.
  writeFileSync(config, JSON.stringify({ version: 0.1, storage: { filesystem: { rootdirectory: dir } }, http }))
  const registry = spawn(PROGRAM, ['serve', config], { stdio: 'ignore' })
  const proxy = createServer()
  const stop = () => {
    registry.kill('SIGKILL')
    proxy.closeAllConnections()
    proxy.close()
    rmSync(dir, { recursive: true, force: true })
  }
  try {
    await until(
      () =>
        send(port, 'GET', '/v2/').then(
          ({ status }) => status === 200,
          () => false
        ),
      20_000,
      'the registry'
    )
    await push(port, repository)
    await new Promise<void>((resolve) => proxy.listen(0, address, resolve))
  } catch (error) {
    stop()
    throw error
  }
  let layers = 0
  const self: TestRegistry = {
    name: `${address}:${(proxy.address() as AddressInfo).port}`, // listens on a port
    manner: 'honest',
    asked() {
      const count = layers
      layers = 0
      return count
    },
    stop
  }
  proxy.on('request', (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (self.manner === 'cut') {
      incoming.socket.destroy()
      return
    }
    const layer = incoming.method === 'GET' && /\/blobs\//.test(incoming.url ?? '')
    if (layer) layers += 1
    const { url, method, headers } = incoming
    const onward = request({ host: '127.0.0.1', port, path: url, method, headers }, (answer) => {
      const { manner } = self
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      if (!layer || manner === 'honest') answer.pipe(outgoing)
      else answer.pipe(manner === 'slow' ? slowly() : falsely()).pipe(outgoing)
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

async function push(port: number, repository: string): Promise<void> {
  const { config, layer } = imageParts('pulled')
  for (const blob of [config, layer]) {
    const begun = await send(port, 'POST', `/v2/${repository}/blobs/uploads/`)
    const place = new URL(begun.location)
    await send(port, 'PUT', `${place.pathname}${place.search}&digest=${digest(blob)}`, blob, 'application/octet-stream')
  }
  const type = 'application/vnd.docker.distribution.manifest.v2+json'
  const manifest = {
    schemaVersion: 2,
    mediaType: type,
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      size: config.length,
      digest: digest(config)
    },
    layers: [{ mediaType: 'application/vnd.docker.image.rootfs.diff.tar', size: layer.length, digest: digest(layer) }]
  }
  const { status } = await send(
    port,
    'PUT',
    `/v2/${repository}/manifests/1`,
    Buffer.from(JSON.stringify(manifest)),
    type
  )
  if (status !== 201) throw new Error(`the registry does not take the image: ${status}`)
}

function send(
  port: number,
  method: string,
  path: string,
  body?: Buffer,
  type?: string
): Promise<{ readonly status: number; readonly location: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-length': body?.length ?? 0, ...(type === undefined ? {} : { 'content-type': type }) }
    const call = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, location: answer.headers.location ?? '' }))
    })
    call.on('error', reject)
    call.end(body)
  })
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createPlain().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo // listens on a port
      server.close(() => resolve(port))
    })
  })
}
