import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { writeCpio } from '../../src/image/cpio.ts'
import { writeTar } from '../../src/core/tar.ts'

const time = 1_767_225_600

t.test('cpio reads back what was written: directory, program, link and odd lengths', async (t) => {
  const archive = writeCpio([
    { path: 'bin', mode: 0o040755 },
    { path: 'bin/a', mode: 0o100755, body: Buffer.from('12345') },
    { path: 'bin/b', mode: 0o120777, body: Buffer.from('a') },
    { path: 'empty', mode: 0o100600 }
  ])
  const dir = t.testdir()
  execFileSync('cpio', ['-i', '--quiet', '--no-absolute-filenames'], { cwd: dir, input: archive })
  const list = execFileSync('cpio', ['-itv', '--quiet', '-n'], { input: archive, encoding: 'utf8' })
  t.equal(execFileSync('cat', [join(dir, 'bin/b')], { encoding: 'utf8' }), '12345')
  t.match(list, /^drwxr-xr-x\s+2 0\s+0 .* bin$/m)
  t.match(list, /^-rwxr-xr-x\s+1 0\s+0\s+5 .* bin\/a$/m)
  t.match(list, /^lrwxrwxrwx .* bin\/b -> a$/m)
  t.match(list, /^-rw-------\s+1 0\s+0\s+0 .* empty$/m)
})

t.test('a cpio archive is a whole number of 512-byte blocks, so that a second one may follow', async (t) => {
  for (const length of [0, 1, 2, 3, 4, 511, 512]) {
    t.equal(writeCpio([{ path: 'x', mode: 0o100644, body: Buffer.alloc(length, 1) }]).length % 512, 0)
  }
})

t.test('a cpio archive begins with the newc magic and holds no time and no owner', async (t) => {
  t.equal(
    writeCpio([{ path: 'x', mode: 0o100644, body: Buffer.from('y') }])
      .subarray(0, 116)
      .toString('latin1'),
    '070701' +
      '00000001' + // inode
      '000081a4' + // mode
      '00000000' + // uid
      '00000000' + // gid
      '00000001' + // links
      '00000000' + // time
      '00000001' + // size
      '00000000000000000000000000000000' + // devices
      '00000002' + // length of the name
      '00000000' + // check
      'x\0' +
      'y\0\0\0'
  )
})

t.test('tar reads back what was written', async (t) => {
  const dir = t.testdir()
  const file = join(dir, 'x.tar')
  writeFileSync(
    file,
    writeTar(
      [
        { path: 'tmp/', mode: 0o1777 },
        { path: 'bin', mode: 0o777, link: 'usr/bin' },
        { path: 'file', mode: 0o600, body: Buffer.from('hello') }
      ],
      time
    )
  )
  const list = execFileSync('tar', ['-tvf', file, '--full-time'], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' }
  })
  t.equal(
    list.replaceAll(/ +/g, ' '),
    'drwxrwxrwt 0/0 0 2026-01-01 00:00:00 tmp/\n' +
      'lrwxrwxrwx 0/0 0 2026-01-01 00:00:00 bin -> usr/bin\n' +
      '-rw------- 0/0 5 2026-01-01 00:00:00 file\n'
  )
  t.equal(execFileSync('tar', ['-xOf', file, 'file'], { encoding: 'utf8' }), 'hello')
})

t.test('tar says names longer than its header in one before it', async (t) => {
  const dir = t.testdir({ out: {} })
  const [long, folder] = ['x'.repeat(101), 'y'.repeat(255)]
  writeFileSync(
    join(dir, 'x.tar'),
    writeTar(
      [
        { path: `${folder}/`, mode: 0o755 },
        { path: `${folder}/${long}`, mode: 0o644, body: Buffer.from('hello') },
        { path: 'link', mode: 0o777, link: `${folder}/${long}` }
      ],
      time
    )
  )
  execFileSync('tar', ['-xf', join(dir, 'x.tar'), '-C', join(dir, 'out')])
  t.equal(readFileSync(join(dir, 'out', folder, long), 'utf8'), 'hello')
  t.equal(readFileSync(join(dir, 'out/link'), 'utf8'), 'hello')
})
