import { existsSync, statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { NEVER, Observable, Subject } from 'rxjs'
import t from 'tap'
import type { Event } from '../../src/agent/events.ts'
import type { Progress } from '../../src/api/agent.ts'
import { lines } from '../../src/api/ndjson.ts'
import type { StatusView } from '../../src/api/view.ts'
import { createClient } from '../../src/cli/client.ts'
import { until } from '../support/loop.ts'
import { modelAgent } from './support/agent.ts'

const swappiness = '#cloud-config\nrancher: {sysctl: {vm.swappiness: 10}}\n'

async function listening(options = {}) {
  const model = await modelAgent(options)
  await model.listen()
  const abort = new AbortController()
  const stop = async () => {
    abort.abort()
    await model.stop()
  }
  return { ...model, client: createClient(model.socket, abort.signal), abort, stop }
}

t.test('only root may open the socket, and anybody may see its folder', async (t) => {
  const { socket, client, stop } = await listening()
  t.teardown(stop)
  t.equal(statSync(socket).mode & 0o777, 0o600)
  t.equal(statSync(dirname(socket)).mode & 0o777, 0o755)
  t.ok(statSync(socket).isSocket())
  t.match(await client.call('/v1/version'), { version: 'v1.2.3' })
})

t.test('what an agent before us left in the place of the socket is taken away', async (t) => {
  const { socket, client, listen, stop } = await modelAgent().then((model) => ({
    ...model,
    client: createClient(model.socket, new AbortController().signal)
  }))
  t.teardown(stop)
  await mkdir(dirname(socket), { recursive: true })
  await writeFile(socket, '')
  await listen()
  t.match(await client.call('/v1/version'), { version: 'v1.2.3' })
})

t.test('closing ends the streams and takes the socket away', async (t) => {
  const { socket, client, store, stop } = await listening()
  const seen: StatusView[] = []
  const following = (async () => {
    for await (const status of client.stream<StatusView>('/v1/status', { query: { follow: true } })) seen.push(status)
  })()
  await until(() => seen.length > 0)
  await stop()
  await following
  t.notOk(existsSync(socket))
  store.next({ phase: 'Degraded' })
  t.notMatch(seen.at(-1), { phase: 'Degraded' })
})

t.test('events are followed as they happen, by several at once', async (t) => {
  const { client, agent, edit, settled, stop } = await listening({ user: swappiness })
  t.teardown(stop)
  await settled()
  const followers = [1, 2].map(async () => {
    const reasons: string[] = []
    for await (const { reason } of client.stream<Event>('/v1/events', { query: { follow: true, since: 1 } })) {
      reasons.push(reason)
      if (reasons.length === 3) return reasons
    }
    return reasons
  })
  agent.events.add({ type: 'Normal', reason: 'Hello', message: 'there', key: null })
  await edit(swappiness.replace('10', '20'))
  t.same(await Promise.all(followers), [
    ['Updated', 'Hello', 'DocumentAccepted'],
    ['Updated', 'Hello', 'DocumentAccepted']
  ])
})

t.test('the status is followed: one line per change, none for what stays', async (t) => {
  const { client, store, edit, settled, stop } = await listening({ user: swappiness })
  t.teardown(stop)
  await settled()
  const phases: string[] = []
  const stopped = new AbortController()
  const following = (async () => {
    const query = { follow: true }
    for await (const status of client.stream<StatusView>('/v1/status', { query }, stopped.signal)) {
      phases.push(`${status.phase} ${status.generation} ${status.document.complaint === '' ? 'accepted' : 'refused'}`)
    }
  })()
  await until(() => phases.length === 1)
  store.next({})
  await edit('rancher: [')
  await until(() => phases.at(-1)?.endsWith('refused') === true)
  await edit(swappiness)
  await until(() => phases.at(-1)?.endsWith('accepted') === true)
  stopped.abort()
  await following
  t.same(phases, ['Ready 1 accepted', 'Ready 1 refused', 'Ready 1 accepted'])
})

t.test('progress is passed on while somebody listens, and nobody is subscribed when they leave', async (t) => {
  const { client, progress, stop } = await listening()
  t.teardown(stop)
  const stopped = new AbortController()
  const heard: Progress[] = []
  const listeningTo = (async () => {
    for await (const one of client.stream<Progress>('/v1/progress', {}, stopped.signal)) heard.push(one)
  })()
  await until(() => progress.observed)
  progress.next({ key: 'image/user/a', message: 'Downloading 40 %' })
  await until(() => heard.length === 1)
  t.same(heard, [{ key: 'image/user/a', message: 'Downloading 40 %' }])
  stopped.abort()
  await listeningTo
  await until(() => !progress.observed)
})

t.test('a followed log ends with its reader', async (t) => {
  const { client, done, stop } = await listening()
  t.teardown(stop)
  const seen: unknown[] = []
  for await (const line of client.stream('/v1/services/web/logs', { query: { follow: true } })) {
    seen.push(line)
    if (seen.length === 2) break
  }
  t.equal(seen.length, 2)
  await until(() => done.includes('logs web'))
})

t.test('a reader that does not keep up is cut off', async (t) => {
  const values = new Subject<string>()
  const stream = lines(values)
  const ended = new Promise((resolve) => stream.on('error', resolve))
  const large = 'x'.repeat(1_000_000)
  for (let i = 0; i < 6; i++) values.next(large)
  t.match(await ended, { message: 'the reader does not keep up' })
  t.notOk(values.observed)
})

t.test('a stream that fails ends with its error, one that ends with its last line', async (t) => {
  const failing = lines(new Observable((subscriber) => subscriber.error(new Error('no more'))))
  await t.rejects(text(failing), { message: 'no more' })
  const ending = lines(
    new Observable((subscriber) => {
      subscriber.next({ a: 1 })
      subscriber.complete()
    })
  )
  t.equal(await text(ending), '\n{"a":1}\n')
  const idle = lines(NEVER)
  t.equal(String(idle.read()), '\n', 'a follower hears at once that it is connected')
  idle.destroy()
})

async function text(stream: Readable): Promise<string> {
  let all = ''
  for await (const part of stream) all += String(part)
  return all
}
