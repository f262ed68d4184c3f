import t from 'tap'
import type { LogEntry } from '../../src/logs/entry.ts'
import { merged } from '../../src/logs/merge.ts'
import { collected } from '../support/collected.ts'
import { until } from '../support/loop.ts'

const entry = (source: string, at: string | null): LogEntry => ({
  at: at === null ? null : `2026-01-31T12:00:0${at}Z`,
  source,
  priority: 30,
  line: `${source} ${at}`
})

async function* stream(source: string, past: readonly (string | null)[], later?: AsyncIterable<string>) {
  for (const at of past) yield entry(source, at)
  yield null
  if (later !== undefined) for await (const at of later) yield entry(source, at)
}

const lines = (entries: readonly LogEntry[]) => entries.map(({ line }) => line)
const still = { follow: false, signal: new AbortController().signal }
const past = () => [
  stream('a', ['1', '2.5', '4']),
  stream('b', []),
  stream('c', [null, '2.50', '2.500001', '3.9']),
  stream('d', ['2.4999'])
]

t.test('what is there comes in the order of its times, of whatever exactness', async (t) => {
  t.same(lines(await collected(merged(past(), { ...still, tail: Number.POSITIVE_INFINITY }))), [
    'c null',
    'a 1',
    'd 2.4999',
    'a 2.5',
    'c 2.50',
    'c 2.500001',
    'c 3.9',
    'a 4'
  ])
})

t.test('the last lines are the last of all together', async (t) => {
  t.same(lines(await collected(merged(past(), { ...still, tail: 2 }))), ['c 3.9', 'a 4'])
  t.same(lines(await collected(merged(past(), { ...still, tail: 0 }))), [])
  t.equal((await collected(merged(past(), { ...still, tail: 99 }))).length, 8)
})

t.test('what comes is told until the reader has enough, and a log that fails ends alone', async (t) => {
  const leave = new AbortController()
  const gone = new Promise<void>((resolve) => leave.signal.addEventListener('abort', () => resolve()))
  async function* slow(...times: readonly string[]) {
    yield* times
    await gone
  }
  // oxlint-disable-next-line require-yield
  async function* broken(): AsyncGenerator<string> {
    throw new Error('the disk is gone')
  }
  const told: string[] = []
  const reading = (async () => {
    const streams = [stream('a', ['1'], slow('3', '5')), stream('b', ['2'], slow('4')), stream('c', ['0'], broken())]
    for await (const { line } of merged(streams, { tail: 9, follow: true, signal: leave.signal })) told.push(line)
  })()
  await until(() => told.length === 6, 30_000)
  t.same(told, ['c 0', 'a 1', 'b 2', 'a 3', 'b 4', 'a 5'])
  leave.abort()
  await reading
})

t.test('a flood is told as it comes, not a few lines at a time', async (t) => {
  async function* flood() {
    for (let count = 0; count < 3000; count += 1) yield '1'
  }
  const options = { tail: 0, follow: true, signal: new AbortController().signal }
  t.equal((await collected(merged([stream('a', [], flood())], options, 3_600_000))).length, 3000)
})
