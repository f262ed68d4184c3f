import { appendFile, copyFile, mkdtemp, rename, rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { linuxLogFiles } from '../../../src/host/linux/log-files.ts'
import { collected } from '../../support/collected.ts'
import { until } from '../../support/loop.ts'

async function folder(t: Test): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'rosd-logs-'))
  t.teardown(() => rm(dir, { recursive: true }))
  return dir
}

const once = { since: null, follow: false, signal: new AbortController().signal }
const all = (path: string, since: string | null = null) => collected(linuxLogFiles.lines(path, { ...once, since }))

t.test('older files come first, whichever number is the newest', async (t) => {
  const path = join(await folder(t), 'messages')
  for (const [name, text] of [
    ['', 'five\nsix'],
    ['.0', 'four\n'],
    ['.1', 'three\n'],
    ['.10', 'one\n\ntwo\n'],
    ['.gz', 'no\n'],
    ['x.1', 'no\n']
  ])
    await writeFile(`${path}${name}`, text ?? '')
  t.same(await all(path), ['one', '', 'two', 'three', 'four', 'five', 'six', null])
  t.same(await all(join(path, 'none')), [null])
  for (const old of ['.0', '.1', '.10']) await utimes(`${path}${old}`, 1000, 1000)
  t.same(await all(path, '2026-01-01T00:00:00Z'), ['five', 'six', null], 'what was not written to since is not read')
})

t.test('a followed file is told line by line over every way of rotation', async (t) => {
  const path = join(await folder(t), 'rosd.log')
  await writeFile(path, 'one\ntw')
  const leave = new AbortController()
  const told: (string | null)[] = []
  const reading = (async () => {
    for await (const line of linuxLogFiles.lines(path, { since: null, follow: true, signal: leave.signal }))
      told.push(line)
  })()
  await until(() => told.length === 2, 30_000)
  await appendFile(path, 'o\nthree\nfo')
  await until(() => told.length === 4, 30_000)

  await rename(path, `${path}.1`)
  await appendFile(`${path}.1`, 'ur\nfive')
  await writeFile(path, 'six\n')
  await until(() => told.length === 7, 30_000)

  await copyFile(path, `${path}.1`)
  await truncate(path)
  await appendFile(path, '7\n')
  await until(() => told.length === 8, 30_000)

  await rm(path)
  await writeFile(path, `${'é'.repeat(100_000)}\n`)
  await until(() => told.length === 9, 30_000)
  t.same(told.slice(0, 8), ['one', null, 'two', 'three', 'four', 'five', 'six', '7'])
  t.equal(told[8], 'é'.repeat(100_000), 'a letter that lies across two reads is one')
  leave.abort()
  await reading
})

t.test('a follower that is behind misses none of the files that were moved away meanwhile', async (t) => {
  const path = join(await folder(t), 'messages')
  await writeFile(path, 'one\n')
  const leave = new AbortController()
  const told: (string | null)[] = []
  for await (const line of linuxLogFiles.lines(path, { since: null, follow: true, signal: leave.signal })) {
    told.push(line)
    if (told.length === 2)
      for (const [number, text] of ['two', 'three', 'four'].entries()) {
        for (let old = number; old > 0; old -= 1) await rename(`${path}.${old - 1}`, `${path}.${old}`)
        await rename(path, `${path}.0`)
        await writeFile(path, `${text}\n`)
      }
    if (line === 'four') leave.abort()
  }
  t.same(told, ['one', null, 'two', 'three', 'four'])
})

t.test("the kernel's messages are records, or none where they may not be read", async (t) => {
  const records = await collected(linuxLogFiles.kernel(once))
  t.equal(records.at(-1), null)
  t.same(
    records.slice(0, -1).filter((record) => !/^\d+,\d+,\d+,[^;]*;/.test(record ?? '')),
    []
  )
})
