// What lies on a block device, by its superblock: no udev, no blkid, no process. Offsets from the kernel's own headers
// (fs/ext4/ext4.h, fs/xfs/libxfs/xfs_format.h, include/uapi/linux/btrfs_tree.h), ECMA-119 and the FAT specification.
import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { basename } from 'node:path'

export interface Superblock {
  /** As mount(2) wants it. */
  readonly type: 'ext4' | 'ext3' | 'ext2' | 'xfs' | 'btrfs' | 'vfat' | 'iso9660' | 'swap'
  readonly label: string
  /** Lower case with dashes, as blkid prints it; '' where the filesystem has none we read. */
  readonly uuid: string
}

/** A block device and what is on it. */
export interface Device {
  readonly path: string
  readonly superblock: Superblock | null
}

/** Enough for every superblock below: btrfs' is the furthest in, at 64 KiB. */
const HEAD = 0x10000 + 4096

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0)
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end).trimEnd()
}

function uuid(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function ext(head: Buffer): Superblock | null {
  const block = head.subarray(1024, 2048)
  if (block.readUInt16LE(0x38) !== 0xef53) return null
  // Extents, 64-bit, flexible groups and the like are what ext3 does not know; a journal is what ext2 has not.
  const incompatible = block.readUInt32LE(0x60)
  const hasJournal = (block.readUInt32LE(0x5c) & 4) !== 0
  const type = (incompatible & ~0x16) !== 0 ? 'ext4' : hasJournal ? 'ext3' : 'ext2'
  return { type, label: text(block.subarray(0x78, 0x88)), uuid: uuid(block.subarray(0x68, 0x78)) }
}

function xfs(head: Buffer): Superblock | null {
  if (head.toString('latin1', 0, 4) !== 'XFSB') return null
  return { type: 'xfs', label: text(head.subarray(108, 120)), uuid: uuid(head.subarray(32, 48)) }
}

function btrfs(head: Buffer): Superblock | null {
  const block = head.subarray(0x10000)
  if (block.toString('latin1', 0x40, 0x48) !== '_BHRfS_M') return null
  return { type: 'btrfs', label: text(block.subarray(0x12b, 0x22b)), uuid: uuid(block.subarray(0x20, 0x30)) }
}

function iso9660(head: Buffer): Superblock | null {
  if (head.toString('latin1', 0x8001, 0x8006) !== 'CD001') return null
  return { type: 'iso9660', label: head.toString('latin1', 0x8028, 0x8048).trimEnd(), uuid: '' }
}

function vfat(head: Buffer): Superblock | null {
  if (head.readUInt16LE(510) !== 0xaa55) return null
  const at =
    head.toString('latin1', 0x52, 0x57) === 'FAT32' ? 0x43 : head.toString('latin1', 0x36, 0x39) === 'FAT' ? 0x27 : 0
  if (at === 0) return null
  const serial = head.readUInt32LE(at).toString(16).padStart(8, '0')
  const label = head.toString('latin1', at + 4, at + 15).trimEnd()
  return { type: 'vfat', label: label === 'NO NAME' ? '' : label, uuid: `${serial.slice(0, 4)}-${serial.slice(4)}` }
}

function swap(head: Buffer): Superblock | null {
  if (head.toString('latin1', 4086, 4096) !== 'SWAPSPACE2') return null
  return { type: 'swap', label: text(head.subarray(1052, 1068)), uuid: uuid(head.subarray(1036, 1052)) }
}

/** The filesystem that begins with these bytes; null for none that we know. */
export function superblockOf(head: Buffer): Superblock | null {
  const whole = head.length < HEAD ? Buffer.concat([head, Buffer.alloc(HEAD - head.length)]) : head
  for (const known of [ext, xfs, btrfs, iso9660, vfat, swap]) {
    const found = known(whole)
    if (found !== null) return found
  }
  return null
}

/** The first bytes of a device or file, fewer when it is shorter; null when it cannot be read (no medium, not there). */
export function readHead(path: string, length = HEAD): Buffer | null {
  try {
    const fd = openSync(path, 'r')
    try {
      const bytes = Buffer.alloc(length)
      return bytes.subarray(0, readSync(fd, bytes, 0, length, 0))
    } finally {
      closeSync(fd)
    }
  } catch {
    return null
  }
}

function read(path: string): Device | null {
  const head = readHead(path)
  return head === null ? null : { path, superblock: superblockOf(head) }
}

/** Memory and loop devices hold nothing that is looked for by label, and reading all of them takes time. */
const passedOver = /^(ram|loop|zram|nbd|fd)\d/

/** Every disk, partition and volume with what is on it, in the kernel's order. */
export function devices(sys = '/sys/class/block', dev = '/dev'): readonly Device[] {
  let names: readonly string[]
  try {
    names = readdirSync(sys)
  } catch {
    return []
  }
  return (
    names
      .filter((name) => !passedOver.test(name))
      .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
      // A slash in a device's name is a ! in /sys (cciss!c0d0).
      .map((name) => `${dev}/${name.replaceAll('!', '/')}`)
      .map((path) => read(path) ?? { path, superblock: null })
  )
}

/** The device that `LABEL=x`, `UUID=x` or a path (`/dev/vdb`, `vdb`, `/dev/mapper/x`) names; null when it is not there. */
export function findDevice(wanted: string, among: readonly Device[]): Device | null {
  const [, kind, value = ''] = /^(LABEL|UUID)=(.*)$/.exec(wanted) ?? []
  if (kind !== undefined && value === '') return null
  if (kind === 'LABEL') return among.find((device) => device.superblock?.label === value) ?? null
  if (kind === 'UUID') return among.find((device) => device.superblock?.uuid === value.toLowerCase()) ?? null
  const path = wanted.startsWith('/dev/') ? wanted : `/dev/${basename(wanted)}`
  return among.find((device) => device.path === path) ?? read(path)
}
