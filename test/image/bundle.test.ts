import { execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { agentFlags, entriesOf, fillCompileCache, writeBundle } from '../../src/image/bundle.ts'
import { top } from '../../src/image/paths.ts'

const agent = `
import Docker from 'dockerode'
import Fastify from 'fastify'
import koffi from 'koffi'
new Docker({ socketPath: '/nowhere' })
const getpid = koffi.load('libc.so.6').func('int getpid()')
console.log(getpid() === process.pid ? 'koffi works' : 'koffi lies')
if (process.argv[2] === 'schemas') Fastify()
`

const made = async (dir: string) =>
  writeBundle(top, { agent: join(dir, 'agent.ts'), ros: join(dir, 'ros.ts') }, join(dir, 'out'))

t.test('the agent runs from its bundle alone, its native part included', async (t) => {
  const dir = t.testdir({ 'agent.ts': agent, 'ros.ts': 'console.log(process.argv.slice(2).join())' })
  const bundle = await made(dir)
  t.same(bundle.files, ['agent.cjs', 'agent-main.cjs', 'ros.cjs', 'koffi.node'])
  t.equal(bundle.packages.get('dockerode'), '5.0.1')
  t.notOk(bundle.packages.has('ssh2'))
  const away = join(dir, 'away')
  cpSync(bundle.directory, away, { recursive: true })
  t.equal(execFileSync(process.execPath, [join(away, 'agent.cjs')], { encoding: 'utf8' }), 'koffi works\n')
  t.equal(execFileSync(process.execPath, [join(away, 'ros.cjs'), 'a', 'b'], { encoding: 'utf8' }), 'a,b\n')
})

t.test('the command works from its bundle', async (t) => {
  const dir = t.testdir({ 'agent.ts': '' })
  const { directory } = await writeBundle(top, { ...entriesOf(top), agent: join(dir, 'agent.ts') }, join(dir, 'out'))
  const file = join(directory, 'ros.cjs')
  const ros = (...words: string[]) =>
    spawnSync(process.execPath, [file, ...words], { encoding: 'utf8', cwd: '/', input: '#cloud-config\nhostnam: a\n' })
  t.match(ros('config', 'validate'), { status: 1, stderr: /^standard input:2:1: hostnam: unknown key/ })
  t.match(ros('config', 'generate', '--new'), { status: 0, stdout: /^#cloud-config\n# yaml-language-server: / })
  t.match(ros('completion', 'zsh'), { status: 0, stdout: /^#compdef ros\n/ })
  t.match(ros('complete', '--', 'config', 'get', 'hostn'), { status: 0, stdout: /^hostname\t/ })
  for (const words of [
    ['images', '-i', '-'],
    ['edit'],
    ['diff'],
    ['unset', 'a'],
    ['get', 'a', '--explain'],
    ['syslinux']
  ])
    t.match(ros('config', ...words, '--socket', '/no/such'), { stderr: /^ros: (?!.*[Ee]rror:)/ }, words.join(' '))
  t.notMatch(readFileSync(file, 'utf8'), 'Largest packet in bytes', 'the documentation is not in it')

  const place = `mount -t tmpfs none /usr/share && mkdir /usr/share/ros && cp "$0" /usr/share/ros/ && exec "$@"`
  const schema = join(top, 'schemas/published/cloud-config.schema.json')
  const on = (...words: string[]) =>
    spawnSync('unshare', ['-rm', 'sh', '-c', place, schema, process.execPath, file, ...words], { encoding: 'utf8' })
  if (on('version').status !== 0) return t.comment('no namespaces here: not tried where the schema lies in the image')
  t.match(on('config', 'explain', 'hostname'), { status: 0, stdout: /^hostname: string\n/, stderr: '' })
  t.equal(on('config', 'schema').stdout, readFileSync(schema, 'utf8'))
  t.match(on('complete', '--', 'config', 'get', 'hostn'), { stdout: 'hostname\tHost name of the machine\n' })
})

t.test('using what was left out says which package it was, in lines that fit a console', async (t) => {
  const dir = t.testdir({ 'agent.ts': agent, 'ros.ts': '' })
  const bundle = await made(dir)
  const { stderr, status } = spawnSync(process.execPath, [join(bundle.directory, 'agent.cjs'), 'schemas'], {
    encoding: 'utf8'
  })
  t.equal(status, 1)
  t.match(stderr, /@fastify\/ajv-compiler is used, but is left out of the bundle/)
  t.ok(stderr.length < 4000, 'the error does not print the bundle')
})

t.test('an entry point that is not there is named', async (t) => {
  const dir = t.testdir({ 'agent.ts': agent })
  await t.rejects(made(dir), { message: /ros\.ts is missing: it is where a bundle begins/ })
})

t.test('the compile cache is the same wherever it is made, and accepted where the bundle is moved to', async (t) => {
  const sums: string[] = []
  const dir = t.testdir({ a: { 'agent.ts': agent, 'ros.ts': '' }, deeper: { b: {} } })
  const bundle = await made(join(dir, 'a'))
  process.env['NODE_COMPILE_CACHE'] = join(dir, 'elsewhere') // of whoever builds the image
  t.teardown(() => delete process.env['NODE_COMPILE_CACHE'])
  cpSync(bundle.directory, join(dir, 'deeper/b/out'), { recursive: true })
  for (const directory of [bundle.directory, join(dir, 'deeper/b/out')]) {
    const file = fillCompileCache({ ...bundle, directory }, process.execPath)
    t.match(file, /^cache\/v[^/]*-0\/[0-9a-f]+$/, 'as root finds it')
    sums.push(
      createHash('sha256')
        .update(readFileSync(join(directory, file)))
        .digest('hex')
    )
  }
  t.equal(sums[0], sums[1])
  if (process.getuid?.() !== 0)
    return t.comment('only root looks where the cache lies: not tried whether it is accepted')
  renameSync(join(dir, 'deeper/b/out'), join(dir, 'moved'))
  const { stdout, stderr } = spawnSync(process.execPath, [...agentFlags(), join(dir, 'moved/agent.cjs')], {
    encoding: 'utf8',
    env: { ...process.env, NODE_COMPILE_CACHE: undefined, NODE_DEBUG_NATIVE: 'COMPILE_CACHE' }
  })
  t.match(stdout + stderr, /cache for CommonJS .*agent-main\.cjs was accepted/)
})
