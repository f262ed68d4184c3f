// Who made a change of the network: the kernel's message carries the port of the socket that asked for it, which is as a rule
// the pid of its process. Nobody is named whose socket that is not.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** PID_MAX_LIMIT of <linux/threads.h>: ports above are no pids. */
const MOST = 4_194_304
/** Characters of a command line. */
const SHOWN = 60

/**
 * `` `ip addr del 10.0.0.1/24 dev eth0` (pid 4711) ``, or what else is known of it at this moment; null: nothing, or it was a
 * process of our own. A port may be the pid of a process in another namespace and mean somebody else in ours.
 */
export function authorOf(port: number): string | null {
  if (port === 0 || port > MOST || port === process.pid) return null
  const name = read(`/proc/${port}/comm`).trim()
  const stat = /\) (?<state>\S) (?<parent>\d+)/.exec(read(`/proc/${port}/stat`))?.groups
  if (name === '' || stat === undefined) return listed(port) === null ? `a process that has ended (pid ${port})` : null
  // What we start to change the network is `ip`; what lost its parent is PID 1's child, too.
  if (name === 'ip' && Number(stat['parent']) === process.pid) return null
  if (isEnding(port, stat['state'] ?? '', stat['parent'] ?? '')) return `${name} (pid ${port})`
  const socket = listed(port)
  if (socket === null || !holds(port, socket)) return null
  const line = read(`/proc/${port}/cmdline`).replaceAll('\0', ' ').trim()
  const shown = line.length > SHOWN ? `${line.slice(0, SHOWN)}…` : line
  return `\`${shown === '' ? name : shown}\` (pid ${port})`
}

/** It has closed its files; kernel threads, children of kthreadd, never had any. */
function isEnding(pid: number, state: string, parent: string): boolean {
  if (pid === 2 || parent === '2') return false
  return state === 'Z' || state === 'X' || files(pid).length === 0
}

/** The inode of the NETLINK_ROUTE socket of that port in our network namespace. */
function listed(port: number): string | null {
  for (const line of read('/proc/net/netlink').split('\n').slice(1)) {
    const [, protocol, owner, , , , , , , inode] = line.trim().split(/\s+/)
    if (protocol === '0' && owner === String(port)) return inode ?? null
  }
  return null
}

function holds(pid: number, inode: string): boolean {
  return files(pid).some((file) => {
    try {
      return readlinkSync(`/proc/${pid}/fd/${file}`) === `socket:[${inode}]`
    } catch {
      return false
    }
  })
}

function files(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`)
  } catch {
    return []
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
