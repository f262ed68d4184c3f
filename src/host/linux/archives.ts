// Image archives on this machine (`docker save` form) and what they hold: the system's own, and the preload folders.
import { createReadStream, type Stats, watch } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { debounceTime, merge, Observable } from 'rxjs'
import { isArchiveFault } from '../../core/archive-fault.ts'
import { type Holds, inventory, readArchive, unpacked } from '../../core/image-archive.ts'
import { listedAs } from '../../core/image-reference.ts'
import { ARCHIVE_NAME, PRELOAD } from '../../core/preload.ts'
import type { Scope } from '../../core/resource.ts'
import { BLOCK, padding, readHeader } from '../../core/tar.ts'
import type { Archives, Preloaded } from '../ports.ts'
import { packingOfFile } from './docker-loads.ts'
import { linuxFiles } from './files.ts'

/** The service images, part of the system itself. */
export const SYSTEM_ARCHIVE = '/usr/share/ros/images-system.tar'
/** Milliseconds a folder must be quiet before it is looked at: archives are written for a while. */
const QUIET = 1_500
/** Milliseconds since the last write after which an archive is taken for written. */
const WRITING = 1_000

export function archives(root = ''): Archives & { shipped(): Promise<Readonly<Record<string, string>>> } {
  const known = new Map<string, { readonly stamp: string; readonly holds: Promise<Holds> }>()
  const folderOf = (scope: Scope) => root + PRELOAD[scope]

  const check = async (path: string): Promise<Holds> => {
    const stamp = await stampOf(path)
    const old = known.get(path)
    if (old?.stamp === stamp) return old.holds
    const holds = holdsOf(path)
    known.set(path, { stamp, holds })
    holds.catch((error: Error) => {
      // The next time may do better; what is wrong with the archive itself stays so.
      if (!isArchiveFault(error.message) && known.get(path)?.holds === holds) known.delete(path)
    })
    return holds
  }

  const inFolder = async (folder: string): Promise<readonly string[]> => {
    try {
      const names = await readdir(folder)
      return names
        .filter((name) => ARCHIVE_NAME.test(name))
        .sort()
        .map((name) => `${folder}/${name}`)
    } catch {
      return []
    }
  }

  return {
    check,
    async find(scope, ref) {
      const wanted = listedAs(ref)
      const system = root + SYSTEM_ARCHIVE
      for (const path of [...(scope === 'system' ? [system] : []), ...(await inFolder(folderOf(scope)))]) {
        try {
          const sound = path === system || (await stateOf(path))?.state !== 'bad'
          if (sound && (await check(path)).has(wanted)) return path
        } catch {
          // Half a file (still being copied) or none of ours: the others are looked at all the same.
        }
      }
      return null
    },
    async preloaded(scope) {
      const all = await Promise.all((await inFolder(folderOf(scope))).map(stateOf))
      // What was written to this very moment is looked at when its folder has been quiet.
      return all.filter((one): one is Preloaded => one !== null && (one.state !== 'fresh' || one.ageMs >= WRITING))
    },
    stamp: stampOf,
    async note(path, stamp, failure) {
      if (path === root + SYSTEM_ARCHIVE) return
      const [right, wrong] = failure === null ? ['.done', '.failed'] : ['.failed', '.done']
      await linuxFiles.writeAtomic(`${path}${right}`, `${stamp}\n${failure === null ? '' : `${failure}\n`}`)
      await linuxFiles.remove(`${path}${wrong}`)
    },
    changes: merge(...(['system', 'user'] as const).map((scope) => changesOf(folderOf(scope)))).pipe(
      debounceTime(QUIET)
    ),
    async shipped() {
      try {
        return Object.fromEntries(await check(root + SYSTEM_ARCHIVE))
      } catch {
        return {}
      }
    }
  }
}

/** Size and time of an archive: a stamp that says other ones is of an older one. */
async function stampOf(path: string): Promise<string> {
  return stampIn(await stat(path))
}

function stampIn({ mtimeMs, size }: Stats): string {
  return `${size} ${Math.floor(mtimeMs)}`
}

/** null: it is no file, or gone since its folder was read, or can not be looked at. */
async function stateOf(path: string): Promise<Preloaded | null> {
  const about = await stat(path).catch(() => null)
  if (about?.isFile() !== true) return null
  const { mtimeMs } = about
  const stamp = stampIn(about)
  const [done = null, failed = null] = await Promise.all(
    ['.done', '.failed'].map((end) => linuxFiles.read(`${path}${end}`).catch(() => null))
  )
  const one = { path, name: basename(path), ageMs: Math.abs(Date.now() - mtimeMs), why: '' }
  // RancherOS's stamps are empty.
  if (done?.trim() === '' || done?.split('\n')[0] === stamp) return { ...one, state: 'loaded' }
  const [of, why = ''] = (failed ?? '').split('\n')
  return of === stamp ? { ...one, state: 'bad', why } : { ...one, state: 'fresh' }
}

async function holdsOf(path: string): Promise<Holds> {
  const packing = await packingOfFile(path)
  if (packing === null)
    throw new Error('it is no archive; engines take tar, plain or packed by gzip, xz, bzip2 or zstd')
  // Engines unpack these by a program; what is in them shows when they are loaded.
  if (packing === 'xz' || packing === 'bzip2') return new Map()
  if (packing !== 'none') return readArchive(unpacked(createReadStream(path), packing))
  const file = await open(path)
  try {
    return await plain(file)
  } finally {
    await file.close()
  }
}

/** Walks the headers without reading the layers. */
async function plain(file: FileHandle): Promise<Holds> {
  const { size } = await file.stat()
  const found = inventory()
  const block = Buffer.alloc(BLOCK)
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(block, 0, BLOCK, at)
    if (bytesRead < BLOCK) throw new Error('it ends in its middle')
    const head = readHeader(block)
    if (head === null) return found.holds()
    if (at + BLOCK + head.size > size) throw new Error('it ends in its middle')
    if (found.entry(head)) {
      const body = Buffer.alloc(head.size)
      await file.read(body, 0, body.length, at + BLOCK)
      found.manifest(body)
    }
    at += BLOCK + head.size + padding(head.size)
  }
}

/** Of a folder that is not there nothing is heard. */
function changesOf(folder: string): Observable<void> {
  return new Observable((subscriber) => {
    try {
      const watcher = watch(folder, () => subscriber.next())
      watcher.on('error', () => watcher.close())
      return () => watcher.close()
    } catch {
      return undefined
    }
  })
}
