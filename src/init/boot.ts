// What PID 1 does before the loop takes over: filesystems, control groups, state, config-drive. Nothing here reads the
// document; it is told what it needs as plain data. Safe to run again after a re-exec: what stands is left standing.
import { writeFileSync } from 'node:fs'
import { limitOpenFiles, RB, reboot } from '../host/linux/libc.ts'
import type { BootLog } from './boot-log.ts'
import { mountCgroups } from './cgroups.ts'
import { loadConfigDrive } from './config-drive.ts'
import { mountSystem } from './mounts.ts'
import type { StateConfig } from '../core/agent-settings.ts'
import { mountState, type StateReport } from './state.ts'

export interface BootConfig {
  readonly state: StateConfig
  /** PID 1 of namespaces on somebody's host, not of a machine. */
  readonly inNamespaces: boolean
  /** The agent has executed itself anew; boot.log goes on where it was. */
  readonly restarted: boolean
}

export interface BootReport {
  readonly state: StateReport
  /** What the control group tree is, in words; null when it could not be had. */
  readonly cgroups: string | null
}

export { isInNamespaces } from './namespaces.ts'

export const CONF_DIR = '/var/lib/rancher/conf'
export const BOOT_LOG = '/var/log/boot.log'

/** From critical messages on: the boot log is what people read. */
function quietKernel(): void {
  writeFileSync('/proc/sys/kernel/printk', '3 4 1 7')
}

/**
 * The kernel gives PID 1 at most 4096 open files, and containers inherit it. These are what distributions give. The soft
 * limit is set anew every time: Node raises its own to the hard one when it starts.
 */
function allowOpenFiles(): void {
  const [soft, hard] = [1024, 524_288]
  limitOpenFiles(soft, hard)
}

/**
 * Brings the machine to where the loop can work. Throws only when the machine cannot go on: no /proc, or no state although
 * it is required. Everything else that fails is a line in the log.
 */
export async function bootMachine(config: BootConfig, log: BootLog): Promise<BootReport> {
  const { inNamespaces } = config
  await mountSystem(inNamespaces, log)
  if (!inNamespaces) {
    const small = [quietKernel, allowOpenFiles, () => reboot(RB.CAD_OFF)]
    for (const act of small) await quietly(act, log)
  }
  const cgroups = await log.try(
    'mounted control groups',
    () => mountCgroups(inNamespaces),
    (what) => what
  )
  const state = await mountState(config.state, inNamespaces, log)
  log.keepIn(BOOT_LOG, config.restarted ? 'a' : 'w')
  await loadConfigDrive(CONF_DIR, log)
  return { state, cgroups }
}

async function quietly(act: () => void, log: BootLog): Promise<void> {
  try {
    act()
  } catch (thrown) {
    log.say((thrown as Error).message)
  }
}
