// The C library calls that Node has no word for. Each throws an Error whose `code` is the errno's name (EBUSY) and whose
// message names the call and what it was given. The library is opened on the first call.
import { constants } from 'node:os'
import { getSystemErrorMessage } from 'node:util'
import koffi from 'koffi'

/** mount(2) flags, <linux/mount.h>. */
export const MS = {
  RDONLY: 1,
  NOSUID: 2,
  NODEV: 4,
  NOEXEC: 8,
  SYNCHRONOUS: 16,
  REMOUNT: 32,
  NOATIME: 1024,
  NODIRATIME: 2048,
  BIND: 4096,
  MOVE: 8192,
  REC: 16384,
  UNBINDABLE: 1 << 17,
  PRIVATE: 1 << 18,
  SLAVE: 1 << 19,
  SHARED: 1 << 20,
  RELATIME: 1 << 21,
  STRICTATIME: 1 << 24,
  LAZYTIME: 1 << 25
} as const

/** umount2(2) flags. */
export const MNT = { FORCE: 1, DETACH: 2 } as const

/** reboot(2) commands, <linux/reboot.h>; CAD_OFF makes ctrl-alt-del a SIGINT for PID 1. */
export const RB = { RESTART: 0x01234567, HALT: 0xcdef0123, POWER_OFF: 0x4321fedc, CAD_OFF: 0 } as const

type Num = (...args: readonly unknown[]) => number
interface Func extends Num {
  readonly async: (...args: readonly unknown[]) => void
}

// koffi has no ssize_t; long is the same size on every Linux.
const signatures = {
  mount:
    'int mount(const char *source, const char *target, const char *type, unsigned long flags, const char *options)',
  umount2: 'int umount2(const char *target, int flags)',
  waitpid: 'int waitpid(int pid, _Out_ int *status, int options)',
  reboot: 'int reboot(int command)',
  sethostname: 'int sethostname(const char *name, size_t length)',
  sync: 'void sync()',
  swapon: 'int swapon(const char *path, int flags)',
  swapoff: 'int swapoff(const char *path)',
  setrlimit: 'int setrlimit(int resource, const void *limits)',
  dup2: 'int dup2(int from, int to)',
  socket: 'int socket(int domain, int type, int protocol)',
  bind: 'int bind(int fd, const void *address, unsigned int length)',
  setsockopt: 'int setsockopt(int fd, int level, int name, const void *value, unsigned int length)',
  send: 'long send(int fd, const void *bytes, size_t length, int flags)',
  recv: 'long recv(int fd, void *bytes, size_t length, int flags)',
  getsockopt: 'int getsockopt(int fd, int level, int option, void *value, _Inout_ unsigned int *length)',
  epoll_create1: 'int epoll_create1(int flags)',
  epoll_ctl: 'int epoll_ctl(int epfd, int op, int fd, const void *event)'
} as const

type Call = keyof typeof signatures
const bound = new Map<Call, Func>()
let library: ReturnType<typeof koffi.load> | null = null

function libc(name: Call): Func {
  const known = bound.get(name)
  if (known !== undefined) return known
  library ??= koffi.load('libc.so.6')
  const fn = library.func(signatures[name])
  bound.set(name, fn)
  return fn
}

/** The error of a call that returned -1: `mount(proc, /proc, proc, 14, null): EBUSY (resource busy or locked)`. */
function failure(name: Call, args: readonly unknown[], errno: number): NodeJS.ErrnoException {
  // libuv's names lack some that only we meet (ECHILD); its sentences are the best there are.
  const code = Object.entries(constants.errno).find(([, value]) => value === errno)?.[0] ?? `errno ${errno}`
  const meaning = getSystemErrorMessage(-errno)
  const shown = args.map((arg) => (Buffer.isBuffer(arg) ? `<${arg.length} bytes>` : String(arg))).join(', ')
  const known = !meaning.startsWith('Unknown')
  const error: NodeJS.ErrnoException = new Error(`${name}(${shown}): ${code}${known ? ` (${meaning})` : ''}`)
  error.code = code
  error.errno = errno
  error.syscall = name
  return error
}

function call(name: Call, ...args: readonly unknown[]): number {
  const result = libc(name)(...args)
  if (result < 0) throw failure(name, args, koffi.errno())
  return result
}

/** The same on libuv's thread pool, for calls that may wait for a disk or a server. */
function later(name: Call, ...args: readonly unknown[]): Promise<number> {
  return new Promise((resolve, reject) => {
    libc(name).async(...args, (thrown: Error | null, result: number) => {
      if (thrown) reject(thrown)
      else if (result < 0) reject(failure(name, args, koffi.errno()))
      else resolve(result)
    })
  })
}

/** mount(2). `flags` are MS values; `options` is what the filesystem itself understands (`mode=755`), null for none. */
export function mount(
  source: string,
  target: string,
  type: string,
  flags: number,
  options: string | null = null
): void {
  call('mount', source, target, type, flags, options)
}

/** mount(2) off the main thread: replaying a journal can take seconds. */
export async function mountLater(
  source: string,
  target: string,
  type: string,
  flags: number,
  options: string | null = null
): Promise<void> {
  await later('mount', source, target, type, flags, options)
}

/** umount2(2). `flags` are MNT values. */
export function umount2(target: string, flags = 0): void {
  call('umount2', target, flags)
}

/** umount2(2) off the main thread: writing back a filesystem can take as long as its disk likes. */
export async function umountLater(target: string, flags = 0): Promise<void> {
  await later('umount2', target, flags)
}

export interface Waited {
  /** 0 when the child has not ended yet. */
  readonly pid: number
  /** The wait status, undecoded: see `exitOf`. */
  readonly status: number
}

