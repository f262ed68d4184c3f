// Files of this machine. What is written atomically is on the disk when the promise resolves.
import { readFileSync, statSync } from 'node:fs'
import { chmod, chown, lstat, mkdir, open, readdir, readFile, rename, rmdir, stat, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { draftName } from '../../core/draft.ts'
import type { Files, FileStat } from '../ports.ts'

let written = 0

export const linuxFiles: Files = {
  // What is in memory is there at once; a promise would take ten times as long and 64 kB for each of a hundred parameters.
  read: (path) => (IN_MEMORY.test(path) ? now(() => readFileSync(path, 'utf8')) : ifThere(readFile(path, 'utf8'))),
  readBytes: (path) => (IN_MEMORY.test(path) ? now(() => readFileSync(path)) : ifThere(readFile(path))),

  async stat(path): Promise<FileStat | null> {
    const found = await (IN_MEMORY.test(path) ? now(() => statSync(path)) : ifThere(stat(path)))
    if (found === null) return null
    const kind = found.isFile() ? 'file' : found.isDirectory() ? 'directory' : 'other'
    return { mode: found.mode & 0o7777, uid: found.uid, gid: found.gid, size: found.size, kind }
  },

  async writeAtomic(path, bytes, attributes = {}) {
    const directory = dirname(path)
    await linuxFiles.makeDirectory(directory)
    const old = await ifThere(stat(path))
    const mode = attributes.mode ?? (old === null ? 0o644 : old.mode & 0o7777)
    written += 1
    const draft = join(directory, draftName(basename(path), process.pid, written))
    try {
      await writeDraft(draft, bytes, mode, attributes.uid ?? old?.uid ?? 0, attributes.gid ?? old?.gid ?? 0)
      await rename(draft, path)
    } catch (thrown) {
      await ifThere(unlink(draft))
      // Something is mounted on the file itself: it can not be replaced, only filled anew.
      if (codeOf(thrown) !== 'EBUSY') throw thrown
      await linuxFiles.writeInPlace(path, bytes)
      await chmod(path, mode)
      if (attributes.uid !== undefined && attributes.gid !== undefined)
        await chown(path, attributes.uid, attributes.gid)
    }
    await syncDirectory(directory)
  },

  async writeInPlace(path, bytes) {
    const kernel = /^\/(proc|sys)\//.test(path)
    if (!kernel && (await ifThere(stat(path))) === null) return linuxFiles.writeAtomic(path, bytes)
    const handle = await open(path, kernel ? WRITE_ONLY : 'r+')
    try {
      // One write(2): the kernel takes each as a whole value. A file is never empty meanwhile: what the old one had more is
      // line ends for a moment, and then cut off.
      const more = kernel ? 0 : Math.max(0, (await handle.stat()).size - Buffer.byteLength(bytes))
      const buffer = Buffer.concat([Buffer.from(bytes), Buffer.alloc(more, '\n')])
      for (let at = 0; at < buffer.length; )
        at += (await handle.write(buffer, at, buffer.length - at, kernel ? null : at)).bytesWritten
      if (more > 0) await handle.truncate(buffer.length - more)
      if (!kernel) await handle.sync()
    } finally {
      await handle.close()
    }
  },

  chmod,
  chown,

  async remove(path) {
    if ((await ifThere(lstat(path))) === null) return
    await ifThere(unlink(path))
    await syncDirectory(dirname(path))
  },

  async makeDirectory(path, mode = 0o755) {
    const first = await mkdir(path, { recursive: true, mode: 0o755 })
    // mkdir's mode is cut by the umask.
    if (first !== undefined) await chmod(path, mode)
  },

  async removeDirectory(path) {
    try {
      await rmdir(path)
      return true
    } catch (thrown) {
      if (['ENOTEMPTY', 'EEXIST', 'EBUSY', 'ENOENT', 'ENOTDIR'].includes(codeOf(thrown) ?? '')) return false
      throw thrown
    }
  },

  list: async (path) => ((await ifThere(readdir(path))) ?? []).sort()
}

/** Behind these is neither a disk nor a driver nor another process: /run is a tmpfs, and so is what is written to /etc. */
const IN_MEMORY = /^\/(proc\/sys|run|etc)\//

/** O_WRONLY without O_CREAT; some kernel files may not be read. */
const WRITE_ONLY = 1

/** null for what is not there. */
function now<T>(look: () => T): Promise<T | null> {
  try {
    return Promise.resolve(look())
  } catch (thrown) {
    return isAbsence(thrown) ? Promise.resolve(null) : Promise.reject(thrown)
  }
}

/** null for what is not there. */
async function ifThere<T>(look: Promise<T>): Promise<T | null> {
  try {
    return await look
  } catch (thrown) {
    if (isAbsence(thrown)) return null
    throw thrown
  }
}

/** ESRCH: the process whose /proc entry was being read has ended. */
function isAbsence(thrown: unknown): boolean {
  return ['ENOENT', 'ENOTDIR', 'ESRCH'].includes(codeOf(thrown) ?? '')
}

function codeOf(thrown: unknown): string | undefined {
  return (thrown as NodeJS.ErrnoException).code
}

/** Secrets must not be readable for a moment: the mode is the last thing that opens it. */
async function writeDraft(path: string, bytes: Buffer | string, mode: number, uid: number, gid: number): Promise<void> {
  const handle = await open(path, 'wx', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.chown(uid, gid)
    await handle.chmod(mode)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } catch (thrown) {
    // Some filesystems (9p, FUSE) can not; their rename is as durable as they make it.
    if (codeOf(thrown) !== 'EINVAL' && codeOf(thrown) !== 'ENOTSUP') throw thrown
  } finally {
    await handle.close()
  }
}
