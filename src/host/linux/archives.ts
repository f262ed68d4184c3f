// Image archives on this machine (`docker save` form) and what they hold: the system's own, and the preload folders.
import { createReadStream } from 'node:fs'
import { open, readdir, stat } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import type { Scope } from '../../core/resource.ts'
import { listedAs } from '../../core/image-reference.ts'
import { BLOCK, padding, readHeader } from '../../core/tar.ts'

/** The service images, part of the system itself. */
export const SYSTEM_ARCHIVE = '/usr/share/ros/images-system.tar'

/** Folders as RancherOS named them (reference section 0). */
const PRELOAD: Readonly<Record<Scope, string>> = {
  system: '/var/lib/rancher/preload/system-docker',
  user: '/var/lib/rancher/preload/docker'
}

/** Bytes of an archive's manifest that are believed; a larger one is no image archive. */
const MANIFEST_LIMIT = 1 << 20

export interface Archives {
  find(scope: Scope, ref: string): Promise<string | null>
  /** Reference -> image id of everything in the system's archive. */
  shipped(): Promise<Readonly<Record<string, string>>>
}

export function archives(root = ''): Archives {
  const known = new Map<string, { readonly stamp: string; readonly refs: ReadonlyMap<string, string> }>()

  const refsOf = async (path: string): Promise<ReadonlyMap<string, string>> => {
    const { mtimeMs, size } = await stat(path)
    const stamp = `${mtimeMs} ${size}`
    const old = known.get(path)
    if (old?.stamp === stamp) return old.refs
    const refs = parseManifest(/\.t?gz$/.test(path) ? await zippedManifest(path) : await plainManifest(path))
    known.set(path, { stamp, refs })
    return refs
  }

  const inFolder = async (folder: string): Promise<readonly string[]> => {
    try {
      const names = await readdir(folder)
      return names.filter((name) => /\.(tar|tgz|tar\.gz)$/.test(name)).map((name) => `${folder}/${name}`)
    } catch {
      return []
    }
  }

  return {
    async find(scope, ref) {
      const wanted = listedAs(ref)
      for (const path of [
        ...(scope === 'system' ? [root + SYSTEM_ARCHIVE] : []),
        ...(await inFolder(root + PRELOAD[scope]))
      ]) {
        try {
          if ((await refsOf(path)).has(wanted)) return path
        } catch {
          // Half a file (still being copied) or none of ours: the others are looked at all the same.
        }
      }
      return null
    },
    async shipped() {
      try {
        return Object.fromEntries(await refsOf(root + SYSTEM_ARCHIVE))
      } catch {
        return {}
      }
    }
  }
}

/** Walks the headers without reading the layers. */
async function plainManifest(path: string): Promise<string> {
  const file = await open(path)
  try {
    const block = Buffer.alloc(BLOCK)
    for (let at = 0; ; ) {
      await file.read(block, 0, BLOCK, at)
      const head = readHeader(block)
      if (head === null) throw new Error(`${path} holds no manifest.json`)
      if (head.path === 'manifest.json') {
        const body = Buffer.alloc(Math.min(head.size, MANIFEST_LIMIT))
        await file.read(body, 0, body.length, at + BLOCK)
        return body.toString('utf8')
      }
      at += BLOCK + head.size + padding(head.size)
    }
  } finally {
    await file.close()
  }
}

/** A compressed archive has to be read through; only the manifest is kept. */
async function zippedManifest(path: string): Promise<string> {
  let buffer = Buffer.alloc(0)
  let skip = 0
  let wanted = 0
  for await (const chunk of createReadStream(path).pipe(createGunzip())) {
    buffer = Buffer.concat([buffer, chunk as Buffer]) // a gunzip stream yields buffers
    for (;;) {
      const dropped = Math.min(skip, buffer.length)
      buffer = buffer.subarray(dropped)
      skip -= dropped
      if (wanted > 0 && buffer.length >= wanted) return buffer.toString('utf8', 0, wanted)
      if (skip > 0 || wanted > 0 || buffer.length < BLOCK) break
      const head = readHeader(buffer.subarray(0, BLOCK))
      if (head === null) throw new Error(`${path} holds no manifest.json`)
      buffer = buffer.subarray(BLOCK)
      if (head.path === 'manifest.json') wanted = Math.min(head.size, MANIFEST_LIMIT)
      else skip = head.size + padding(head.size)
    }
  }
  throw new Error(`${path} holds no manifest.json`)
}

/** manifest.json of `docker save`: each image's config is named by its digest, which is the image id. */
function parseManifest(text: string): ReadonlyMap<string, string> {
  const entries = JSON.parse(text) as readonly {
    readonly Config: string
    readonly RepoTags: readonly string[] | null
  }[]
  return new Map(
    entries.flatMap(({ Config, RepoTags }) => {
      const id = `sha256:${/([0-9a-f]{64})/.exec(Config)?.[1] ?? ''}`
      return (RepoTags ?? []).map((tag) => [listedAs(tag), id] as const)
    })
  )
}