/**
 * waitpid(2) with WNOHANG for one child. Never ask for -1: that takes exit statuses away from libuv, whose `exit` events
 * then never come.
 */
export function waitpid(pid: number): Waited {
  if (pid <= 0) throw new RangeError(`waitpid(${pid}): only a single child may be waited for`)
  const status = [0]
  return { pid: call('waitpid', pid, status, 1), status: status[0] ?? 0 }
}

/** A wait status as the shell shows it: the exit code, or 128 + the signal's number. */
export function exitOf(status: number): number {
  const signal = status & 0x7f
  return signal === 0 ? (status >> 8) & 0xff : 128 + signal
}

/** reboot(2). In a pid namespace it ends the namespace's init: SIGINT for power-off and halt, SIGHUP for restart. */
export function reboot(command: number): void {
  call('reboot', command | 0)
}

/** sethostname(2); at most 64 bytes. */
export function sethostname(name: string): void {
  call('sethostname', name, Buffer.byteLength(name))
}

/** sync(2), on the thread pool: it waits for every disk of the machine. */
export function sync(): Promise<void> {
  return new Promise((resolve) => libc('sync').async(() => resolve()))
}

/** swapon(2). */
export function swapon(path: string, flags = 0): void {
  call('swapon', path, flags)
}

/** swapoff(2), on the thread pool: what is swapped out must be read back. */
export async function swapoff(path: string): Promise<void> {
  await later('swapoff', path)
}

/** setrlimit(2) for RLIMIT_NOFILE: the open files that this process and its future children may have. */
export function limitOpenFiles(soft: number, hard: number): void {
  const RLIMIT_NOFILE = 7
  const limits = Buffer.alloc(16)
  limits.writeBigUInt64LE(BigInt(soft), 0)
  limits.writeBigUInt64LE(BigInt(hard), 8)
  call('setrlimit', RLIMIT_NOFILE, limits)
}

/** dup2(2): `to` becomes another descriptor of what `from` is open on; what it was open on is let go. */
export function dup2(from: number, to: number): void {
  call('dup2', from, to)
}

/**
 * A non-blocking NETLINK_ROUTE socket that hears the given multicast groups (a bit set, RTMGRP_*). What it has no room for is
 * lost without an error: libuv takes an error for the end and never looks at the socket again. Close with fs.closeSync.
 */
export function routeSocket(groups: number): number {
  return netlinkSocket(0, groups)
}

/** The same of NETLINK_NETFILTER, for all that changes in nftables (group NFNLGRP_NFTABLES of <linux/netfilter/nfnetlink.h>). */
export function nftablesSocket(): number {
  const NETLINK_NETFILTER = 12
  const NFNLGRP_NFTABLES = 7
  return netlinkSocket(NETLINK_NETFILTER, 1 << (NFNLGRP_NFTABLES - 1))
}

function netlinkSocket(protocol: number, groups: number): number {
  const AF_NETLINK = 16
  const SOCK_RAW = 3
  const fd = call('socket', AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol)
  const address = Buffer.alloc(12)
  address.writeUInt16LE(AF_NETLINK, 0)
  address.writeUInt32LE(groups, 8)
  call('bind', fd, address, address.length)
  const SOL_NETLINK = 270
  const NETLINK_NO_ENOBUFS = 5
  const on = Buffer.from([1, 0, 0, 0])
  call('setsockopt', fd, SOL_NETLINK, NETLINK_NO_ENOBUFS, on, on.length)
  return fd
}

const SOCK_CLOEXEC = 0o2000000
const SOCK_NONBLOCK = 0o4000

/** send(2): one datagram. */
export function send(fd: number, bytes: Buffer): void {
  call('send', fd, bytes, bytes.length, 0)
}

/** The process that made the connection of a unix socket (SO_PEERCRED, unix(7)), by its number in our pid namespace. */
export function peerPid(fd: number): number {
  const SOL_SOCKET = 1
  const SO_PEERCRED = 17
  // struct ucred: pid, uid, gid.
  const credentials = Buffer.alloc(12)
  call('getsockopt', fd, SOL_SOCKET, SO_PEERCRED, credentials, [credentials.length])
  return credentials.readInt32LE(0)
}

/** recv(2): one datagram into `room`; returns its length. */
export function receive(fd: number, room: Buffer): number {
  return call('recv', fd, room, room.length, 0)
}

/** Takes what a socket has received, each datagram once shown to `each`. */
export function drain(fd: number, each: (datagram: Buffer) => void = () => {}): void {
  const bytes = Buffer.allocUnsafe(8192)
  const recv = libc('recv')
  for (;;) {
    const length = recv(fd, bytes, bytes.length, 0)
    if (length <= 0) return
    each(bytes.subarray(0, length))
  }
}

/** An epoll descriptor over one file, readable when the file has EPOLLPRI (or EPOLLERR) to tell. Close with fs.closeSync. */
export function urgentOf(fd: number): number {
  const EPOLLPRI = 2
  const ADD = 1
  const epoll = call('epoll_create1', SOCK_CLOEXEC)
  const event = Buffer.alloc(12)
  event.writeUInt32LE(EPOLLPRI, 0)
  call('epoll_ctl', epoll, ADD, fd, event)
  return epoll
}

/** Calls `readable` whenever the descriptor is, from the event loop itself: no thread waits. Returns what ends it. */
export function whenReadable(fd: number, readable: () => void): () => void {
  const handle = koffi.node.poll(fd, { readable: true }, () => {
    // The callback comes straight from libuv: microtasks are not run after it and an exception would be lost.
    setImmediate(readable)
  })
  return () => handle.close()
}
