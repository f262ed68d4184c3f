// The persistent state: finds its filesystem, makes one on an empty disk if asked to, and mounts it at /state. Without one
// the machine runs from memory, with the same directories at the same places.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StateConfig } from '../core/agent-settings.ts'
import { MS, mount, mountLater } from '../host/linux/libc.ts'
import { run } from '../host/linux/spawn.ts'
import type { BootLog } from './boot-log.ts'
import { mountAt } from './mountinfo.ts'
import { bindStateDirectories } from './state-dirs.ts'
import { loadStorageModules } from './storage-modules.ts'
import { type Device, devices, findDevice, readHead } from './superblock.ts'

export interface StateReport {
  /** Mount point. */
  readonly at: '/state'
  /** Device path; null when the state is in memory and ends with the boot. */
  readonly device: string | null
  readonly type: string
  /** One line for people: `ext4, LABEL=RANCHER_STATE, /dev/vdb`. */
  readonly what: string
}

const STATE = '/state'
const WAIT_MS = 30_000
const POLL_MS = 100
/** No new device for this long: the buses have been scanned. */
const QUIET_MS = 300
const EMPTY_HEAD = 1024 * 1024

/** What boot2docker's makers write at the start of a disk that is ours to format. */
const B2D_MAGIC = 'boot2docker, please format-me'
const B2D_LABEL = 'B2D_STATE'
const LABEL = 'RANCHER_STATE'

/** The label to format a device with; null when it must be left alone: it holds something. */
export function labelFor(head: Buffer | null): string | null {
  if (head === null || head.length === 0) return null
  if (head.toString('latin1', 0, B2D_MAGIC.length) === B2D_MAGIC) return B2D_LABEL
  return head.every((byte) => byte === 0) ? LABEL : null
}

/** The state's device: the one wanted, else one that boot2docker's tools had formatted for us. */
export function stateDevice(dev: string, among: readonly Device[]): Device | null {
  return findDevice(dev, among) ?? findDevice(`LABEL=${B2D_LABEL}`, among)
}

/** Makes a filesystem on the first empty device of the list; the device, or null when there is none. */
async function autoformat(candidates: readonly string[], log: BootLog): Promise<Device | null> {
  for (const path of candidates) {
    const label = labelFor(readHead(path, EMPTY_HEAD))
    if (label === null) continue
    await log.step(
      `formatted ${path}`,
      () => format(path, label),
      () => `ext4, LABEL=${label}`
    )
    return findDevice(path, [])
  }
  return null
}

/** ext4 with its tables written later, in the background, as mke2fs can since Linux 2.6.37. */
async function format(path: string, label: string): Promise<void> {
  await run(['mke2fs', '-q', '-F', '-t', 'ext4', '-L', label, '-E', 'lazy_itable_init=1,lazy_journal_init=1', path])
}

/** A device named by its path is there long before it holds anything. */
function isEmpty(device: Device, config: StateConfig): boolean {
  return device.superblock === null && config.autoformat.includes(device.path)
}

async function loadDrivers(log: BootLog): Promise<void> {
  try {
    const names = await loadStorageModules()
    if (names.length > 0) log.say(`loaded drivers of storage hardware: ${names.join(' ')}`)
  } catch (thrown) {
    log.say(`no drivers of storage hardware: ${(thrown as Error).message}`)
  }
}

/**
 * Looks for the device, loading the drivers of storage hardware if it is not there at once. An empty disk is formatted
 * when nothing new has turned up for a while: the state may lie on a disk that is slow to appear.
 */
async function find(config: StateConfig, inNamespaces: boolean, log: BootLog): Promise<Device | null> {
  const until = Date.now() + (config.wait ? WAIT_MS : QUIET_MS)
  let before = ''
  let quietSince = Date.now()
  for (;;) {
    const now = devices()
    const found = stateDevice(config.dev, now)
    if (found !== null && !isEmpty(found, config)) return found
    const names = now.map(({ path }) => path).join(' ')
    if (names !== before) quietSince = Date.now()
    before = names
    if (Date.now() - quietSince >= QUIET_MS) {
      const made = await autoformat(config.autoformat, log)
      if (made !== null || Date.now() >= until) return made ?? found
    }
    if (!inNamespaces) await loadDrivers(log)
    await sleep(POLL_MS)
  }
}

