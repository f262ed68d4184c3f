// A service's log on a real engine, and as engines tell it.
import { Readable } from 'node:stream'
import { join } from 'node:path'
import { of } from 'rxjs'
import t from 'tap'
import { containerLog } from '../../src/logs/container-log.ts'
import type { Docker } from '../../src/host/ports.ts'
import type { LogEntry } from '../../src/logs/entry.ts'
import { collected } from '../support/collected.ts'
import { noDockerd, startEngine } from '../support/dockerd.ts'
import { until } from '../support/loop.ts'
import { writeTestImage } from '../support/test-image.ts'

t.setTimeout(120_000)

const REF = 'test/busybox:1'
/** Milliseconds; engines of a busy machine take their time. */
const PATIENCE = 60_000

t.test(
  'it goes on over a new start, a new container and a new engine',
  { skip: noDockerd() ?? false, timeout: 120_000 },
  async (t) => {
    const engine = await startEngine()
    t.teardown(() => engine.destroy())
    const { docker } = engine
    const leave = new AbortController()
    const archive = join(engine.dir, 'image.tar')
    writeTestImage(archive, REF)
    await docker.load(archive, () => {}, leave.signal)
    const run = async (script: string) => {
      const create = { Image: REF, Cmd: ['sh', '-c', script], HostConfig: { NetworkMode: 'none' } }
      const id = await docker.create('web', create)
      await docker.start(id)
      return id
    }
    const read = async (tail: number, since: string | null = null) => {
      const options = { since, tail, follow: false, signal: leave.signal }
      return (await collected(containerLog(docker, 'web', options))).map((entry) => entry?.line ?? null)
    }
    t.same(await read(9), [null], 'of a container that is not there nothing is told')
    const first = await run('echo one; echo two; echo; exec sleep 1d')
    await until(async () => (await read(9)).length === 4, PATIENCE)
    t.same(await read(2), ['two', '', null])
    t.same(await read(9, '2999-01-01T00:00:00Z'), [null])

    const told: LogEntry[] = []
    let history = -1
    const reading = (async () => {
      const options = { since: null, tail: 2, follow: true, signal: leave.signal }
      for await (const entry of containerLog(docker, 'web', options))
        if (entry === null) history = told.length
        else told.push(entry)
    })()
    await until(() => history === 2, PATIENCE)
    await docker.restart(first, 0)
    await until(() => told.length === 5, PATIENCE)
    await docker.remove(first)
    await run('echo three; exec sleep 1d')
    await until(() => told.length === 6, PATIENCE)
    await engine.stop()
    await engine.start()
    const { output } = await docker.exec('web', ['sh', '-c', 'echo four > /proc/1/fd/1'])
    t.equal(output, '')
    await until(() => told.length === 7, PATIENCE)
    t.same(
      told.map(({ line }) => line),
      ['two', '', 'one', 'two', '', 'three', 'four']
    )
    t.same([...new Set(told.map(({ source, priority }) => `${source} ${priority}`))], ['web 30'])
    t.ok(told.every(({ at }) => /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/.test(at ?? '')))
    leave.abort()
    await reading
  }
)

t.test('lines of the two streams that are told out of order are told, and each once', async (t) => {
  const leave = new AbortController()
  const streams = [
    [],
    ['2026-01-31T12:00:01.000000002Z two', '2026-01-31T12:00:01.000000001Z one'],
    ['2026-01-31T12:00:01.000000002Z two', '2026-01-31T12:00:01.000000003Z three']
  ]
  const froms: (string | undefined)[] = []
  const docker = {
    container: async () => ({ id: 'web' }),
    events: () => of({ type: 'connection', action: 'connected' }),
    async logs(_id: string, { since }: { since?: string }) {
      froms.push(since)
      return Readable.from(
        (streams.shift() ?? []).map((text) =>
          Buffer.from(`\x01\0\0\0\0\0\0${String.fromCharCode(text.length + 1)}${text}\n`)
        )
      )
    }
  } as unknown as Docker // all that is asked of it
  const told: string[] = []
  for await (const entry of containerLog(docker, 'web', { since: null, tail: 9, follow: true, signal: leave.signal })) {
    if (entry !== null && told.push(entry.line) === 3) leave.abort()
  }
  t.same(told, ['two', 'one', 'three'])
  t.equal(froms[2], '1769860801.000000002')
})
