import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { writeTar } from '../../src/core/tar.ts'
import { ros } from './support/ros.ts'

const ID = 'a'.repeat(64)
const manifest = JSON.stringify([{ Config: `${ID}.json`, RepoTags: ['web:1'], Layers: [] }])
const whole = writeTar(
  [
    { path: `${ID}.json`, mode: 0o644, body: Buffer.from('{}') },
    { path: 'manifest.json', mode: 0o644, body: Buffer.from(manifest) }
  ],
  0
)

const dir = mkdtempSync(join(tmpdir(), 'rosd-preload-'))
t.teardown(() => rmSync(dir, { recursive: true }))
const at = (name: string) => join(dir, name)
const to = (folder: string) => ['--to', at(folder)]
const write = (name: string, bytes: Buffer) => {
  writeFileSync(at(name), bytes)
  return at(name)
}

t.test('an archive is read through and put into the folder, as it is', async (t) => {
  const packed = gzipSync(whole)
  const ran = await ros(['preload', write('a.tar', whole), write('b.tgz', packed), ...to('good')])
  t.strictSame(ran, { code: 0, out: `${at('good/a.tar')}: web:1\n${at('good/b.tgz')}: web:1\n`, err: '' })
  t.strictSame(readFileSync(at('good/b.tgz')), packed)
  t.strictSame(readdirSync(at('good')), ['a.tar', 'b.tgz'])
  const { out } = await ros(['preload', at('a.tar'), ...to('good'), '--json'])
  t.strictSame(JSON.parse(out), { placed: [{ file: at('good/a.tar'), images: ['web:1'] }] })
})

t.test('what is no whole archive of images is refused, and nothing of it is left', async (t) => {
  const rows: readonly (readonly [name: string, bytes: Buffer, why: RegExp])[] = [
    ['cut.tar', whole.subarray(0, 700), /cut\.tar: it ends in its middle\n$/],
    ['cut.tar.gz', gzipSync(whole).subarray(0, 60), /cut\.tar\.gz: unexpected end of file\n$/],
    [
      'container.tar',
      writeTar([{ path: 'bin/', mode: 0o755 }], 0),
      /it holds no manifest\.json; `docker save` writes one/
    ],
    ['text.tar', Buffer.from('hello'), /it is no archive of images/],
    ['archive', whole, /engines find archives by their names; name it NAME\.tar/]
  ]
  for (const [name, bytes, why] of rows) {
    const ran = await ros(['preload', write(name, bytes), ...to('bad')])
    t.match(ran, { code: 1, out: '', err: why }, name)
  }
  t.match(await ros(['preload', './none.tar', ...to('bad')]), { code: 1, err: /none\.tar: ENOENT/ })
  t.match(await ros(['preload', ...to('bad')]), { code: 2, err: /FILE|IMAGE/ })
  t.strictSame(existsSync(at('bad')) ? readdirSync(at('bad')) : [], [])
})

t.test('an image comes out of the engine', async (t) => {
  const engine = createServer((incoming, answer) => {
    if (incoming.url === '/images/team/web:1/get') answer.end(whole)
    else if (incoming.url === '/images/cut:1/get') answer.end(whole.subarray(0, 700))
    else answer.writeHead(404).end()
  })
  await new Promise<void>((resolve) => engine.listen(at('engine.sock'), resolve))
  t.teardown(() => engine.close())
  const of = (image: string) => ros(['preload', image, ...to('images'), '--docker', at('engine.sock')])
  t.strictSame(await of('team/web:1'), { code: 0, out: `${at('images/team_web_1.tar')}: web:1\n`, err: '' })
  t.match(await of('cut:1'), { code: 1, err: /cut:1: it ends in its middle/ })
  t.match(await of('other:1'), {
    code: 1,
    err: /other:1: no such file, and the engine has no such image; pull it first/
  })
  t.match(await of(`web@sha256:${ID}`), { code: 1, err: /an archive keeps no digests/ })
  t.match(await ros(['preload', 'web', ...to('images'), '--docker', at('none.sock')]), {
    code: 1,
    err: /the engine does not answer/
  })
  t.strictSame(readdirSync(at('images')), ['team_web_1.tar'])
})
