// The `ros config` commands that need no agent: explain, schema, images, generate, syslinux.
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import type { Context } from '../../src/cli/command.ts'
import { editSettings } from '../../src/cli/commands/config-syslinux.ts'
import { everyPath } from '../../src/cli/schema-part.ts'
import { startingDocument } from '../../src/cli/starting-document.ts'
import { fill } from '../../src/cli/template.ts'
import { showPath } from '../../src/document/path.ts'
import { showProblem } from '../../src/document/problem.ts'
import { machine, ros } from './support/ros.ts'

const published = new URL('../../schemas/published/cloud-config.schema.json', import.meta.url)
const away = ['--socket', '/no/such/socket']

t.test('explain tells type, default, what is allowed, an example and what a change needs', async (t) => {
  t.same(await ros(['config', 'explain', 'rancher.network.interfaces.eth0.mtu', ...away]), {
    code: 0,
    out: [
      'rancher.network.interfaces.eth0.mtu: integer',
      '',
      'Largest packet in bytes; 0 leaves it as it is.',
      '',
      'default:  0',
      'allowed:  from 0 to 65536',
      'example:  9000',
      'change:   takes effect at once',
      ''
    ].join('\n'),
    err: ''
  })
  const lines = async (key: string) => (await ros(['config', 'explain', key])).out.split('\n')
  t.ok((await lines('rancher.docker.log_driver')).includes('change:   restarts docker'))
  t.ok((await lines('rancher.state.dev')).includes('change:   waits for a reboot'))
  t.ok((await lines('rancher.services.NAME.image')).includes('change:   restarts NAME'))
  t.ok((await lines('rancher.registry_auths.hub.password')).includes('secret:   never shown'))
  t.ok((await lines('rancher.upgrade')).includes('effect:   none yet: nothing acts on it'))
  const keys = await lines('rancher.network.dns')
  t.ok(keys.some((line) => /^nameservers +list of string +\S/.test(line)))
  t.match((await ros(['config', 'explain', 'rancher.network.dns'], { columns: 40 })).out, /\n.{39}…\n/)
  t.match(JSON.parse((await ros(['config', 'explain', 'runcmd', '--json'])).out), {
    key: 'runcmd',
    type: 'list of (string or list of string)',
    applies: 'reboot',
    acted: true,
    keys: []
  })
})

t.test('explain of a key that is none says which may be meant', async (t) => {
  const cases = [
    ['rancher.netwrk.dns', '`rancher.netwrk.dns`, did you mean `rancher.network.dns`?'],
    ['hostnam', '`hostnam`, did you mean `hostname`?'],
    [
      'mtu',
      '`mtu`, did you mean `rancher.network.routes.mtu` or `rancher.network.interfaces.NAME.mtu` or `rancher.network.interfaces.NAME.routes.mtu`?'
    ],
    ['rancher.zzzzzz', '`rancher.zzzzzz`']
  ] as const
  for (const [key, said] of cases) {
    for (const words of [
      ['explain', key],
      ['schema', '--key', key]
    ]) {
      t.same(await ros(['config', ...words]), { code: 1, out: '', err: `ros: the document has no key ${said}\n` }, key)
    }
  }
})

t.test('every key of the schema is explained', async (t) => {
  const schema = JSON.parse(readFileSync(published, 'utf8'))
  const keys = [...everyPath(schema, schema)].map(showPath)
  t.ok(keys.length > 200)
  for (const key of keys) {
    const { out, code } = await ros(['config', 'explain', key])
    if (code !== 0 || !/^(change|effect): {3}\S/m.test(out)) t.fail(`${key}: ${out}`)
  }
})

t.test('the schema is printed whole or in part, and a part stands by itself', async (t) => {
  t.equal((await ros(['config', 'schema', ...away])).out, readFileSync(published, 'utf8'))
  const { out } = await ros(['config', 'schema', '--key', 'rancher.services'])
  const part = JSON.parse(out)
  t.equal(part.$schema, 'https://json-schema.org/draft/2020-12/schema')
  t.ok(part.$defs.service)
  t.notOk(part.$defs.network_interface)
  const valid = new Ajv2020({ strict: false }).compile(part)
  t.ok(valid({ web: { image: 'nginx' } }))
  t.notOk(valid({ web: { imag: 'nginx' } }))
})

t.test('images are those of a file, or of the machine', async (t) => {
  const user = '#cloud-config\nrancher: {services: {b: {image: b}, a: {image: "a:1"}, c: {image: b}}}\n'
  t.same(await ros(['config', 'images', '-i', '-', ...away], { input: user }), { code: 0, out: 'a:1 b\n', err: '' })
  const named =
    '#cloud-config\nrancher: {environment: {TAG: "2"}, services: {a: {image: "a:${TAG}"}, b: {image: "b:${VERSION}"}}}\n'
  t.match((await ros(['config', 'images', '-i', '-'], { input: named })).out, /^a:2 b:\d+\.\d+\.\d+\n$/)
  const image = 'rancher: {services: {console: {image: rosd/base}}}\n'
  const { ros: here, stop } = await machine({ image, user })
  t.teardown(stop)
  t.same(await here('config images'), { code: 0, out: 'a:1 b rosd/base\n', err: '' })
  t.same(JSON.parse((await here('config images --json')).out), { images: ['a:1', 'b', 'rosd/base'] })
  t.same(await ros(['config', 'images', '-i', '-'], { input: '#cloud-config\n' }), { code: 0, out: '\n', err: '' })
  t.match(await ros(['config', 'images', '-i', '-'], { input: 'a: [' }), { code: 1, err: /is not valid\n/ })
})

