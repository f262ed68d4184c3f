// The published schema as editors use it: by itself, and in yaml-language-server by the line that `ros config generate` writes.
import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { parse } from 'yaml'
import { languageServer } from './support/language-server.ts'
import { ros } from './support/ros.ts'

const top = fileURLToPath(new URL('../..', import.meta.url))
const schema = `${top}schemas/published/cloud-config.schema.json`
const documents = [...globSync('examples/*.yml', { cwd: top }), 'rootfs/usr/share/ros/os-config.yml']

t.test('the published schema is one, and takes what people write', (t) => {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, allErrors: true })
  for (const word of ['x-applies', 'x-status', 'x-secret', 'x-inert']) ajv.addKeyword(word)
  const published = JSON.parse(readFileSync(schema, 'utf8'))
  t.ok(ajv.validateSchema(published), ajv.errorsText(ajv.errors))
  const valid = ajv.compile(published)
  t.ok(documents.length > 5)
  for (const path of documents)
    t.ok(valid(parse(readFileSync(top + path, 'utf8'))), `${path}: ${ajv.errorsText(valid.errors)}`)
  const loose = {
    write_files: [{ path: '/a', permissions: 644 }],
    rancher: { sysctl: { 'vm.swappiness': 10 }, docker: { debug: true } }
  }
  t.ok(valid(loose), `numbers where text is wanted: ${ajv.errorsText(valid.errors)}`)
  const away = {
    hostname: null,
    rancher: { sysctl: { a: null }, network: null, services: { web: null }, docker: { debug: null } }
  }
  t.ok(valid(away), `null takes away: ${ajv.errorsText(valid.errors)}`)
  for (const wrong of [
    { runcmd: [null] },
    { hostnam: 'a' },
    { hostname: ['a'] },
    { rancher: { docker: { debug: {} } } }
  ])
    t.notOk(valid(wrong))
  t.end()
})

t.test('yaml-language-server knows the document by its second line', async (t) => {
  const server = await languageServer()
  t.teardown(() => server.stop())
  const begin = (await ros(['config', 'generate', '--schema', schema])).out.split('\n').slice(0, 2).join('\n')
  t.same(await server.open('file:///valid.yml', `${begin}\nhostname: web-1\n`), [])

  const typo = await server.open('file:///typo.yml', `${begin}\nrancher:\n  docker:\n    debgu: true\n`)
  t.match(typo, [{ message: /debgu/, range: { start: { line: 4, character: 4 } } }])

  const half = `${begin}\nrancher:\n  docker:\n    brid\n`
  await server.open('file:///half.yml', half)
  const place = { textDocument: { uri: 'file:///half.yml' }, position: { line: 4, character: 8 } }
  const offered = await server.ask('textDocument/completion', place)
  t.match(offered, {
    items: [{ label: 'bridge', documentation: 'Bridge to attach containers to; `none` turns networking off.' }]
  })

  await server.open('file:///hover.yml', `${begin}\nrancher:\n  docker:\n    bridge: b0\n`)
  const hover = await server.ask('textDocument/hover', {
    textDocument: { uri: 'file:///hover.yml' },
    position: { line: 4, character: 6 }
  })
  t.match(JSON.stringify(hover), /Bridge to attach containers to/)
})
