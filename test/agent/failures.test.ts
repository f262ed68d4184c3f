import t from 'tap'
import { createFailures } from '../../src/agent/failures.ts'
import { RosError } from '../../src/core/errors.ts'
import { plan } from '../../src/core/plan.ts'
import { modelKind, registry, want, wantMap } from '../support/model.ts'

const kinds = registry(modelKind(new Map()))
const [action] = plan(kinds, { wants: wantMap(want('a', '1')), seen: new Map(), owned: new Map() }).actions
if (action === undefined) throw new Error('the plan for one missing thing is one action')

function harness(random = 0) {
  let at = 0
  return {
    failures: createFailures(
      () => at,
      () => random
    ),
    pass: (ms: number) => (at += ms),
    now: () => at
  }
}
const busy = new RosError('ROS_MOUNT', 'busy')

t.test('rests double from 1 s to 5 min', async (t) => {
  const { failures, pass, now } = harness()
  const rests: number[] = []
  for (let time = 0; time < 10; time += 1) {
    failures.failed(action, busy)
    rests.push((failures.nextIn(now()) ?? 0) / 1000)
    pass(1e6)
  }
  t.same(rests, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300])
})

t.test('a rest that ends while a pass is under way still wakes the loop', async (t) => {
  const { failures, pass } = harness()
  failures.failed(action, busy)
  pass(999)
  const since = 999
  pass(2)
  t.equal(failures.nextIn(since), 0)
  t.equal(failures.nextIn(1_000), null, 'and one that had ended before does not')
})

t.test('chance takes off up to half', async (t) => {
  const { failures } = harness(1)
  failures.failed(action, busy)
  t.equal(failures.nextIn(0), 500)
})

t.test('what can not get better by waiting rests until it is forgiven', async (t) => {
  const { failures, pass } = harness()
  failures.failed(action, new RosError('ROS_FILE_WRITE', 'not base64', 'never'))
  pass(1e9)
  t.same([...failures.resting()], [[action.key, 'not base64']])
  t.equal(failures.nextIn(0), null)
  failures.forgive()
  t.same([...failures.resting()], [])
})

t.test('being seen as wanted ends the rest', async (t) => {
  const { failures } = harness()
  failures.failed(action, busy)
  failures.settled(action.key)
  t.equal(failures.rest(action.key), null)
})

t.test('the same success four times without lasting is a fight', async (t) => {
  const { failures, pass } = harness()
  const outcomes = [1, 2, 3, 4].map(() => {
    pass(1_000)
    const rest = failures.succeeded(action)
    failures.settled(action.key)
    return rest?.code ?? null
  })
  t.same(outcomes, [null, null, null, 'ROS_NOT_CONVERGING'])
  t.ok(failures.rest(action.key), 'being fine for a moment does not end the rest of a fight')
})

t.test('successes that last are no fight', async (t) => {
  const { failures, pass } = harness()
  for (let time = 0; time < 20; time += 1) {
    t.equal(failures.succeeded(action), null)
    pass(10_000)
    failures.settled(action.key)
  }
})

t.test('what a wait will hardly help rests long from the first time on', async (t) => {
  const { failures, pass, now } = harness()
  const rests: number[] = []
  for (let time = 0; time < 4; time += 1) {
    failures.failed(action, new RosError('ROS_IMAGE_DENIED', 'wrong password', 'slowly'))
    rests.push((failures.nextIn(now()) ?? 0) / 1000)
    pass(1e6)
  }
  t.same(rests, [64, 128, 256, 300])
  failures.forgive()
  t.equal(failures.rest(action.key), null, 'a new document lets it go at once')
})
