// A real image for real engines: static busybox in an archive as `docker save` writes it.
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { writeTar } from '../../src/core/tar.ts'

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex')

/** What an image is made of: its configuration and its one layer. `marker` makes the bytes of both differ. */
export function imageParts(marker = ''): { readonly config: Buffer; readonly layer: Buffer } {
  const busybox = readFileSync('/bin/busybox')
  const applets = ['sh', 'sleep', 'echo', 'cat', 'true', 'false', 'httpd', 'wget', 'nc', 'touch', 'rm', 'ls']
  const layer = writeTar(
    [
      { path: 'bin/', mode: 0o755 },
      { path: 'bin/busybox', mode: 0o755, body: busybox },
      ...applets.map((name) => ({ path: `bin/${name}`, mode: 0o777, link: 'busybox' })),
      { path: 'etc/', mode: 0o755 },
      { path: 'etc/marker', mode: 0o644, body: Buffer.from(marker) },
      { path: 'tmp/', mode: 0o1777 }
    ],
    0
  )
  const config = JSON.stringify({
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['sleep', '1d'], Env: ['PATH=/bin'] },
    rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(layer)}`] },
    history: [{ created: '1970-01-01T00:00:00Z' }]
  })
  return { config: Buffer.from(config), layer }
}

/** Writes an image `ref` to `path`; `marker` makes its bytes, and so its id, differ. Returns the image id. */
export function writeTestImage(path: string, ref: string, marker = ''): string {
  const { config, layer } = imageParts(marker)
  const id = sha256(config)
  const tag = /:[^/]+$/.test(ref) ? ref : `${ref}:latest`
  const manifest = JSON.stringify([{ Config: `${id}.json`, RepoTags: [tag], Layers: ['layer/layer.tar'] }])
  writeFileSync(
    path,
    writeTar(
      [
        { path: `${id}.json`, mode: 0o644, body: config },
        { path: 'layer/', mode: 0o755 },
        { path: 'layer/layer.tar', mode: 0o644, body: layer },
        { path: 'manifest.json', mode: 0o644, body: Buffer.from(manifest) }
      ],
      0
    )
  )
  return `sha256:${id}`
}
