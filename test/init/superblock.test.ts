import { execFileSync } from 'node:child_process'
import { truncateSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { labelFor } from '../../src/init/state.ts'
import { devices, findDevice, readHead, superblockOf } from '../../src/init/superblock.ts'

const UUID = '12345678-9abc-def0-1234-56789abcdef0'
const MB = 1024 * 1024

function disk(path: string, megabytes: number): string {
  writeFileSync(path, '')
  truncateSync(path, megabytes * MB)
  return path
}

/** Bytes as a program would have written them at an offset. */
function bytes(...parts: readonly (readonly [number, string | Buffer])[]): Buffer {
  const all = Buffer.alloc(0x11000)
  for (const [at, what] of parts) all.write(what.toString('latin1'), at, 'latin1')
  return all
}

const raw = Buffer.from(UUID.replaceAll('-', ''), 'hex')
const number16 = (value: number): Buffer => Buffer.from([value & 255, value >> 8])

t.test('real file systems of mke2fs and mkswap are told by type, label and UUID', async (t) => {
  const work = t.testdir()
  for (const type of ['ext2', 'ext3', 'ext4'] as const) {
    const image = disk(`${work}/${type}`, 16)
    execFileSync('mke2fs', ['-q', '-t', type, '-L', 'RANCHER_STATE', '-U', UUID, image])
    t.strictSame(superblockOf(readHead(image) ?? Buffer.alloc(0)), { type, label: 'RANCHER_STATE', uuid: UUID })
  }
  const image = disk(`${work}/swap`, 4)
  execFileSync('mkswap', ['-q', '-L', 'page me', '-U', UUID, image])
  t.strictSame(superblockOf(readHead(image) ?? Buffer.alloc(0)), { type: 'swap', label: 'page me', uuid: UUID })
})

t.test('other file systems are told by the bytes their specifications name', async (t) => {
  const cases: readonly (readonly [string, Buffer, object | null])[] = [
    ['xfs', bytes([0, 'XFSB'], [32, raw], [108, 'data']), { type: 'xfs', label: 'data', uuid: UUID }],
    [
      'btrfs',
      bytes([0x10040, '_BHRfS_M'], [0x10020, raw], [0x1012b, 'pool']),
      { type: 'btrfs', label: 'pool', uuid: UUID }
    ],
    [
      'iso9660',
      bytes([0x8001, 'CD001'], [0x8028, 'config-2'.padEnd(32)]),
      { type: 'iso9660', label: 'config-2', uuid: '' }
    ],
    [
      'FAT32',
      bytes([510, number16(0xaa55)], [0x52, 'FAT32   '], [0x43, Buffer.from('efbeadde', 'hex')], [0x47, 'CONFIG-2   ']),
      { type: 'vfat', label: 'CONFIG-2', uuid: 'dead-beef' }
    ],
    [
      'FAT16 without a name',
      bytes([510, number16(0xaa55)], [0x36, 'FAT16   '], [0x2b, 'NO NAME    ']),
      { type: 'vfat', label: '', uuid: '0000-0000' }
    ],
    ['a boot sector of something else', bytes([510, number16(0xaa55)]), null],
    ['nothing', Buffer.alloc(0x11000), null],
    ['less than a sector', Buffer.from('hello'), null],
    ['no bytes', Buffer.alloc(0), null]
  ]
  for (const [name, head, expected] of cases) t.strictSame(superblockOf(head), expected, name)
})

t.test('devices are found by label, UUID and path; the label of a file system nobody made finds nothing', async (t) => {
  const work = t.testdir({
    sys: { vda: '', vdb: '', 'cciss!c0d0': '', loop0: '', sr0: '', vdb10: '', vdb9: '' },
    dev: { cciss: {} }
  })
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-L', 'RANCHER_STATE', '-U', UUID, disk(`${work}/dev/vdb`, 8)])
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-L', 'other', disk(`${work}/dev/cciss/c0d0`, 8)])
  execFileSync('mke2fs', ['-q', '-t', 'ext4', '-L', 'passed-over', disk(`${work}/dev/loop0`, 8)])
  disk(`${work}/dev/vda`, 1)
  const found = devices(`${work}/sys`, `${work}/dev`)
  const at = (name: string): string => `${work}/dev/${name}`
  t.strictSame(
    found.map(({ path }) => path),
    ['cciss/c0d0', 'sr0', 'vda', 'vdb', 'vdb9', 'vdb10'].map(at),
    'sr0 without a medium too'
  )
  t.equal(findDevice('LABEL=RANCHER_STATE', found)?.path, at('vdb'))
  t.equal(findDevice(`UUID=${UUID.toUpperCase()}`, found)?.path, at('vdb'))
  t.equal(findDevice('LABEL=other', found)?.path, at('cciss/c0d0'))
  t.equal(findDevice('LABEL=passed-over', found), null)
  t.equal(findDevice('LABEL=', found)?.path ?? null, null)
  t.equal(findDevice('/dev/no-such-device', found), null)
  t.strictSame(findDevice('/dev/zero', []), { path: '/dev/zero', superblock: null }, 'a path need not be in the list')
  t.strictSame(devices(`${work}/nothing`, work), [])
})

t.test('only an empty disk and one that boot2docker has marked are formatted', async (t) => {
  const head = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc(MB - text.length)])
  t.equal(labelFor(head('')), 'RANCHER_STATE')
  t.equal(labelFor(head('boot2docker, please format-me')), 'B2D_STATE')
  t.equal(labelFor(head('boot2docker')), null)
  const used = head('')
  used[MB - 1] = 1
  t.equal(labelFor(used), null, 'a single byte is something')
  t.equal(labelFor(Buffer.alloc(0)), null, 'a disk of no size')
  t.equal(labelFor(null), null, 'unreadable')
  t.equal(labelFor(readHead('/dev/zero', MB)), 'RANCHER_STATE')
})
