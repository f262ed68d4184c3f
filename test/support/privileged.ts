// Containers with all rights, on machines that have not all themselves: there the engine refuses `privileged: true`.
import { readFileSync } from 'node:fs'
import type { Services } from './services.ts'

/** capabilities(7), by number. */
const CAPABILITIES = `CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE
  NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT
  SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP
  MAC_OVERRIDE MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE`.split(/\s+/)

/** Docker 20.10 takes them for mistakes. */
const UNHEARD: ReadonlySet<string> = new Set(['PERFMON', 'BPF', 'CHECKPOINT_RESTORE'])

/** The keys of a service that may do whatever this machine may. */
export function privileged(): Services[string] {
  const bound = BigInt(`0x${/^CapBnd:\s+(\w+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0'}`)
  const has = CAPABILITIES.filter((_name, bit) => (bound >> BigInt(bit)) & 1n)
  if (has.length === CAPABILITIES.length) return { privileged: true }
  return {
    cap_add: has.filter((name) => !UNHEARD.has(name)),
    security_opt: ['seccomp=unconfined', 'apparmor=unconfined']
  }
}
