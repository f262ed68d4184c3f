// News from the kernel, as "look again" and nothing more: what changed is found by looking. Netlink sockets and
// /proc/self/mountinfo are watched by the event loop itself; no thread waits, nothing is polled.
import { closeSync, openSync, readFileSync } from 'node:fs'
import { Observable } from 'rxjs'
import type { NetworkChange } from '../ports.ts'
import { drain, nftablesSocket, routeSocket, urgentOf, whenReadable } from './libc.ts'
import { authorOf } from './netlink-author.ts'
import { askedIn } from './network-changes.ts'
import { tellsOf } from './nftables-news.ts'

/** `network`, `mount`, `firewall`: look again. A change says who made one, where that is known; it comes before its `network`. */
export type KernelEvent = 'network' | 'mount' | 'firewall' | NetworkChange

/** RTMGRP_LINK, _IPV4_IFADDR, _IPV4_ROUTE, _IPV4_RULE, _IPV6_IFADDR, _IPV6_ROUTE and the bit of RTNLGRP_IPV6_RULE of <linux/rtnetlink.h>. */
const GROUPS = 0x1 | 0x10 | 0x40 | 0x80 | 0x100 | 0x400 | 0x40000

const MOUNTINFO = '/proc/self/mountinfo'
const POLL_MS = 2000

type Tick = (event: KernelEvent) => void

/** Any message is a tick; when some are lost there were others before them. */
function watchNetwork(tick: Tick): () => void {
  const socket = routeSocket(GROUPS)
  let open = true
  const stop = whenReadable(socket, () => {
    if (!open) return
    // Who it was is found out at once, or not at all: a command has ended in a moment.
    const authors = new Map<number, string | null>()
    drain(socket, (datagram) => {
      for (const { place, port } of askedIn(datagram)) {
        const by = authors.has(port) ? (authors.get(port) ?? null) : authorOf(port)
        authors.set(port, by)
        if (by !== null) tick({ place, by })
      }
    })
    tick('network')
  })
  return () => {
    open = false
    stop()
    closeSync(socket)
  }
}

/** Engines change tables of their own all the time: only ours counts. Where news is lost, the next look by interval finds it. */
function watchFirewall(tick: Tick): () => void {
  const socket = nftablesSocket()
  let open = true
  const stop = whenReadable(socket, () => {
    if (!open) return
    let ours = false
    drain(socket, (datagram) => (ours ||= tellsOf(datagram)))
    if (ours) tick('firewall')
  })
  return () => {
    open = false
    stop()
    closeSync(socket)
  }
}

/**
 * The kernel marks mountinfo with EPOLLPRI after every change in our mount namespace, but always says it is readable as
 * well, so that the event loop (which knows only readable) would spin. An epoll descriptor of its own, asked for EPOLLPRI
 * alone, is readable exactly once per change.
 */
function watchMounts(tick: Tick): () => void {
  const file = openSync(MOUNTINFO, 'r')
  const epoll = urgentOf(file)
  let open = true
  const stop = whenReadable(epoll, () => {
    if (open) tick('mount')
  })
  return () => {
    open = false
    stop()
    closeSync(epoll)
    closeSync(file)
  }
}

function readOr(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

function networkNow(): string {
  const names = [...readOr('/proc/net/dev').matchAll(/^ *([^ :|]+):/gm)].map((line) => line[1] ?? '')
  const links = names.map((name) => `${name} ${readOr(`/sys/class/net/${name}/operstate`)}`)
  return [...links, readOr('/proc/net/fib_trie'), readOr('/proc/net/if_inet6')].join('\n')
}

/** Reads every 2 s and compares. */
function compareEvery(event: 'network' | 'mount', look: () => string, tick: Tick): () => void {
  let before = look()
  const timer = setInterval(() => {
    const now = look()
    if (now !== before) tick(event)
    before = now
  }, POLL_MS)
  return () => clearInterval(timer)
}

/** Where the sources of ticks come from; a test can take one away. */
export interface Watchers {
  readonly network: (tick: Tick) => () => void
  readonly mounts: (tick: Tick) => () => void
  readonly firewall: (tick: Tick) => () => void
}

const fromTheKernel: Watchers = { network: watchNetwork, mounts: watchMounts, firewall: watchFirewall }

function firstThatWorks(...starts: readonly (() => () => void)[]): () => void {
  let last: unknown
  for (const start of starts) {
    try {
      return start()
    } catch (thrown) {
      last = thrown
    }
  }
  throw last
}

/**
 * Emits when links, addresses or routes (`network`), mounts (`mount`) or our table of nftables (`firewall`) of this process'
 * namespaces have changed. One change may be several ticks and several changes one. Where the kernel cannot be asked to tell (no netlink, a build
 * without libc calls), what it shows is compared every 2 s. Unsubscribing closes everything at once.
 */
export function kernelEvents(watchers: Watchers = fromTheKernel): Observable<KernelEvent> {
  return new Observable((subscriber) => {
    const tick: Tick = (event) => subscriber.next(event)
    subscriber.add(
      firstThatWorks(
        () => watchers.network(tick),
        () => compareEvery('network', networkNow, tick)
      )
    )
    subscriber.add(
      firstThatWorks(
        () => watchers.mounts(tick),
        () => compareEvery('mount', () => readOr(MOUNTINFO), tick)
      )
    )
    // A kernel without nftables has no news of it.
    subscriber.add(
      firstThatWorks(
        () => watchers.firewall(tick),
        () => () => {}
      )
    )
  })
}
