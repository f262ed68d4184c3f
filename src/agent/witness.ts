// What kernel and engines told in the last seconds of who did something to a thing. Only told, never guessed: where nothing is
// known nothing is said.
import { Subscription } from 'rxjs'
import { routeKey } from '../core/route.ts'
import type { Scope } from '../core/resource.ts'
import type { DockerEvent, Host, NetworkChange } from '../host/ports.ts'

export interface Hint {
  /** `changed by ip (pid 4711)`, `it ended by itself with code 1`. */
  readonly how: string
  /** Who it was; null: nobody, it happened by itself. */
  readonly by: string | null
}

export interface Witness {
  /** What is known of the newest change of `key`; null: nothing, or nothing so fresh. */
  of(key: string): Hint | null
  /** What came before is no explanation of what is to come: we have changed it ourselves. */
  forget(key: string): void
  note(key: string, hint: Hint): void
}

/** Milliseconds a hint explains what is found: a look follows news at once, and may take a moment. */
const FRESH = 10_000
/** Milliseconds between a signal and the end it causes: as long as a container may take to stop. */
const ENDING = 60_000
/** Hints kept; the oldest goes first. */
const MOST = 256
const API = "the engine's API"

/** `clock` is monotonic milliseconds. */
export function createWitness(clock: () => number): Witness {
  const hints = new Map<string, Hint & { readonly at: number }>()
  return {
    of(key) {
      const hint = hints.get(key) ?? hints.get(anyLink(key))
      return hint === undefined || clock() - hint.at > FRESH ? null : { how: hint.how, by: hint.by }
    },
    forget(key) {
      hints.delete(key)
      hints.delete(anyLink(key))
    },
    note(key, hint) {
      hints.delete(key)
      hints.set(key, { ...hint, at: clock() })
      const [oldest] = hints.keys()
      if (hints.size > MOST && oldest !== undefined) hints.delete(oldest)
    }
  }
}

/** IPv6 addresses are told without the name of their link. */
function anyLink(key: string): string {
  return key.replace(/^address\/[^:]+:/, 'address/*:')
}

/** Feeds the witness until it is unsubscribed. */
export function witness(host: Pick<Host, 'docker' | 'kernel'>, to: Witness, clock: () => number): Subscription {
  const all = new Subscription()
  for (const scope of ['system', 'user'] as const) {
    const ends = endings(clock)
    const hear = (event: DockerEvent) => {
      const told = containerHint(scope, event, ends)
      if (told !== null) to.note(told.key, told.hint)
    }
    all.add(host.docker[scope].events().subscribe(hear))
  }
  const changes = host.kernel.changes?.subscribe((change) => {
    for (const key of keysOf(change)) to.note(key, { how: `changed by ${change.by}`, by: change.by })
  })
  if (changes !== undefined) all.add(changes)
  return all
}

interface Endings {
  /** A container was told to end, or has no memory left. */
  expect(name: string, hint: Hint): void
  /** Why it has ended now; null: nobody told it to. */
  take(name: string): Hint | null
}

/** Signals by container name, until it ends. */
export function endings(clock: () => number): Endings {
  const expected = new Map<string, { readonly hint: Hint; readonly at: number }>()
  return {
    expect(name, hint) {
      for (const [old, { at }] of expected) if (clock() - at > ENDING) expected.delete(old)
      expected.set(name, { hint, at: clock() })
    },
    take(name) {
      const found = expected.get(name)
      expected.delete(name)
      return found === undefined || clock() - found.at > ENDING ? null : found.hint
    }
  }
}

/** What an engine's event says of a container; null: nothing to explain a change with. */
export function containerHint(
  scope: Scope,
  { type, action, name, attributes }: DockerEvent,
  ends: Endings
): { readonly key: string; readonly hint: Hint } | null {
  if (type !== 'container' || name === '') return null
  const key = `container/${scope}/${name}`
  const commanded = (what: string) => ({ key, hint: { how: `${what} through ${API}`, by: `somebody at ${API}` } })
  switch (action) {
    case 'kill':
      ends.expect(name, commanded(`sent signal ${attributes.signal ?? '?'}`).hint)
      return null
    case 'oom':
      ends.expect(name, { how: 'the kernel ended it: it had used up its memory', by: null })
      return null
    case 'die': {
      const hint = ends.take(name) ?? { how: `it ended by itself with code ${attributes.exitCode ?? '?'}`, by: null }
      return { key, hint }
    }
    case 'update':
      return commanded('its bounds were changed')
    case 'pause':
      return commanded('paused')
    case 'destroy':
      return commanded('removed')
    case 'rename': {
      const { hint } = commanded(`renamed to ${name}`)
      return { key: `container/${scope}/${attributes.oldName ?? name}`, hint }
    }
    default:
      return null
  }
}

/** Keys a change of the network is about. */
export function keysOf({ place }: NetworkChange): readonly string[] {
  if (place.is === 'route') return [routeKey(place)]
  const dev = place.dev ?? '*'
  return [`address/${dev}:${place.cidr}`, `address/${dev}:only`]
}