t.test('a template is filled in as RancherOS filled in its own', (t) => {
  const cases = [
    ['version: {{.VERSION}}\n', 'version: v1\n'],
    ['a{{.NONE}}b', 'ab'],
    ['{{if .VERSION}}yes{{else}}no{{end}} {{if .NONE}}yes{{else}}no{{end}}', 'yes no'],
    ['{{if eq "amd64" .ARCH -}}\n  pc\n{{- else -}}\n  arm\n{{- end}}\n', 'pc\n'],
    ['{{if eq .ARCH "arm64" `amd64`}}one of them{{end}}', 'one of them'],
    ['x:\n{{- if .NONE }}\n  gone {{.VERSION}}\n{{- end }}\ny: 1\n', 'x:\ny: 1\n'],
    ['{{if .VERSION}}{{if .NONE}}a{{else}}b{{end}}c{{end}}', 'bc'],
    ['{{if eq "}}" .BRACES}}braces{{end}}', 'braces'],
    ['{{- .VERSION -}}  \n end', 'v1end'],
    ['{ {x} }', '{ {x} }']
  ] as const
  const variables = { VERSION: 'v1', ARCH: 'amd64', BRACES: '}}' }
  for (const [template, text] of cases) t.same(fill('t', template, variables), { ok: true, text }, template)
  t.end()
})

t.test('what a template may not say is refused at its place', (t) => {
  const cases = [
    [
      'a\n  {{range .X}}{{end}}',
      't:2:5: this is not understood\n    {{range .X}}{{end}}\n      ^\n  expected: {{.NAME}}, {{if'
    ],
    ['{{.A.B}}', 't:1:3: this is not understood'],
    ['{{if eq "a"}}x{{end}}', 't:1:3: this is not understood'],
    ['{{if .A | len}}', 't:1:9: this is not understood'],
    ['{{if .A}}x', 't:1:1: the `if` has no `end`'],
    ['x{{end}}', 't:1:2: there is no `if` for this `end`'],
    ['{{if .A}}{{else}}{{else}}{{end}}', 't:1:18: the `if` has an `else` already'],
    ['x {{.A', 't:1:3: the action is not closed']
  ] as const
  for (const [template, said] of cases) {
    const filled = fill('t', template, {})
    t.equal(filled.ok ? '' : filled.problems.map(showProblem).join('\n').slice(0, said.length), said, template)
  }
  t.end()
})

t.test('generate fills in standard input from the environment', async (t) => {
  const env = { VERSION: 'v1' }
  t.same(await ros(['config', 'generate'], { input: 'a: {{.VERSION}}\n', env }), { code: 0, out: 'a: v1\n', err: '' })
  const bad = await ros(['config', 'generate'], { input: '{{x}}\n', env })
  t.match(bad, { code: 1, out: '', err: /^standard input:1:3: this is not understood\n {2}\{\{x\}\}\n {4}\^\n/ })
  const json = await ros(['config', 'generate', '--json'], { input: '{{x}}\n', env })
  t.match(JSON.parse(json.out), { problems: [{ code: 'ROS_DOC_TEMPLATE', line: 1, column: 3 }] })
})

t.test('generate gives a document to begin with, valid as it is and with its examples', async (t) => {
  const { out } = await ros(['config', 'generate', '--new'])
  const [first, second] = out.split('\n')
  t.equal(first, '#cloud-config')
  t.equal(second, '# yaml-language-server: $schema=/usr/share/ros/cloud-config.schema.json')
  t.equal((await ros(['config', 'generate'], { typed: true })).out, out, 'on a terminal, too')
  t.match(
    (await ros(['config', 'generate', '--schema', 'http://x/y'])).out,
    '\n# yaml-language-server: $schema=http://x/y\n'
  )
  t.same(await ros(['config', 'validate'], { input: out }), { code: 0, out: '', err: '' })
  const examples = startingDocument('x').replaceAll(/(?<=\n)#(?! \S|\n)/g, '')
  t.match(examples, /\nrancher:\n {2}network:\n/)
  t.same(await ros(['config', 'validate'], { input: examples }), { code: 0, out: '', err: '' })
})

t.test("the boot loader's settings are edited where there are some", async (t) => {
  t.match(await ros(['config', 'syslinux']), {
    code: 1,
    out: '',
    err: /^ros: \/boot\/global\.cfg is not there: this machine/
  })
  const dir = t.testdir({ 'global.cfg': 'APPEND quiet\n', editor: '#!/bin/sh\necho "DEFAULT x" >> "$1"\n' })
  chmodSync(join(dir, 'editor'), 0o755)
  let out = ''
  const io = {
    env: { EDITOR: join(dir, 'editor') },
    signal: new AbortController().signal,
    read: async (file: string) => readFileSync(file, 'utf8'),
    out: (text: string) => void (out += text)
  }
  const edit = (env: Record<string, string>) =>
    editSettings({ io: { ...io, env }, json: false } as unknown as Context, join(dir, 'global.cfg')) // what it uses of it
  t.equal(await edit(io.env), 0)
  t.equal(readFileSync(join(dir, 'global.cfg'), 'utf8'), 'APPEND quiet\nDEFAULT x\n')
  t.equal(await edit({ EDITOR: 'true' }), 0)
  t.equal(out, `${join(dir, 'global.cfg')} counts from the next boot\nnothing changed\n`)
  await t.rejects(edit({ VISUAL: 'exit 3;', EDITOR: 'true' }), {
    exit: 1,
    message: /the editor `exit 3;` ended with 3/
  })
})
