import t from 'tap'
import { openBootRecord } from '../../src/agent/boot-record.ts'
import { accept } from '../../src/agent/readings.ts'
import type { Host } from '../../src/host/ports.ts'
import { built, user } from '../document/support.ts'

function machine() {
  const files = new Map<string, string>()
  let full = false
  const lines: string[] = []
  const host = {
    files: {
      read: async (path: string) => files.get(path) ?? null,
      writeAtomic: async (path: string, text: string) => {
        if (full) throw new Error('no space left on device')
        files.set(path, text)
      }
    },
    log: (_level: string, _fields: unknown, message: string) => lines.push(message)
  } as unknown as Host // nothing else is asked of it
  return { files, lines, host, fill: () => (full = true) }
}
const document = (text: string) => accept(built(user(text)))
const keys = (waiting: readonly { readonly key: string }[]) => waiting.map(({ key }) => key)

t.test('the first document of a boot is what it began with, also for an agent that starts anew', async (t) => {
  const { host, files } = machine()
  const record = await openBootRecord(host)
  t.equal(record.standing(), undefined)
  t.same(await record.compare(document('runcmd: [a]\nrancher: {docker: {graph: /a}}\n')), [])
  t.same(record.standing(), { system_docker: {}, docker: { graph: '/a' } })
  const changed = document('runcmd: [b]\nrancher: {docker: {graph: /b}}\n')
  t.same(keys(await record.compare(changed)), ['runcmd', 'rancher.docker.graph'])
  t.same(record.standing()?.docker, { graph: '/a' })
  const again = await openBootRecord(host)
  t.same(again.standing()?.docker, { graph: '/a' })
  t.same(keys(await again.compare(changed)), ['runcmd', 'rancher.docker.graph'])
  t.same(await again.compare(document('runcmd: [a]\nrancher: {docker: {graph: /a}}\n')), [], 'set back')
  files.clear()
  t.same(await (await openBootRecord(host)).compare(changed), [], 'a reboot forgets it')
})

t.test('a list of commands that this boot has none of has had its turn', async (t) => {
  const { host, files } = machine()
  const record = await openBootRecord(host)
  await record.compare(document('bootcmd: [a]\n'))
  t.equal(files.get('/run/ros/commands/runcmd.json'), '{"state":"done","message":"none"}')
  t.notOk(files.has('/run/ros/commands/bootcmd.json'), 'the kind runs those that are there')
})

t.test('a record that can not be kept, or is damaged, stops nothing', async (t) => {
  const { host, files, lines, fill } = machine()
  files.set('/run/ros/boot.json', '{"leaves":')
  const record = await openBootRecord(host)
  fill()
  await record.compare(document('runcmd: [a]\n'))
  t.same(keys(await record.compare(document('runcmd: [b]\n'))), ['runcmd'])
  t.same(new Set(lines), new Set(['what the boot began with could not be kept']))
})
