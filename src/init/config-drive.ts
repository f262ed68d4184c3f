// The OpenStack config-drive: a filesystem labelled config-2 on which whoever made the machine left it a document.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { MS, mountLater } from '../host/linux/libc.ts'
import type { BootLog } from './boot-log.ts'
import { mountAt } from './mountinfo.ts'
import { devices, findDevice } from './superblock.ts'

export const CONFIG_DRIVE = '/media/config-2'

/** What the drive says about the machine, as it goes below the user's documents. */
export interface Metadata {
  readonly hostname?: string
  readonly ssh_authorized_keys?: readonly string[]
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/**
 * openstack/latest/meta_data.json as keys of a document. `public_keys` is a map of names to keys (a list of keys is
 * accepted as well); what is of another type is left out.
 */
export function metadataOf(json: string): Metadata {
  const parsed: unknown = JSON.parse(json)
  if (!isRecord(parsed)) throw new Error('meta_data.json: expected an object')
  const { hostname, public_keys: keys } = parsed
  const list = isRecord(keys) ? Object.values(keys) : Array.isArray(keys) ? (keys as readonly unknown[]) : []
  const authorized = list.filter((key): key is string => typeof key === 'string').map((key) => key.trim())
  return {
    ...(typeof hostname === 'string' && hostname !== '' ? { hostname } : {}),
    ...(authorized.length > 0 ? { ssh_authorized_keys: authorized } : {})
  }
}

function readOr(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
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

const header = '#cloud-config\n# From the config-drive, rewritten at every boot that has one.\n'

/** What a document says of the same things; nothing when it cannot be read (its own layer will say why). */
function saidBy(userData: string | null): Metadata {
  try {
    const parsed: unknown = parse(userData ?? '')
    if (!isRecord(parsed)) return {}
    const { hostname, ssh_authorized_keys: keys } = parsed
    return metadataOf(JSON.stringify({ hostname, public_keys: keys }))
  } catch {
    return {}
  }
}

/** The layer above the user data: its keys and the metadata's, and the metadata's host name if it names none. */
export function metadataLayer(about: Metadata, userData: string | null): string | null {
  const said = saidBy(userData)
  const keys = [...new Set([...(said.ssh_authorized_keys ?? []), ...(about.ssh_authorized_keys ?? [])])]
  const layer = {
    ...(about.hostname !== undefined && said.hostname === undefined ? { hostname: about.hostname } : {}),
    ...(about.ssh_authorized_keys === undefined ? {} : { ssh_authorized_keys: keys })
  }
  // JSON is YAML.
  return Object.keys(layer).length === 0 ? null : `${header}${JSON.stringify(layer, null, 2)}\n`
}

/**
 * Saves what a mounted config-drive holds, in `cloud-config.d`. A cloud-config is kept byte for byte as `boot.yml`, so that
 * a fault in it is reported at its own line; a script (`#!`) as `cloud-config-script` beside the folder, with a boot.yml
 * that runs it. `metadata.yml`, which comes after it, has the host name if the document has none, and appends the public
 * keys to the document's (lists of layers replace each other). What the drive no longer has is removed.
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
  const json = readOr(join(latest, 'meta_data.json'))
  const about = json === null ? {} : metadataOf(json)
  const wanted: readonly (readonly [string, string | null, number])[] = [
    [script, isScript ? userData : null, 0o700],
    [join(layers, 'boot.yml'), isScript ? `${header}runcmd:\n- [${script}]\n` : userData, 0o600],
    [join(layers, 'metadata.yml'), metadataLayer(about, isScript ? null : userData), 0o600]
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
