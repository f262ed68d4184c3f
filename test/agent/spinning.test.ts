// An hour of things that do not get well, by a clock of the test: the loop may look twenty times a second, and yet does little.
import t from 'tap'
import { createFailures } from '../../src/agent/failures.ts'
import { RosError } from '../../src/core/errors.ts'
import { plan } from '../../src/core/plan.ts'
import { modelKind, registry, want, wantMap } from '../support/model.ts'

const HOUR = 3_600_000
/** Milliseconds between two looks: the throttle of the ticks. */
const LOOK = 50

const kinds = registry(modelKind(new Map()))
const [action] = plan(kinds, { wants: wantMap(want('a', '1')), seen: new Map(), owned: new Map() }).actions
if (action === undefined) throw new Error('the plan for one missing thing is one action')
const busy = new RosError('ROS_MOUNT', 'busy')

interface Hour {
  /** What comes of an action. */
  readonly ends: 'badly' | 'well' | 'by turns'
  /** Looks until what was done is undone again; 0: at once. */
  readonly lasts: number
  readonly random: () => number
}

/** Seconds at which the action was carried out. */
function hour({ ends, lasts, random }: Hour): readonly number[] {
  let now = 0
  let right = 0
  const times: number[] = []
  const failures = createFailures(() => now, random)
  for (; now < HOUR; now += LOOK) {
    if (right > 0) {
      right -= 1
      failures.settled(action?.key ?? 'image/a')
    } else if (!failures.resting().has('image/a') && action !== undefined) {
      times.push(now / 1_000)
      const bad = ends === 'badly' || (ends === 'by turns' && times.length % 2 === 1)
      if (bad) failures.failed(action, busy)
      else failures.succeeded(action)
      if (!bad) right = lasts
    }
  }
  return times
}

t.test('nothing spins', async (t) => {
  const chance = (() => {
    let state = 1
    return () => (state = (Math.imul(state, 48_271) >>> 0) % 2_147_483_647) / 2_147_483_647
  })()
  const table: readonly (readonly [what: string, hour: Hour, count: number])[] = [
    ['it always fails, and rests as long as can be', { ends: 'badly', lasts: 0, random: () => 0 }, 20],
    ['it always fails, and rests as short as can be', { ends: 'badly', lasts: 0, random: () => 1 }, 32],
    ['it always fails, and chance has its say', { ends: 'badly', lasts: 0, random: chance }, 23],
    ['it is done and undone at once', { ends: 'well', lasts: 0, random: () => 0 }, 23],
    ['it is done and seen well for a moment', { ends: 'well', lasts: 2, random: () => 0 }, 23],
    ['it fails and succeeds by turns', { ends: 'by turns', lasts: 1, random: () => 0 }, 26]
  ]
  for (const [what, one, count] of table) {
    const times = hour(one)
    t.equal(times.length, count, `${what}: so often in an hour`)
    const last = times.at(-1) ?? 0
    t.ok(last > 3_600 - 301, `${what}: it is still tried in the end`)
  }
})

t.test('two that fight over a thing come to rest both', async (t) => {
  let now = 0
  const parties = [0, 1].map(() => ({
    failures: createFailures(
      () => now,
      () => 0
    ),
    count: 0
  }))
  let holder = -1
  for (; now < HOUR; now += LOOK) {
    for (const [index, party] of parties.entries()) {
      if (action === undefined) continue
      if (holder === index) party.failures.settled(action.key)
      else if (!party.failures.resting().has(action.key)) {
        holder = index
        party.count += 1
        party.failures.succeeded(action)
      }
    }
  }
  t.same(
    parties.map(({ count }) => count),
    [23, 23]
  )
})
