import { Subject } from 'rxjs'
import t from 'tap'
import type { DockerEvent } from '../../../src/host/ports.ts'
import { heard } from '../../../src/kinds/container/heard.ts'
import { fakeHost } from '../../support/fake-host.ts'
import { until } from '../../support/loop.ts'

const event = (type: DockerEvent['type'], action: string): DockerEvent => ({
  type,
  action,
  name: 'web',
  exitCode: null,
  id: 'a',
  commanded: false,
  attributes: {}
})

/** An engine that answers who asks for a container when `clear` is called; it counts ticks. */
function engine() {
  const events = new Subject<DockerEvent>()
  const waiting: (() => void)[] = []
  let ticks = 0
  const stateOf = () =>
    new Promise<{ state: 'exited'; exitCode: number; health: 'none' }>((resolve) => {
      waiting.push(() => resolve({ state: 'exited', exitCode: 137, health: 'none' }))
    })
  const subscription = heard(fakeHost({ docker: { user: { events: () => events, stateOf } } })).subscribe(() => {
    ticks += 1
  })
  return {
    events,
    ticks: () => ticks,
    asked: () => waiting.length,
    clear: () => waiting.shift()?.(),
    stop: () => subscription.unsubscribe()
  }
}

t.test('a tick at once, and one when the list has caught up', async (t) => {
  const { events, ticks, asked, stop } = engine()
  t.teardown(stop)
  events.next(event('container', 'pause'))
  t.equal(ticks(), 1)
  await until(() => ticks() === 2)
  for (const other of [event('container', 'exec_start'), event('network', 'connect'), event('image', 'pull')])
    events.next(other)
  t.equal(ticks(), 2, 'what says nothing of containers')
  events.next(event('connection', 'regained'))
  t.equal(ticks(), 3)
  t.equal(asked(), 0)
})

t.test('an end is looked at again when the engine has put away what was left, however late that is', async (t) => {
  const { events, ticks, asked, clear, stop } = engine()
  t.teardown(stop)
  events.next(event('container', 'die'))
  t.equal(ticks(), 1)
  await until(() => ticks() === 2)
  t.equal(asked(), 1)
  events.next(event('container', 'start'))
  await until(() => ticks() === 4)
  clear()
  await until(() => ticks() === 5)
  t.equal(asked(), 0)
})
