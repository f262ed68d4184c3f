// What is mounted and swapped to, and the names of devices.
import { readdir, readFile, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { parseMountinfo, parseSwaps } from '../../core/mountinfo.ts'
import type { Mounts } from '../ports.ts'
import { run } from './spawn.ts'

/** Where udev puts links by each kind of name. */
const LINKS = { LABEL: 'by-label', UUID: 'by-uuid', PARTLABEL: 'by-partlabel', PARTUUID: 'by-partuuid' } as const
const DISK = '/dev/disk'

export const linuxMounts: Mounts = {
  list: async () => parseMountinfo(await readFile('/proc/self/mountinfo', 'utf8')),

  async swaps() {
    try {
      return parseSwaps(await readFile('/proc/swaps', 'utf8'))
    } catch {
      return [] // a kernel without swap
    }
  },

  async device(source) {
    const [, kind, name] = /^(LABEL|UUID|PARTLABEL|PARTUUID)="?([^"]*)"?$/.exec(source) ?? []
    if (kind === undefined || name === undefined) return real(source)
    const link = join(DISK, LINKS[kind as keyof typeof LINKS], encoded(name)) // one of the four by the pattern
    return (await real(link)) ?? find(kind, name)
  },

  async names(device) {
    const path = await real(device)
    if (path === null) return []
    const found: string[] = path === device ? [] : [path]
    for (const [kind, folder] of Object.entries(LINKS)) {
      for (const name of await entries(join(DISK, folder))) {
        const link = join(DISK, folder, name)
        if ((await real(link)) === path) found.push(`${kind}=${decoded(name)}`, link)
      }
    }
    for (const folder of ['by-id', 'by-path']) {
      for (const name of await entries(join(DISK, folder))) {
        if ((await real(join(DISK, folder, name))) === path) found.push(join(DISK, folder, name))
      }
    }
    // Without udev (early in the boot, in a container) there are no links; the device itself knows.
    return found.some((name) => name.startsWith('UUID=')) ? found : [...found, ...(await probe(path))]
  }
}

/** The path without links; null: not there. */
async function real(path: string): Promise<string | null> {
  try {
    return await realpath(path)
  } catch {
    return null
  }
}

async function entries(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder)
  } catch {
    return []
  }
}

/** Searches every block device; `-c /dev/null` keeps blkid from believing what it once saw. */
async function find(kind: string, name: string): Promise<string | null> {
  const result = await run(['blkid', '-c', '/dev/null', '-o', 'device', '-t', `${kind}=${name}`], { check: false })
  return real(result.stdout.split('\n')[0] ?? '')
}

async function probe(device: string): Promise<readonly string[]> {
  const result = await run(['blkid', '-c', '/dev/null', '-o', 'export', device], { check: false })
  // Meant for a shell: what is special to one has a backslash before it.
  return result.stdout
    .split('\n')
    .filter((line) => /^(PART)?(LABEL|UUID)=./.test(line))
    .map((line) => line.replace(/\\(.)/g, '$1'))
}

/** udev keeps letters, digits, `#+-.:=@_` and valid UTF-8 as they are and writes every other byte as \xHH (encode_devnode_name). */
function encoded(name: string): string {
  return name.replace(/[^\w#+\-.:=@]/g, (char) => {
    const code = char.charCodeAt(0)
    return code >= 0x80 ? char : `\\x${code.toString(16).padStart(2, '0')}`
  })
}

function decoded(name: string): string {
  return name.replace(/\\x([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}
