// Who is at the other end of a unix socket, as the kernel says.
import { readFileSync } from 'node:fs'
import type { Peer } from '../ports.ts'
import { peerPid } from './libc.ts'

/** Clock ticks of /proc/PID/stat; the same on every Linux that runs Node. */
const TICK_MS = 10
/** Ancestors looked at; a loop of parents there is none. */
const DEEPEST = 64

/** null where it is not known any more. */
export function peerOf(descriptor: number): Peer | null {
  try {
    return describe(peerPid(descriptor))
  } catch {
    return null
  }
}

/** A process and the ssh session it hangs on. `proc` is where the kernel shows processes. */
export function describe(pid: number, proc = '/proc'): Peer | null {
  const first = statOf(pid, proc)
  if (first === null) return null
  let ends = { from: '', to: '' }
  let at: Stat | null = first
  for (let depth = 0; at !== null && at.pid > 1 && depth < DEEPEST; depth += 1) {
    // The nearest is the session; above it are the listener and, of newer versions, a monitor.
    if (/^sshd(-session)?$/.test(at.name)) return { pid, name: first.name, session: at.started, ...ends }
    if (ends.from === '') ends = endsOf(at.pid, proc)
    at = statOf(at.parent, proc)
  }
  return { pid, name: first.name, session: null, from: '', to: '' }
}

interface Stat {
  readonly pid: number
  readonly name: string
  readonly parent: number
  readonly started: number
}

/** proc_pid_stat(5): the name stands in brackets and may hold any of them. */
function statOf(pid: number, proc: string): Stat | null {
  const text = read(`${proc}/${pid}/stat`)
  const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(text) ?? []
  const fields = rest?.trim().split(' ') ?? []
  const [parent, started] = [Number(fields[1]), Number(fields[19]) * TICK_MS]
  return name === undefined || Number.isNaN(parent + started) ? null : { pid, name, parent, started }
}

/** sshd gives its sessions SSH_CONNECTION: the client's address and port, and ours. */
function endsOf(pid: number, proc: string): Pick<Peer, 'from' | 'to'> {
  const line = read(`${proc}/${pid}/environ`)
    .split('\0')
    .find((one) => one.startsWith('SSH_CONNECTION='))
  const [from = '', , to = ''] = line?.slice('SSH_CONNECTION='.length).split(' ') ?? []
  return { from, to }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
