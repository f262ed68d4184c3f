import t from 'tap'
import { createDefinitions } from '../../../src/host/linux/docker-definitions.ts'
import { parse } from '../../../src/host/linux/docker-events.ts'

const event = (action: string, id = 'a') => {
  const [type, word = ''] = action.split(' ')
  return { type: type as 'container', action: word, id, name: '', exitCode: null, commanded: false, attributes: {} } // as given
}

/** An engine whose containers say how often they were asked. */
function engine({ info = {}, between = () => {} }: { info?: object; between?: () => void } = {}) {
  let asked = 0
  const inspect = async () => {
    asked += 1
    const answer = { Config: { Env: [] }, HostConfig: { Memory: asked, MemorySwap: 2, PidsLimit: 3 } }
    between()
    return answer
  }
  return { getContainer: () => ({ inspect }), info: async () => info } as unknown as Parameters<
    typeof createDefinitions
  >[0] // all that is asked
}

t.test('a container is asked once, and again after what may have changed it', async (t) => {
  const { of, hear, forget, deaf } = createDefinitions(engine())
  const memory = async (id = 'a') => (await of(id))?.host.Memory
  t.equal(await memory(), 1)
  t.equal(await memory(), 2, 'without events nothing is remembered')
  hear(event('connection connected', ''))
  t.equal(await memory(), 3)
  for (const action of ['container start', 'container die', 'container rename', 'network update', 'image update'])
    hear(event(action))
  hear(event('container update', 'b'))
  t.equal(await memory(), 3, 'remembered')
  hear(event('container update'))
  t.equal(await memory(), 4)
  hear(event('container destroy'))
  t.equal(await memory(), 5)
  hear(event('connection lost', ''))
  t.equal(await memory(), 6)
  t.equal(await memory(), 7)
  hear(event('connection connected', ''))
  t.equal(await memory(), 8)
  t.equal(await memory(), 8)
  forget('a')
  t.equal(await memory(), 9)
  t.equal(await memory(), 9)
  deaf()
  t.equal(await memory(), 10)
})

t.test('an answer of before an event is not kept', async (t) => {
  const definitions = createDefinitions(
    engine({
      between: () => {
        if (races) definitions.hear(event('container update'))
      }
    })
  )
  let races = true
  definitions.hear(event('connection connected', ''))
  t.equal((await definitions.of('a'))?.host.Memory, 1)
  races = false
  t.equal((await definitions.of('a'))?.host.Memory, 2)
  t.equal((await definitions.of('a'))?.host.Memory, 2)
})

t.test('bounds that the kernel lacks are left out', async (t) => {
  const { of } = createDefinitions(engine({ info: { MemoryLimit: true, SwapLimit: false, PidsLimit: false } }))
  t.same((await of('a'))?.host, { Memory: 1 })
})

t.test('events say who did it as far as the engine tells', async (t) => {
  const line = (Action: string, attributes: object = {}, Type = 'container') =>
    parse(JSON.stringify({ Type, Action, Actor: { ID: 'x', Attributes: { name: 'web', ...attributes } } }))
  t.strictSame(line('kill', { signal: '15' }), {
    type: 'container',
    action: 'kill',
    name: 'web',
    exitCode: null,
    id: 'x',
    commanded: true,
    attributes: { signal: '15' }
  })
  t.match(line('rename', { oldName: '/old' }), { commanded: true, attributes: { oldName: 'old' } })
  t.match(line('die', { exitCode: '137' }), { commanded: false, exitCode: 137, attributes: { exitCode: '137' } })
  t.match(line('health_status: healthy'), { action: 'health_status: healthy', commanded: false })
  t.match(line('exec_create: sh -c "login --password x"'), { action: 'exec_create', commanded: true })
  for (const [action, commanded] of [
    ['start', false],
    ['oom', false],
    ['exec_die', false],
    ['update', true],
    ['stop', true],
    ['pause', true],
    ['destroy', true]
  ] as const)
    t.equal(line(action)?.commanded, commanded, action)
  t.equal(line('update', {}, 'network')?.commanded, false)
  t.equal(line('mount', {}, 'volume'), null)
  t.equal(parse(''), null)
})
