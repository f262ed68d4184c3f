import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { Key, Want } from '../../src/core/resource.ts'
import { linuxLogFiles } from '../../src/host/linux/log-files.ts'
import type { Host } from '../../src/host/ports.ts'
import { engine } from '../../src/kinds/engine.ts'
import { createLogs } from '../../src/logs/logs.ts'
import { collected } from '../support/collected.ts'
import { desiredOf } from '../support/desired.ts'

t.test("System Docker's log is that of the file the document names, after the usual one's", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'rosd-logs-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const other = join(folder, 'other.log')
  let wants = new Map<Key, Want>()
  const logs = createLogs({
    host: {} as Pick<Host, 'docker'>, // there is no service, so no engine is asked
    files: { lines: linuxLogFiles.lines, kernel: async function* () {} },
    folder,
    wants: () => wants,
    uptime: () => 0,
    now: () => 0
  })
  const options = { since: null, tail: Number.POSITIVE_INFINITY, follow: false, signal: new AbortController().signal }
  const lines = async () => (await collected(logs.read(['system-docker'], options))).map(({ line }) => line)
  const say = (path: string, second: number, text: string) =>
    writeFileSync(path, `time="2026-01-31T12:00:0${second}.5Z" level=info msg=${text}\n`)
  say(join(folder, 'system-docker.log'), 1, 'one')
  say(other, 2, 'two')
  t.same(await lines(), ['level=info msg=one'])
  const named = (path: string) => {
    const desired = desiredOf({ rancher: { defaults: { system_docker_logs: path } } })
    return new Map([...engine.want(desired)].map((want): [Key, Want] => [want.key, want]))
  }
  wants = named(other)
  t.same(await lines(), ['level=info msg=one', 'level=info msg=two'])
  wants = named(join(folder, 'system-docker.log'))
  t.same(await lines(), ['level=info msg=one'], 'and none twice')
})
