// A folder as the archive an engine builds an image from, written while it is read: it may be larger than our memory.
import { createReadStream } from 'node:fs'
import { lstat, readdir, readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { ignored, type Ignored } from '../../core/dockerignore.ts'
import { padding, tarEnd, tarHeader } from '../../core/tar.ts'

/** What is neither a folder, a file nor a link is left out; so is what `.dockerignore` names, but for `dockerfile`. */
export function buildContext(dir: string, dockerfile: string): Readable {
  return Readable.from(archive(dir, dockerfile), { objectMode: false })
}

async function* archive(dir: string, dockerfile: string): AsyncGenerator<Buffer> {
  const rules = await readFile(join(dir, '.dockerignore'), 'utf8').catch(() => '')
  const kept = new Set(['.dockerignore', dockerfile])
  yield* below(dir, '', ignored(rules), kept)
  yield tarEnd
}

async function* below(dir: string, folder: string, skip: Ignored, kept: ReadonlySet<string>): AsyncGenerator<Buffer> {
  for (const name of (await readdir(join(dir, folder))).toSorted()) {
    const path = folder === '' ? name : `${folder}/${name}`
    const full = join(dir, path)
    const stat = await lstat(full)
    const out = skip(path) && !kept.has(path)
    const common = { mode: stat.mode & 0o7777, uid: stat.uid, gid: stat.gid }
    const time = Math.floor(stat.mtimeMs / 1000)
    if (stat.isDirectory()) {
      const holds = [...kept].some((one) => one.startsWith(`${path}/`))
      if (out && !holds && !skip.exceptions) continue
      if (!out) yield tarHeader({ ...common, path: `${path}/` }, 0, time)
      yield* below(dir, path, skip, kept)
    } else if (!out && stat.isSymbolicLink()) {
      yield tarHeader({ ...common, path, link: await readlink(full) }, 0, time)
    } else if (!out && stat.isFile()) {
      yield tarHeader({ ...common, path }, stat.size, time)
      yield* exactly(full, stat.size)
      yield Buffer.alloc(padding(stat.size))
    }
  }
}

/** The header has said how many bytes come. */
async function* exactly(path: string, size: number): AsyncGenerator<Buffer> {
  let left = size
  if (size > 0)
    for await (const chunk of createReadStream(path, { end: size - 1 })) {
      left -= (chunk as Buffer).length // no encoding was asked for
      yield chunk as Buffer
    }
  if (left > 0) throw new Error(`${path} became shorter while it was read`)
}
