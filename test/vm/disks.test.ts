import { execFileSync } from 'node:child_process'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makeConfigDrive } from '../../src/vm/config-drive.ts'
import { makeDisk, parseDisk } from '../../src/vm/disks.ts'

t.test('a disk is a file and perhaps a size', async (t) => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['/d', '/d', 4 * 2 ** 30],
    ['/d:512M', '/d', 512 * 2 ** 20],
    ['/d:2g', '/d', 2 * 2 ** 30],
    ['/d:4096', '/d', 4096],
    ['/d:1T', '/d', 2 ** 40],
    ['/a:b', '/a:b', 4 * 2 ** 30],
    ['/a:b:1K', '/a:b', 1024]
  ]
  for (const [words, file, size] of cases) t.strictSame(parseDisk(words), { file, size }, words)
  t.throws(() => parseDisk('/d:0'), /size of 0/)
})

t.test('a missing disk is made sparse, one that is there is left alone', async (t) => {
  const file = join(t.testdir(), 'disk')
  t.equal(await makeDisk({ file, size: 2 ** 30 }), true)
  const { size, blocks } = statSync(file)
  t.equal(size, 2 ** 30)
  t.equal(blocks, 0)
  writeFileSync(file, 'mine')
  t.equal(await makeDisk({ file, size: 2 ** 30 }), false)
  t.equal(readFileSync(file, 'utf8'), 'mine')
})

t.test('what cannot be a disk is refused with its path', async (t) => {
  const folder = t.testdir()
  await t.rejects(makeDisk({ file: folder, size: 1 }), { message: new RegExp(`${folder} is a folder`) })
  await t.rejects(makeDisk({ file: join(folder, 'no', 'disk'), size: 1 }), { message: /cannot make disk .*no\/disk/ })
})

t.test('a config-drive holds the document byte for byte and the key beside it', async (t) => {
  const document = '#cloud-config\nhostname: "ü"   # kept\n\t- not even yaml\n'
  const folder = t.testdir({ 'my.yml': document })
  const image = await makeConfigDrive(folder, { config: join(folder, 'my.yml'), publicKey: 'ssh-ed25519 AAAA me' })
  t.equal(inside(image, 'user_data'), document)
  t.strictSame(JSON.parse(inside(image, 'meta_data.json')), { public_keys: { vm: 'ssh-ed25519 AAAA me' } })
  t.match(execFileSync('dumpe2fs', ['-h', image], { encoding: 'utf8', stdio: 'pipe' }), /volume name: +config-2\n/)
})

t.test('without a document there is only the key', async (t) => {
  const image = await makeConfigDrive(t.testdir(), { publicKey: 'k' })
  t.equal(inside(image, 'user_data'), '')
  t.match(inside(image, 'meta_data.json'), '"vm":"k"')
})

t.test('a document that is not there is named', async (t) => {
  const folder = t.testdir()
  await t.rejects(makeConfigDrive(folder, { config: '/no/such.yml', publicKey: 'k' }), {
    message: /cannot read the cloud-config \/no\/such\.yml/
  })
})

function inside(image: string, name: string): string {
  const argv = ['-R', `cat openstack/latest/${name}`, image]
  return execFileSync('debugfs', argv, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
}
