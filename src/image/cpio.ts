/** One entry of an archive: a file, a directory (`mode` with S_IFDIR) or a link (`mode` with S_IFLNK, target as body). */
export interface CpioEntry {
  readonly path: string
  /** Type and permission bits as in stat(2). */
  readonly mode: number
  readonly body?: Buffer
}

const magic = '070701'

/**
 * Writes a "newc" archive as the kernel reads it (Documentation/driver-api/early-userspace/buffer-format): owner 0:0, time 0
 * and inode numbers in order, so the same entries always give the same bytes. Parents must come before their children.
 */
export function writeCpio(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.flatMap((entry, i) => record(entry, i + 1))
  parts.push(...record({ path: 'TRAILER!!!', mode: 0 }, 0))
  const whole = Buffer.concat(parts)
  // The kernel skips zeros between archives; 512 is what cpio(1) pads to.
  return Buffer.concat([whole, Buffer.alloc((512 - (whole.length % 512)) % 512)])
}

function record(entry: CpioEntry, inode: number): Buffer[] {
  const body = entry.body ?? Buffer.alloc(0)
  const name = Buffer.from(`${entry.path}\0`)
  const links = (entry.mode & 0o170000) === 0o040000 ? 2 : 1
  // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
  const fields = [inode, entry.mode, 0, 0, links, 0, body.length, 0, 0, 0, 0, name.length, 0]
  const head = Buffer.from(magic + fields.map((field) => field.toString(16).padStart(8, '0')).join(''))
  return [head, name, pad(head.length + name.length), body, pad(body.length)]
}

function pad(length: number): Buffer {
  return Buffer.alloc((4 - (length % 4)) % 4)
}