/** e2fsck(8): 0 clean, 1 repaired, 2 repaired and a reboot is advised, 4 and more not repaired. */
async function check(device: Device, log: BootLog): Promise<void> {
  if (!(device.superblock?.type.startsWith('ext') ?? false)) return
  const { code, stdout, stderr } = await run(['e2fsck', '-p', device.path], { check: false })
  if (code === 1 || code === 2) log.say(`repaired ${device.path}: ${stdout.trim()}`)
  if (code >= 4)
    throw new Error(
      `e2fsck -p ${device.path} exited with ${code}: ${(stderr || stdout).trim()}; repair it by hand with e2fsck`
    )
}

async function mountDevice(device: Device, config: StateConfig, log: BootLog): Promise<StateReport> {
  const type = config.fstype === '' || config.fstype === 'auto' ? device.superblock?.type : config.fstype
  if (type === undefined || type === 'swap')
    throw new Error(`${device.path} has no filesystem that the state could lie on (found: ${type ?? 'none known'})`)
  await check(device, log)
  await mountLater(device.path, STATE, type, MS.NOATIME)
  const label = device.superblock?.label ?? ''
  return {
    at: STATE,
    device: device.path,
    type,
    what: [type, label === '' ? '' : `LABEL=${label}`, device.path].filter(Boolean).join(', ')
  }
}

function mountMemory(): StateReport {
  mount('tmpfs', STATE, 'tmpfs', 0, 'mode=755')
  return { at: STATE, device: null, type: 'tmpfs', what: 'memory: nothing survives a reboot' }
}

/** What is mounted already: by the run before a re-exec, or by whoever made our namespaces. */
function standing(): StateReport | null {
  const mount = mountAt(STATE)
  if (mount === null) return null
  const device = mount.source.startsWith('/dev/') ? mount.source : null
  return { at: STATE, device, type: mount.type, what: `${mount.type}, ${mount.source}, mounted before` }
}

/**
 * Mounts the state and shows its directories at their places. Throws only if the state is required and cannot be had;
 * otherwise what went wrong is said and the machine runs from memory. In namespaces no module is loaded: the kernel is
 * somebody else's.
 */
export async function mountState(config: StateConfig, inNamespaces: boolean, log: BootLog): Promise<StateReport> {
  mkdirSync(STATE, { recursive: true })
  const before = standing()
  if (before !== null) log.say(`state is at ${STATE} (${before.what})`)
  const report = before ?? (await fresh(config, inNamespaces, log))
  // See bindStateDirectories: propagation starts anew at each bind.
  mount('none', STATE, 'none', MS.PRIVATE)
  await log.step(
    'bound the persistent directories',
    () => bindStateDirectories(join(STATE, config.directory)),
    (bound) => bound.join(' ')
  )
  return report
}

async function fresh(config: StateConfig, inNamespaces: boolean, log: BootLog): Promise<StateReport> {
  if (config.dev === '') return log.step(`mounted ${STATE}`, mountMemory, (report) => report.what)
  try {
    return await log.step(
      `mounted ${STATE}`,
      async () => {
        const device = await find(config, inNamespaces, log)
        if (device === null)
          throw new Error(`no device ${config.dev}${config.wait ? ` within ${WAIT_MS / 1000} s` : ''}; ${seen()}`)
        return mountDevice(device, config, log)
      },
      (report) => report.what
    )
  } catch (thrown) {
    if (config.required) throw thrown
    return log.step('running from memory instead', mountMemory, (report) => report.what)
  }
}

function seen(): string {
  const list = devices().map(
    ({ path, superblock }) =>
      `${path} ${superblock === null ? '(unknown)' : `(${superblock.type} '${superblock.label}')`}`
  )
  return list.length === 0 ? 'there is no block device at all' : `there is ${list.join(', ')}`
}
