// Sends the machine's logs to syslog servers (rancher.logging). What a server misses while it is away is not held here: it lies in
// the logs themselves, within their own bounds, and is read from where it stopped.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Events } from '../agent/events.ts'
import { keeper, type TextFile } from '../agent/kept-file.ts'
import type { LogDestination } from '../core/log-destinations.ts'
import type { Logs } from './logs.ts'
import { openLink, type SyslogLink } from './syslog-link.ts'
import { framed, syslogMessage } from './syslog-message.ts'
import { toldLines } from './told-lines.ts'

export interface Forwarding {
  /** Sends to these from now on, and no more to others. */
  to(destinations: readonly LogDestination[]): void
}

export interface ForwardingParts {
  readonly logs: Logs
  readonly events: Pick<Events, 'add'>
  /** How far each server has come, over new starts of the agent. */
  readonly file: TextFile
  readonly hostname: () => string
  /** ISO time from which on a server that is new gets the logs. */
  readonly booted: string
  /** Milliseconds before the first try anew, and for which a connection has to last to count. */
  readonly again?: number
}

/** Milliseconds. */
const AGAIN = 1_000
const LONGEST_WAIT = 60_000
const KEPT_EVERY = 10_000
/** What was sent so shortly before a connection broke may not have arrived: it is sent again. */
const UNSURE = 5_000
const UNSURE_LINES = 1_000

export async function openForwarding(parts: ForwardingParts): Promise<Forwarding> {
  const reached = reachedIn(await parts.file.read().catch(() => null))
  const keep = keeper(parts.file, () => JSON.stringify(Object.fromEntries(reached)))
  const running = new Map<string, { readonly as: string; readonly stop: AbortController }>()
  let timer: NodeJS.Timeout | null = null
  const reach = (name: string, at: string | null) => {
    if (at === null) return
    reached.set(name, at)
    timer ??= setTimeout(() => {
      timer = null
      void keep().catch(() => undefined)
    }, KEPT_EVERY).unref()
  }
  return {
    to(destinations) {
      const all = parts.logs.sources()
      const wanted = new Map(
        destinations.map((one) => {
          const sources = all.filter((source) => one.sources?.includes(source) ?? true)
          return [one.name, { one, sources, as: JSON.stringify([one, sources]) }]
        })
      )
      for (const [name, { as, stop }] of running) {
        if (wanted.get(name)?.as === as) continue
        stop.abort()
        running.delete(name)
      }
      for (const [name, { one, sources, as }] of wanted) {
        if (running.has(name) || sources.length === 0) continue
        const stop = new AbortController()
        running.set(name, { as, stop })
        void sendTo(one, sources, reached.get(name) ?? parts.booted, (at) => reach(name, at), parts, stop.signal)
      }
    }
  }
}

/** Until called off; never rejects. */
async function sendTo(
  to: LogDestination,
  sources: readonly string[],
  from: string,
  reach: (at: string | null) => void,
  { logs, events, hostname, again = AGAIN }: ForwardingParts,
  signal: AbortSignal
): Promise<void> {
  const told = toldLines()
  const place = `${to.name}: ${to.protocol} ${to.host}:${to.port}`
  let unsure: { readonly bytes: Buffer; readonly at: number }[] = []
  let is: 'new' | 'there' | 'away' = 'new'
  let failures = 0

  const carry = async (link: SyslogLink, works: () => void) => {
    const until = performance.now() - UNSURE
    for (const { bytes, at } of unsure) if (at >= until) await link.send(bytes)
    told.again()
    const ends = AbortSignal.any([signal, link.broken])
    const options = { since: told.from() ?? from, tail: Number.POSITIVE_INFINITY, follow: true, signal: ends }
    for await (const entry of logs.read(sources, options)) {
      if (told.known(entry)) continue
      const bytes = framed(syslogMessage(entry, to.format, hostname(), Date.now()), to.protocol)
      const now = performance.now()
      unsure.push({ bytes, at: now })
      if (unsure.length > 2 * UNSURE_LINES) unsure = unsure.slice(-UNSURE_LINES)
      await link.send(bytes)
      works()
      reach(told.from())
    }
    link.broken.throwIfAborted()
  }

  while (!signal.aborted) {
    let link: SyslogLink | null = null
    let steady: NodeJS.Timeout | null = null
    const leave = () => link?.close()
    const works = () => {
      steady ??= setTimeout(() => {
        failures = 0
        if (is !== 'there') events.add({ type: 'Normal', reason: 'LogsSent', message: place, key: null })
        is = 'there'
      }, again).unref()
    }
    try {
      link = await openLink(to, signal)
      // A server that stopped reading would hold what is being sent.
      signal.addEventListener('abort', leave, { once: true })
      // There is no connection of datagrams: that nobody is there is heard after one was sent.
      if (to.protocol !== 'udp') works()
      await carry(link, works)
    } catch (thrown) {
      if (signal.aborted) return
      failures += 1
      const why = thrown instanceof Error ? thrown.message : String(thrown)
      const missed =
        to.protocol === 'udp'
          ? '; what is sent to it meanwhile may be lost'
          : ', and gets what it missed as far as the logs still have it'
      const message = `${place}: ${why}; it is tried again${missed}`
      if (is !== 'away') events.add({ type: 'Warning', reason: 'LogServerAway', message, key: null })
      is = 'away'
    } finally {
      if (steady !== null) clearTimeout(steady)
      signal.removeEventListener('abort', leave)
      link?.close()
    }
    await sleep(Math.min(again * 2 ** (failures - 1), LONGEST_WAIT), undefined, { signal, ref: false }).catch(
      () => undefined
    )
  }
}

function reachedIn(text: string | null): Map<string, string> {
  try {
    return new Map(Object.entries(JSON.parse(text ?? '{}') as Readonly<Record<string, string>>)) // written by us, or torn
  } catch {
    return new Map()
  }
}
