// The OpenStack config-drive: a filesystem labelled config-2 on which whoever made the machine left it a document.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { MS, mountLater } from '../host/linux/libc.ts'
import type { BootLog } from './boot-log.ts'
import { mountAt } from './mountinfo.ts'
import { devices, findDevice } from './superblock.ts'

export const CONFIG_DRIVE = '/media/config-2'
/** Bytes that user-data may unpack to. */
const LARGEST = 16 * 1024 * 1024

/** What the drive says about the machine: the keys of conf/metadata (src/document/metadata.ts). */
export interface Metadata {
  readonly hostname?: string
  readonly ssh_authorized_keys?: readonly string[]
  readonly public_ipv4?: string
  readonly private_ipv4?: string
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * openstack/latest/meta_data.json: host name, and `public_keys`, a map of names to keys in the order of the names (a list of
 * keys is accepted as well). ec2/latest/meta-data.json: addresses. What is of another type is left out.
 */
export function metadataOf(openstack: string, ec2 = '{}'): Metadata {
  const { hostname, public_keys: keys } = record(openstack, 'meta_data.json')
  const { 'public-ipv4': outer, 'local-ipv4': inner } = record(ec2, 'meta-data.json')
  const list = isRecord(keys)
    ? Object.entries(keys)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, key]) => key)
    : Array.isArray(keys)
      ? (keys as readonly unknown[])
      : []
  const authorized = list.filter((key): key is string => typeof key === 'string').map((key) => key.trim())
  return {
    ...(isText(hostname) ? { hostname } : {}),
    ...(authorized.length > 0 ? { ssh_authorized_keys: authorized } : {}),
    ...(isText(outer) ? { public_ipv4: outer } : {}),
    ...(isText(inner) ? { private_ipv4: inner } : {})
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function record(json: string, name: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(json)
  if (!isRecord(parsed)) throw new Error(`${name}: expected an object`)
  return parsed
}

/** A file's text, unpacked where it is gzip, as user-data may be; null: it is not there. */
function readOr(path: string): string | null {
  try {
    const bytes = readFileSync(path)
    const packed = bytes[0] === 0x1f && bytes[1] === 0x8b
    return (packed ? gunzipSync(bytes, { maxOutputLength: LARGEST }) : bytes).toString('utf8')
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw thrown
  }
}

/** Writes only what differs (watchers see nothing then), under another name first. null removes. Returns whether it did. */
function keep(path: string, text: string | null, mode = 0o600): boolean {
  if (readOr(path) === text) return false
  if (text === null) rmSync(path, { force: true })
  else {
    // A leading dot: readers of the folder pass it over.
    const aside = join(path, '..', `.${mode.toString(8)}.new`)
    writeFileSync(aside, text, { mode })
    renameSync(aside, path)
  }
  return true
}

const fromDrive = '# From the config-drive, rewritten at every boot that has one.\n'

/**
 * Saves what a mounted config-drive holds. A cloud-config is kept byte for byte as `cloud-config.d/boot.yml`, so that a fault
 * in it is reported at its own line; a script (`#!`) as `cloud-config-script` beside the folder, with a boot.yml
 * that runs it; what the drive knows of the machine as `metadata`. What the drive no longer has is removed.
 * @param mountpoint where the drive is mounted
 * @param confDir /var/lib/rancher/conf
 * @returns the files that changed
 */
export function saveUserData(mountpoint: string, confDir: string): readonly string[] {
  const latest = join(mountpoint, 'openstack', 'latest')
  const layers = join(confDir, 'cloud-config.d')
  const script = join(confDir, 'cloud-config-script')
  mkdirSync(layers, { recursive: true, mode: 0o700 })
  const userData = readOr(join(latest, 'user_data'))
  const isScript = userData?.startsWith('#!') ?? false
  const openstack = readOr(join(latest, 'meta_data.json'))
  const ec2 = readOr(join(mountpoint, 'ec2', 'latest', 'meta-data.json'))
  const about = metadataOf(openstack ?? '{}', ec2 ?? '{}')
  const wanted: readonly (readonly [string, string | null, number])[] = [
    [script, isScript ? userData : null, 0o700],
    [join(layers, 'boot.yml'), isScript ? `#cloud-config\n${fromDrive}runcmd:\n- [${script}]\n` : userData, 0o600],
    // JSON is YAML.
    [
      join(confDir, 'metadata'),
      Object.keys(about).length === 0 ? null : `${fromDrive}${JSON.stringify(about, null, 2)}\n`,
      0o600
    ]
  ]
  return wanted.filter(([path, text, mode]) => keep(path, text, mode)).map(([path]) => path)
}

/** Mounts the config-drive, if there is one, and saves what it holds. Nothing about it can stop a boot. */
export async function loadConfigDrive(confDir: string, log: BootLog): Promise<void> {
  if (mountAt(CONFIG_DRIVE) === null) {
    const drive = findDevice('LABEL=config-2', devices())
    // In namespaces whoever made them puts the folder there.
    if (drive === null && !existsSync(join(CONFIG_DRIVE, 'openstack'))) return
    if (drive !== null) {
      const type = drive.superblock?.type ?? 'iso9660'
      mkdirSync(CONFIG_DRIVE, { recursive: true })
      const flags = MS.RDONLY | MS.NOSUID | MS.NODEV | MS.NOEXEC
      const done = await log.try(
        `mounted ${CONFIG_DRIVE}`,
        async () => mountLater(drive.path, CONFIG_DRIVE, type, flags).then(() => true),
        () => `${type}, ${drive.path}`
      )
      if (done === null) return
    }
  }
  await log.try(
    'read the config-drive',
    () => saveUserData(CONFIG_DRIVE, confDir),
    (changed) => (changed.length === 0 ? 'as before' : `wrote ${changed.join(' ')}`)
  )
}
