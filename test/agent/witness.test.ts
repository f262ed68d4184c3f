import t from 'tap'
import { containerHint, createWitness, endings, keysOf } from '../../src/agent/witness.ts'
import type { DockerEvent, NetworkPlace } from '../../src/host/ports.ts'

const event = (action: string, attributes: DockerEvent['attributes'] = {}, name = 'web'): DockerEvent => ({
  type: 'container',
  action,
  name,
  id: 'x',
  exitCode: null,
  commanded: false,
  attributes
})

const API = "somebody at the engine's API"

t.test('what an engine tells of a container', async (t) => {
  const cases: readonly (readonly [string, readonly DockerEvent[], string, string | null])[] = [
    ['killed', [event('kill', { signal: '9' }), event('die')], "sent signal 9 through the engine's API", API],
    ['it ended', [event('die', { exitCode: '3' })], 'it ended by itself with code 3', null],
    ['no memory', [event('oom'), event('die')], 'the kernel ended it: it had used up its memory', null],
    ['update', [event('update')], "its bounds were changed through the engine's API", API],
    ['pause', [event('pause')], "paused through the engine's API", API],
    [
      'rm -f',
      [event('kill', { signal: '9' }), event('die'), event('destroy')],
      "removed through the engine's API",
      API
    ],
    ['rename', [event('rename', { oldName: 'web' }, 'other')], "renamed to other through the engine's API", API]
  ]
  for (const [name, events, how, by] of cases) {
    const ends = endings(() => 0)
    const told = events.flatMap((one) => containerHint('user', one, ends) ?? []).at(-1)
    t.same(told, { key: 'container/user/web', hint: { how, by } }, name)
  }
})

t.test('a signal that ended nothing explains no later end', async (t) => {
  let now = 0
  const ends = endings(() => now)
  t.equal(containerHint('user', event('kill', { signal: '1' }), ends), null, 'a signal alone changes nothing')
  now = 60_001
  t.match(containerHint('user', event('die', { exitCode: '0' }), ends), { hint: { by: null } })
})

t.test('starts, health and other things explain nothing', async (t) => {
  for (const action of ['start', 'create', 'health_status: healthy', 'exec_start', 'stop'])
    t.equal(
      containerHint(
        'user',
        event(action),
        endings(() => 0)
      ),
      null,
      action
    )
  t.equal(
    containerHint(
      'user',
      { ...event('die'), type: 'image' },
      endings(() => 0)
    ),
    null
  )
})

t.test('a hint holds for seconds, until we change the thing ourselves', async (t) => {
  let now = 0
  const witness = createWitness(() => now)
  const hint = { how: 'changed by ip (pid 7)', by: 'ip (pid 7)' }
  witness.note('link/a', hint)
  now = 10_000
  t.same(witness.of('link/a'), hint)
  now = 10_001
  t.equal(witness.of('link/a'), null)
  witness.note('link/a', hint)
  witness.forget('link/a')
  t.equal(witness.of('link/a'), null)
  t.equal(witness.of('link/b'), null)
})

t.test('of many hints the oldest goes', async (t) => {
  const witness = createWitness(() => 0)
  for (let i = 0; i < 300; i += 1) witness.note(`link/${i}`, { how: String(i), by: null })
  t.equal(witness.of('link/43'), null)
  t.match(witness.of('link/44'), { how: '44' })
})

t.test('changes of the network are of these keys', async (t) => {
  const cases: readonly (readonly [NetworkPlace, readonly string[]])[] = [
    [{ is: 'address', cidr: '10.0.0.1/24', dev: 'eth0' }, ['address/eth0:10.0.0.1/24', 'address/eth0:only']],
    [{ is: 'address', cidr: 'fd00::1/64', dev: null }, ['address/*:fd00::1/64', 'address/*:only']],
    [{ is: 'route', to: 'default', metric: null, table: 254 }, ['route/main/default']],
    [{ is: 'route', to: '10.0.0.0/8', metric: 100, table: 7 }, ['route/7/10.0.0.0/8@100']]
  ]
  for (const [place, keys] of cases) t.same(keysOf({ place, by: 'x' }), keys)
  const witness = createWitness(() => 0)
  witness.note('address/*:fd00::1/64', { how: 'changed by ip', by: 'ip' })
  t.match(witness.of('address/eth0:fd00::1/64'), { by: 'ip' }, 'of whichever link')
})
