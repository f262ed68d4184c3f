import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
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
