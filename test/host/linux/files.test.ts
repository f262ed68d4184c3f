import { readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { linuxFiles as files } from '../../../src/host/linux/files.ts'

t.test('what is not there is null, empty or nothing, never an error', async (t) => {
  const dir = t.testdir({ file: 'x' })
  for (const path of [join(dir, 'none'), join(dir, 'none', 'deeper'), join(dir, 'file', 'below')]) {
    t.equal(await files.read(path), null)
    t.equal(await files.readBytes(path), null)
    t.equal(await files.stat(path), null)
    t.strictSame(await files.list(path), [])
    await files.remove(path)
  }
})

t.test('a file is written whole, with mode and owner, and its folders are made', async (t) => {
  const path = join(t.testdir({}), 'a', 'b', 'file')
  await files.writeAtomic(path, Buffer.from([0, 255, 1]), {
    mode: 0o640,
    uid: process.getuid?.() ?? 0,
    gid: process.getgid?.() ?? 0
  })
  t.strictSame(await files.readBytes(path), Buffer.from([0, 255, 1]))
  t.match(await files.stat(path), { mode: 0o640, size: 3, kind: 'file' })
  t.match(await files.stat(join(path, '..')), { mode: 0o755, kind: 'directory' })
  t.strictSame(await files.list(join(path, '..')), ['file'], 'no draft is left')
})

t.test('the mode that was there stays when none is given', async (t) => {
  const path = join(t.testdir({ file: 'old' }), 'file')
  await files.chmod(path, 0o600)
  await files.writeAtomic(path, 'new')
  t.match(await files.stat(path), { mode: 0o600, size: 3 })
})

t.test('an atomic write is another inode, one in place the same', async (t) => {
  const path = join(t.testdir({ file: 'a longer text' }), 'file')
  const first = statSync(path).ino
  await files.writeInPlace(path, 'short')
  t.equal(statSync(path).ino, first)
  t.equal(await files.read(path), 'short')
  await files.writeAtomic(path, 'new')
  t.not(statSync(path).ino, first)
})

t.test('a file not there yet is made by writing in place, but not for the kernel', async (t) => {
  const path = join(t.testdir({}), 'new')
  await files.writeInPlace(path, 'x')
  t.match(await files.stat(path), { mode: 0o644, size: 1 })
  await t.rejects(files.writeInPlace('/proc/sys/vm/no_such_thing', '1'), { code: 'ENOENT' })
})

t.test('a failed write leaves the old file and no draft', async (t) => {
  const dir = t.testdir({ taken: { inside: 'x' } })
  await t.rejects(files.writeAtomic(join(dir, 'taken'), 'x'), { code: 'EISDIR' })
  t.strictSame(readdirSync(dir), ['taken'])
  t.equal(await files.read(join(dir, 'taken', 'inside')), 'x')
})

t.test('many writes of one file at once leave one of them whole', async (t) => {
  const dir = t.testdir({})
  const texts = Array.from({ length: 20 }, (_, index) => String(index % 10).repeat(10_000))
  await Promise.all(texts.map((text) => files.writeAtomic(join(dir, 'file'), text)))
  t.ok(texts.includes((await files.read(join(dir, 'file'))) ?? ''))
  t.strictSame(readdirSync(dir), ['file'])
})

t.test('a link is removed, not what it leads to; a dangling one too', async (t) => {
  const dir = t.testdir({ real: 'x' })
  symlinkSync('real', join(dir, 'good'))
  symlinkSync('none', join(dir, 'dangling'))
  await files.remove(join(dir, 'good'))
  await files.remove(join(dir, 'dangling'))
  t.strictSame(readdirSync(dir), ['real'])
})

t.test('a folder gets the mode asked for, an old one keeps its own', async (t) => {
  const dir = t.testdir({})
  await files.makeDirectory(join(dir, 'a', 'b'), 0o700)
  t.match(await files.stat(join(dir, 'a', 'b')), { mode: 0o700, kind: 'directory' })
  t.match(await files.stat(join(dir, 'a')), { mode: 0o755 })
  await files.makeDirectory(join(dir, 'a', 'b'), 0o755)
  t.match(await files.stat(join(dir, 'a', 'b')), { mode: 0o700 })
})
