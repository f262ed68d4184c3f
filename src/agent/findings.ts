// What one pass means for each wanted resource, as conditions.
import { conditionsOf, type Finding, reasonOf, type Status } from '../core/condition.ts'
import { type Left, type Registry, unmet, type Waiting, type World } from '../core/plan.ts'
import { type Key, kindOf, type Seen, type Want } from '../core/resource.ts'
import type { Failures } from './failures.ts'

export interface PassResult {
  readonly world: World
  readonly unknown: ReadonlyMap<string, string>
  readonly waiting: ReadonlyMap<Key, Waiting>
  /** Keys that are not as wanted and left so on purpose. */
  readonly left: ReadonlyMap<Key, Left>
  /** Keys with an action under way, and what it last said about itself. */
  readonly running: ReadonlyMap<Key, string>
  /** Keys whose action was planned but neither ran nor failed: it comes with the next pass. */
  readonly pending: ReadonlySet<Key>
}

/** How `want` stands after this pass. */
export function findingOf(kinds: Registry, want: Want, pass: PassResult, failures: Failures): Finding {
  const { key } = want
  const kind = kinds.get(kindOf(key))
  const unknown = pass.unknown.get(kindOf(key))
  const rest = failures.rest(key)
  const running = pass.running.get(key)
  if (running !== undefined) return { is: 'running', message: running }
  if (rest !== null) return { is: 'failed', reason: reasonOf(rest.code), message: `${rest.message} (${want.from})` }
  if (unknown !== undefined) return { is: 'unknown', message: unknown }
  const waiting = pass.waiting.get(key)
  if (waiting !== undefined) return { is: 'waiting', on: waiting.on, message: waiting.message }
  const left = pass.left.get(key)
  if (left !== undefined) return leftFinding(left, want)
  if (pass.pending.has(key)) return { is: 'running', message: 'next in line' }
  const seen = pass.world.seen.get(key)
  const complaint = seen === undefined ? null : (kind?.complain?.(want, seen) ?? null)
  if (complaint !== null) {
    const { reason, message } = typeof complaint === 'string' ? { reason: 'Complaint', message: complaint } : complaint
    return { is: 'failed', reason, message: `${message} (${want.from})` }
  }
  const open = unmet(kinds, pass.world, key)
  const remark = seen === undefined ? null : (kind?.remark?.(want, seen) ?? null)
  return open === null ? { is: 'settled', message: remark ?? 'as the document says' } : { is: 'running', message: open }
}

function leftFinding({ verb, why, reason, message }: Left, { from }: Want): Finding {
  return { is: 'left', reason, message: `${verb}: ${why}; ${message} (${from})` }
}

/** The status of every wanted resource; one of which nothing changed is the very object it was in `previous`. */
export function statuses(
  kinds: Registry,
  wants: ReadonlyMap<Key, Want>,
  pass: PassResult,
  failures: Failures,
  previous: ReadonlyMap<Key, Status>,
  actions: ReadonlyMap<Key, NonNullable<Status['lastAction']>>,
  generation: number,
  now: string
): ReadonlyMap<Key, Status> {
  const result = new Map<Key, Status>()
  for (const want of wants.values()) {
    const old = previous.get(want.key)
    const seen = pass.world.seen.get(want.key) ?? null
    const lastAction = actions.get(want.key)
    const status: Status = {
      key: want.key,
      from: want.from,
      observedGeneration: generation,
      conditions: conditionsOf(findingOf(kinds, want, pass, failures), old?.conditions ?? [], now),
      seen: show(kinds, want.key, seen),
      ...(lastAction === undefined ? {} : { lastAction })
    }
    result.set(want.key, old !== undefined && isSame(old, status) ? old : status)
  }
  return result
}

function isSame(old: Status, status: Status): boolean {
  return (
    old.conditions === status.conditions &&
    old.observedGeneration === status.observedGeneration &&
    old.from === status.from &&
    old.lastAction === status.lastAction &&
    JSON.stringify(old.seen) === JSON.stringify(status.seen)
  )
}

function show(kinds: Registry, key: Key, seen: Seen | null): unknown {
  if (seen === null) return null
  const kind = kinds.get(kindOf(key))
  return kind?.show === undefined ? seen : kind.show(seen)
}
