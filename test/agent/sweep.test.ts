import t from 'tap'
import { sweepDrafts } from '../../src/agent/sweep.ts'
import { draftName, draftOf } from '../../src/core/draft.ts'
import { kinds } from '../../src/kinds/index.ts'
import { fakeHost, machine } from '../support/fake-host.ts'

t.test('a draft is known by its name, and only a draft', async (t) => {
  const table: readonly (readonly [entry: string, of: string | null])[] = [
    [draftName('motd', 1, 2), 'motd'],
    [draftName('.bashrc', 17, 4), '.bashrc'],
    ['.a.b.1-2.tmp.3-4.tmp', 'a.b.1-2.tmp'],
    ['.motd.tmp', null],
    ['motd.1-2.tmp', null],
    ['.motd.1-2.tmp~', null],
    ['..1-2.tmp', null]
  ]
  for (const [entry, of] of table) t.equal(draftOf(entry), of, entry)
})

t.test('what a killed agent was about to write is removed where it is ours, and nothing else', async (t) => {
  const files = [
    '/etc/.hostname.1-1.tmp',
    '/etc/.hosts.9-4.tmp',
    '/etc/.motd.1-9.tmp',
    '/etc/.resolv.conf.1-3.tmp',
    '/etc/motd',
    '/home/rancher/.ssh/.authorized_keys.1-2.tmp',
    '/mnt/.file.1-7.tmp',
    '/run/ros/.owned.json.1-5.tmp',
    '/run/ros/mounts/.%2Fmnt%2Fa.1-6.tmp',
    '/var/lib/rancher/state/.owned.json.1-8.tmp',
    '/var/lib/rancher/state/owned.json'
  ]
  const { host, files: left } = machine({ files: Object.fromEntries(files.map((path) => [path, 'x'])) })
  const keys = ['hostname/machine', 'ssh-key/rancher', 'mount//mnt/file', 'file/ntp:/etc/motd', 'sysctl/a.b'] as const
  const removed = await sweepDrafts(host.files, kinds, keys)
  const kept = ['/etc/.motd.1-9.tmp', '/etc/.resolv.conf.1-3.tmp', '/etc/motd', '/var/lib/rancher/state/owned.json']
  t.same([...left.keys()], kept)
  t.same(
    [...removed].sort(),
    files.filter((path) => !kept.includes(path))
  )
})

t.test('a folder that can not be swept is passed over', async (t) => {
  t.same(await sweepDrafts(fakeHost({ files: { list: () => Promise.reject(new Error('EIO')) } }).files, kinds, []), [])
})
