// Archives in the preload folders, without an engine.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { writeTar } from '../../../src/core/tar.ts'
import { archives } from '../../../src/host/linux/archives.ts'

const ARCHIVE = writeTar([{ path: './manifest.json', mode: 0o644, body: Buffer.from('[]') }], 0)

function folderOf(t: Test) {
  const root = mkdtempSync(join(tmpdir(), 'rosd-archives-'))
  t.teardown(() => rmSync(root, { recursive: true }))
  const folder = join(root, 'var/lib/rancher/preload/docker')
  mkdirSync(folder, { recursive: true })
  /** As one that was written a while ago. */
  const put = (name: string, seconds: number) => {
    writeFileSync(join(folder, name), ARCHIVE)
    utimesSync(join(folder, name), seconds, seconds)
    return join(folder, name)
  }
  const port = archives(root)
  const states = async () => (await port.preloaded('user')).map(({ name, state }) => [name, state])
  return { folder, put, port, states }
}

t.test('a link to nowhere and a folder that has the name of an archive keep no other from being seen', async (t) => {
  const { folder, put, states } = folderOf(t)
  put('good.tar', 1_700_000_000)
  symlinkSync('/nowhere/at.tar', join(folder, 'dangling.tar'))
  mkdirSync(join(folder, 'folder.tar'))
  symlinkSync('good.tar', join(folder, 'linked.tar'))
  t.same(await states(), [
    ['good.tar', 'fresh'],
    ['linked.tar', 'fresh']
  ])
})

t.test('what became of an archive says nothing of the one that replaced it meanwhile', async (t) => {
  const { put, port, states } = folderOf(t)
  const path = put('one.tar', 1_700_000_000)
  const stamp = await port.stamp(path)
  put('one.tar', 1_700_000_001)
  await port.note(path, stamp, null)
  t.same(await states(), [['one.tar', 'fresh']])
  await port.note(path, await port.stamp(path), null)
  t.same(await states(), [['one.tar', 'loaded']])
})

t.test('a manifest is found by the name that `tar -C folder -c .` gives it', async (t) => {
  const { put, port } = folderOf(t)
  t.same([...(await port.check(put('dotted.tar', 1_700_000_000)))], [])
})
