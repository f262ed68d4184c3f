import { gzipSync, zstdCompressSync } from 'node:zlib'
import { Readable } from 'node:stream'
import t from 'tap'
import { isArchiveFault } from '../../src/core/archive-fault.ts'
import { packingOf, readArchive, unpacked } from '../../src/core/image-archive.ts'
import { writeTar } from '../../src/core/tar.ts'

const ID = 'a'.repeat(64)
const file = (path: string, text: string) => ({ path, mode: 0o644, body: Buffer.from(text) })
const manifest = JSON.stringify([
  { Config: `${ID}.json`, RepoTags: ['busybox:1', 'docker.io/team/app:2'], Layers: ['l/layer.tar'] },
  { Config: `blobs/sha256/${ID}`, RepoTags: null, Layers: [] }
])
const parts = [file(`${ID}.json`, '{}'), file('l/layer.tar', 'x'.repeat(5000)), file(`blobs/sha256/${ID}`, '{}')]
const whole = writeTar([...parts, file('manifest.json', manifest)], 0)

/** In pieces as a pipe brings them. */
async function* pieces(bytes: Buffer, size = 700): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

t.test('an archive says what it holds, wherever its manifest stands and however it comes', async (t) => {
  const holds = [
    ['busybox:1', `sha256:${ID}`],
    ['team/app:2', `sha256:${ID}`]
  ]
  t.same([...(await readArchive(pieces(whole)))], holds)
  t.same([...(await readArchive(pieces(writeTar([file('manifest.json', manifest), ...parts], 0), 10)))], holds)
  const dotted = [...parts, file('manifest.json', manifest)].map((one) => ({ ...one, path: `./${one.path}` }))
  t.same([...(await readArchive(pieces(writeTar(dotted, 0))))], holds, 'as `tar -C folder -c .` has it')
  const packed = [gzipSync(whole), zstdCompressSync(whole)]
  for (const [at, packing] of (['gzip', 'zstd'] as const).entries()) {
    const bytes = packed[at] ?? whole
    t.equal(packingOf(bytes), packing)
    t.same([...(await readArchive(unpacked(Readable.from(pieces(bytes)), packing)))], holds, packing)
  }
  t.equal(packingOf(whole), 'none')
  t.equal(packingOf(Buffer.from('fd377a585a0000', 'hex')), 'xz')
  t.equal(packingOf(Buffer.from('PK')), null)
})

t.test('what is wrong with an archive is said, and is its own fault', async (t) => {
  const cut = gzipSync(whole)
  const rows: readonly (readonly [what: string, read: () => Promise<unknown>, why: RegExp])[] = [
    ['cut', () => readArchive(pieces(whole.subarray(0, 3000))), /^it ends in its middle$/],
    ['of a container', () => readArchive(pieces(writeTar([file('bin/sh', '')], 0))), /^it holds no manifest\.json/],
    [
      'without a layer',
      () => readArchive(pieces(writeTar([file(`${ID}.json`, ''), file('manifest.json', manifest)], 0))),
      /^l\/layer\.tar, which its manifest names, is missing in it$/
    ],
    ['of no size', () => readArchive(pieces(Buffer.alloc(2048, 'x'))), /^it is damaged/],
    ['with another manifest', () => readArchive(pieces(writeTar([file('manifest.json', '{')], 0))), /JSON/],
    [
      'packed and cut',
      () => readArchive(unpacked(Readable.from(pieces(cut.subarray(0, cut.length / 2))), 'gzip')),
      /unexpected end of file/
    ]
  ]
  for (const [what, read, why] of rows) {
    const fault = await read().then(
      () => '',
      (error: Error) => error.message
    )
    t.match(fault, why, what)
    t.ok(isArchiveFault(fault), fault)
  }
})

t.test('what an engine says of its disk or itself is no fault of the archive', async (t) => {
  for (const words of ['write /var/lib/docker/tmp/x: no space left on device', 'connect ECONNREFUSED /run/docker.sock'])
    t.notOk(isArchiveFault(words), words)
  for (const words of ['archive/tar: invalid tar header', 'Error processing tar file(exit status 1): unexpected EOF'])
    t.ok(isArchiveFault(words), words)
})
