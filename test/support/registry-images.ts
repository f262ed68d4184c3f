// Images for a registry: made of layers of given sizes, pushed as a client pushes them.
import { createHash } from 'node:crypto'
import { request } from 'node:http'
import { writeTar } from '../../src/core/tar.ts'

export interface Parts {
  readonly config: Buffer
  readonly layers: readonly Buffer[]
}

/** An image of layers that hold so many bytes each, and that no other image has. */
export function partsOf(marker: string, sizes: readonly number[], architecture = 'amd64'): Parts {
  const layers = sizes.map((size, at) =>
    writeTar([{ path: `layer-${at}`, mode: 0o644, body: Buffer.alloc(size, `${marker} ${at} `) }], 0)
  )
  const config = {
    architecture,
    os: 'linux',
    config: { Cmd: ['/none'] },
    rootfs: { type: 'layers', diff_ids: layers.map(digest) },
    history: layers.map(() => ({ created: '1970-01-01T00:00:00Z' }))
  }
  return { config: Buffer.from(JSON.stringify(config)), layers }
}

const TYPE = 'application/vnd.docker.distribution'

/** Pushes an image to the registry on a port of the loopback; the digest of its manifest. `user` is `name:password`. */
export async function push(port: number, repository: string, parts: Parts, user = '', tag = '1'): Promise<string> {
  for (const blob of [parts.config, ...parts.layers]) {
    const begun = await send(port, 'POST', `/v2/${repository}/blobs/uploads/`, user)
    const place = new URL(begun.location)
    const path = `${place.pathname}${place.search}&digest=${digest(blob)}`
    await send(port, 'PUT', path, user, blob, 'application/octet-stream')
  }
  const entry = (mediaType: string, blob: Buffer) => ({ mediaType, size: blob.length, digest: digest(blob) })
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: `${TYPE}.manifest.v2+json`,
      config: entry('application/vnd.docker.container.image.v1+json', parts.config),
      layers: parts.layers.map((layer) => entry('application/vnd.docker.image.rootfs.diff.tar', layer))
    })
  )
  await put(port, repository, tag, manifest, `${TYPE}.manifest.v2+json`, user)
  return digest(manifest)
}

/** Pushes a list that has the image of this name for one other processor alone. */
export async function pushForeign(port: number, repository: string, parts: Parts, user = ''): Promise<void> {
  const own = await push(port, repository, parts, user, 'foreign')
  const { body } = await send(port, 'GET', `/v2/${repository}/manifests/foreign`, user, undefined, undefined)
  const list = {
    schemaVersion: 2,
    mediaType: `${TYPE}.manifest.list.v2+json`,
    manifests: [
      {
        mediaType: `${TYPE}.manifest.v2+json`,
        size: body.length,
        digest: own,
        platform: { os: 'linux', architecture: 's390x' }
      }
    ]
  }
  await put(port, repository, '1', Buffer.from(JSON.stringify(list)), `${TYPE}.manifest.list.v2+json`, user)
}

async function put(port: number, repository: string, tag: string, manifest: Buffer, type: string, user: string) {
  const { status } = await send(port, 'PUT', `/v2/${repository}/manifests/${tag}`, user, manifest, type)
  if (status !== 201) throw new Error(`the registry does not take ${repository}:${tag}: ${status}`)
}

export interface Answer {
  readonly status: number
  readonly location: string
  readonly body: Buffer
}

export function send(
  port: number,
  method: string,
  path: string,
  user = '',
  body?: Buffer,
  type?: string
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = {
      'content-length': body?.length ?? 0,
      accept: `${TYPE}.manifest.v2+json`,
      ...(user === '' ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` }),
      ...(type === undefined ? {} : { 'content-type': type })
    }
    const call = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      const chunks: Buffer[] = []
      answer.on('data', (chunk: Buffer) => chunks.push(chunk))
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          location: answer.headers.location ?? '',
          body: Buffer.concat(chunks)
        })
      )
    })
    call.on('error', reject)
    call.end(body)
  })
}

function digest(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
