// The last things a machine does: no swap, no filesystem that has anything to write, and reboot(2).
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { parseSwaps } from '../../core/mountinfo.ts'
import { dup2, MNT, MS, mount, RB, reboot, swapoff, umountLater } from './libc.ts'

export type PowerAction = 'reboot' | 'poweroff' | 'halt'

const commands: Readonly<Record<PowerAction, number>> = { reboot: RB.RESTART, poweroff: RB.POWER_OFF, halt: RB.HALT }

/** kill(-1) and reboot(2) mean the whole machine: nobody but its PID 1 may ask for them. */
export function onlyPid1(what: string): void {
  if (process.pid !== 1) throw new Error(`${what} refused: only PID 1 may do that, this is process ${process.pid}`)
}

/**
 * Ends the machine, or the pid namespace. If the kernel refuses, PID 1 ends instead: that too ends a namespace, and makes a
 * machine panic and start anew (`panic=10` on the kernel line).
 */
export function endMachine(action: PowerAction): never {
  onlyPid1(action)
  try {
    reboot(commands[action])
  } catch (thrown) {
    console.error(`rosd: ${(thrown as Error).message}`)
  }
  process.exit(1)
}

/** swapoff(2) for everything in /proc/swaps; the paths that would not. */
export async function swapsOff(): Promise<readonly string[]> {
  const paths = parseSwaps(readFileSync('/proc/swaps', 'utf8')).map(({ device }) => device)
  const refused: string[] = []
  for (const path of paths) await swapoff(path).catch((thrown: Error) => refused.push(thrown.message))
  return refused
}

/** The kernel's own views stay to the end: the console, /proc/self/mountinfo and the log of what happens need them. */
const staying = /^\/$|^\/run$|^\/(proc|sys|dev)(\/|$)/

/** What is to be unmounted, in the order to do it: the newest mount first. */
export function unmountOrder(targets: readonly string[]): readonly string[] {
  return targets.filter((target) => !staying.test(target)).reverse()
}

/**
 * Turns our own open files on filesystems about to be unmounted into /dev/null, so that a log file does not keep its disk
 * busy. Their owners write on and notice nothing.
 */
export function letGoOfFiles(targets: readonly string[]): void {
  process.chdir('/')
  const going = unmountOrder(targets)
  const nothing = openSync('/dev/null', 'r+')
  for (const fd of readdirSync('/proc/self/fd').map(Number)) {
    let file: string
    try {
      file = readlinkSync(`/proc/self/fd/${fd}`)
    } catch {
      // The descriptor of this very listing.
      continue
    }
    if (fd > 2 && going.some((target) => file.startsWith(`${target}/`))) dup2(nothing, fd)
  }
  closeSync(nothing)
}

/**
 * Unmounts all of `targets` (in the order of mountinfo, oldest first). What is busy is tried again after the others; what
 * still is becomes read-only, so that its disk is in order, and is detached.
 * @returns one line for each that had to be detached
 */
export async function unmountAll(targets: readonly string[]): Promise<readonly string[]> {
  let left = unmountOrder(targets)
  for (let pass = 0; pass < 2; pass++) {
    const busy: string[] = []
    for (const target of left) await umountLater(target).catch(() => busy.push(target))
    left = busy
  }
  const told: string[] = []
  for (const target of left) {
    try {
      mount('none', target, '', MS.REMOUNT | MS.RDONLY)
    } catch {
      // Its files are still written to, or it cannot be read-only: sync(2) is what is left.
    }
    await umountLater(target, MNT.DETACH).then(
      () => told.push(`${target} was busy and is detached`),
      // It went with a mount it was below, or was not there any more.
      (thrown: NodeJS.ErrnoException) =>
        thrown.code === 'EINVAL' || thrown.code === 'ENOENT' || told.push(thrown.message)
    )
  }
  return told
}

/** Makes the root read-only if it is a filesystem that is written to a disk. */
export function rootReadOnly(type: string): void {
  if (['overlay', 'tmpfs', 'ramfs', 'rootfs', 'squashfs'].includes(type)) return
  mount('none', '/', '', MS.REMOUNT | MS.RDONLY)
}
