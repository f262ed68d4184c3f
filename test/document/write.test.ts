import { chmodSync, existsSync, readdirSync, readFileSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import t from 'tap'
import { contentHash, writeAtomic } from '../../src/document/write.ts'

t.test('a file is replaced as a whole, for its owner only, and the previous one kept', async (t) => {
  const file = join(t.testdir({}), 'conf', 'cloud-config.yml')
  await writeAtomic(file, 'one\n')
  t.equal(readFileSync(file, 'utf8'), 'one\n')
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.notOk(existsSync(`${file}.previous`))
  chmodSync(file, 0o644)
  await writeAtomic(file, 'two\n')
  t.equal(readFileSync(file, 'utf8'), 'two\n')
  t.equal(readFileSync(`${file}.previous`, 'utf8'), 'one\n')
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.equal(statSync(`${file}.previous`).mode & 0o777, 0o600)
  t.strictSame(readdirSync(join(file, '..')), ['cloud-config.yml', 'cloud-config.yml.previous'], 'nothing else is left')
})

t.test('the new text is on the disk before it gets its name, and the name before the write has ended', async (t) => {
  const file = join(t.testdir({ 'a.yml': 'one\n' }), 'a.yml')
  const handle = await open(file)
  const kind: { sync: (this: FileHandle) => Promise<void> } = Object.getPrototypeOf(handle)
  await handle.close()
  const { sync } = kind
  const synced: (readonly [string, string])[] = []
  t.teardown(() => void (kind.sync = sync))
  kind.sync = async function () {
    await sync.call(this)
    const what = readlinkSync(`/proc/self/fd/${this.fd}`).replace(/\.[0-9a-f]{12}$/, '')
    synced.push([what.slice(file.length - 'a.yml'.length), readFileSync(file, 'utf8')])
  }
  await writeAtomic(file, 'two\n')
  t.strictSame(synced, [
    ['.a.yml.previous', 'one\n'],
    ['.a.yml', 'one\n'],
    ['', 'two\n']
  ])
})

t.test('writing what is there keeps the previous one', async (t) => {
  const file = join(t.testdir({ 'a.yml': 'one\n' }), 'a.yml')
  await writeAtomic(file, 'two\n')
  await writeAtomic(file, 'two\n')
  t.equal(readFileSync(`${file}.previous`, 'utf8'), 'one\n')
})

t.test('a file that another hand changed meanwhile is left alone', async (t) => {
  const file = join(t.testdir({ 'a.yml': 'one\n' }), 'a.yml')
  const expectedHash = contentHash(readFileSync(file, 'utf8'))
  writeFileSync(file, 'theirs\n')
  await t.rejects(writeAtomic(file, 'mine\n', { expectedHash }), {
    code: 'ROS_DOC_CHANGED',
    message: `${file} was changed since it was read: read it again and repeat the change`
  })
  t.equal(readFileSync(file, 'utf8'), 'theirs\n')
  t.strictSame(readdirSync(join(file, '..')), ['a.yml'])
})

t.test('with the hash of what was read it is written, also where there was no file', async (t) => {
  const file = join(t.testdir({}), 'a.yml')
  await writeAtomic(file, 'one\n', { expectedHash: contentHash('') })
  await writeAtomic(file, 'two\n', { expectedHash: contentHash('one\n') })
  t.equal(readFileSync(file, 'utf8'), 'two\n')
  await t.rejects(writeAtomic(file, 'three\n', { expectedHash: contentHash('') }), { code: 'ROS_DOC_CHANGED' })
})

t.test('a write that fails leaves the file and no rubbish', async (t) => {
  const folder = t.testdir({ 'a.yml': { 'is-a-folder': '' } })
  await t.rejects(writeAtomic(join(folder, 'a.yml'), 'x'), { code: 'EISDIR' })
  t.strictSame(readdirSync(folder), ['a.yml'])
})
