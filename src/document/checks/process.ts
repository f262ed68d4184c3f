import { words } from '../../compose/values.ts'
import type { Path } from '../shape.ts'
import type { Service } from '../types.gen.ts'
import { doubtful, type Finding, meant, notation, quoted, wrong } from './finding.ts'
import { duration } from './limits.ts'
import { each, type Named } from './services.ts'

const SIGNALS: readonly string[] =
  'ABRT ALRM BUS CHLD CONT FPE HUP ILL INT IO KILL PIPE PROF PWR QUIT SEGV STKFLT STOP SYS TERM TRAP TSTP TTIN TTOU URG USR1 USR2 VTALRM WINCH XCPU XFSZ'
    .split(' ')
    .map((name) => `SIG${name}`)
const CAPABILITIES: readonly string[] =
  'ALL AUDIT_CONTROL AUDIT_READ AUDIT_WRITE BLOCK_SUSPEND BPF CHECKPOINT_RESTORE CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID IPC_LOCK IPC_OWNER KILL LEASE LINUX_IMMUTABLE MAC_ADMIN MAC_OVERRIDE MKNOD NET_ADMIN NET_BIND_SERVICE NET_BROADCAST NET_RAW PERFMON SETFCAP SETGID SETPCAP SETUID SYSLOG SYS_ADMIN SYS_BOOT SYS_CHROOT SYS_MODULE SYS_NICE SYS_PACCT SYS_PTRACE SYS_RAWIO SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG WAKE_ALARM'.split(
    ' '
  )

/** What a service runs, as whom and with which rights. */
export function* process({ service, path }: Named): Iterable<Finding> {
  for (const key of ['command', 'entrypoint'] as const) {
    const line = service[key]
    if (typeof line === 'string') yield* notation([...path, key], 'close the quote', () => words(line))
  }
  yield* health(service, path)
  yield* variables(service, path)
  const { user, stop_signal: signal } = service
  if (user !== undefined && user !== '' && !/^[^\s:]+(:[^\s:]+)?$/.test(user))
    yield doubtful(
      'ROS_DOC_NOTATION',
      [...path, 'user'],
      `${quoted(user)} is no user`,
      'USER or USER:GROUP, by name or number, for instance 1000:1000',
      'name one user and at most one group'
    )
  if (signal !== undefined && !isSignal(signal))
    yield wrong(
      'ROS_DOC_NOTATION',
      [...path, 'stop_signal'],
      `${quoted(signal)} is no signal${meant(`SIG${signal.replace(/^SIG/i, '')}`, SIGNALS)}`,
      'a name or number, for instance SIGTERM',
      'name a signal of Linux'
    )
  for (const key of ['cap_add', 'cap_drop'] as const)
    for (const [where, name] of each(service[key], [...path, key])) {
      const bare = name.toUpperCase().replace(/^CAP_/, '')
      if (CAPABILITIES.includes(bare)) continue
      yield wrong(
        'ROS_DOC_NOTATION',
        where,
        `${quoted(name)} is no capability${meant(bare, CAPABILITIES)}`,
        'a capability of Linux, for instance NET_ADMIN, or ALL',
        'correct the name; capabilities(7) lists them'
      )
    }
}

function isSignal(signal: string): boolean {
  if (/^\d+$/.test(signal)) return Number(signal) >= 1 && Number(signal) <= 64
  const name = `SIG${signal.toUpperCase().replace(/^SIG/, '')}`
  return SIGNALS.includes(name) || /^SIGRT(MIN(\+\d{1,2})?|MAX(-\d{1,2})?)$/.test(name)
}

function* health({ healthcheck }: Service, path: Path): Iterable<Finding> {
  if (healthcheck === undefined) return
  for (const key of ['interval', 'timeout', 'start_period', 'start_interval'] as const)
    yield* duration([...path, 'healthcheck', key], healthcheck[key])
  const { test } = healthcheck
  if (typeof test === 'string' || test === undefined || test.length === 0) return
  const first = test[0] ?? ''
  const alone = test.length === 1 && first !== 'NONE'
  if (['CMD', 'CMD-SHELL', 'NONE'].includes(first) && !alone) return
  yield wrong(
    'ROS_DOC_NOTATION',
    [...path, 'healthcheck', 'test', 0],
    alone ? `${quoted(first)} stands alone, without a command` : `the first word is ${quoted(first)}`,
    'CMD, CMD-SHELL or NONE, for instance [CMD, wget, -q, -O-, http://localhost/]',
    alone ? 'add the command' : 'put `CMD` before it, or write the command as one text'
  )
}

function* variables({ environment }: Service, path: Path): Iterable<Finding> {
  const names = Array.isArray(environment)
    ? environment.map((entry: string, at: number) => [at, entry.split('=', 1)[0] ?? '', entry] as const)
    : Object.keys(environment ?? {}).map((name) => [name, name, name] as const)
  for (const [key, name, text] of names) {
    if (name !== '' && !/[=\0]/.test(name)) {
      if (/\s/.test(name))
        yield { ...doubtful('ROS_DOC_NOTATION', [...path, 'environment', key], ...odd(name)), at: 'key' }
      continue
    }
    yield {
      ...wrong(
        'ROS_DOC_NOTATION',
        [...path, 'environment', key],
        `${quoted(text)} has no name that a variable can have`,
        'NAME=value in a list, `NAME: value` in a map',
        'give the variable a name without `=`'
      ),
      at: 'key'
    }
  }
}

function odd(name: string): readonly [message: string, expected: string, fix: string] {
  return [`the name ${quoted(name)} has a space in it`, 'a name without spaces', 'write NAME=value']
}
