import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { parse } from 'yaml'
import { metadataLayer, metadataOf, saveUserData } from '../../src/init/config-drive.ts'

const drive = (latest: Record<string, string>) => ({ drive: { openstack: { latest } }, conf: {} })
const text = (path: string): string => readFileSync(path, 'utf8')

t.test('a cloud-config is kept byte for byte, private, and only written when it changes', async (t) => {
  const document = '#cloud-config\nhostname: "one"  # as written\n'
  const at = t.testdir(drive({ user_data: document }))
  const boot = `${at}/conf/cloud-config.d/boot.yml`
  t.strictSame(saveUserData(`${at}/drive`, `${at}/conf`), [boot])
  t.equal(text(boot), document)
  t.equal(statSync(boot).mode & 0o777, 0o600)
  const { ino } = statSync(boot)
  t.strictSame(saveUserData(`${at}/drive`, `${at}/conf`), [], 'as before')
  t.equal(statSync(boot).ino, ino)
  writeFileSync(`${at}/drive/openstack/latest/user_data`, 'hostname: two\n')
  t.strictSame(saveUserData(`${at}/drive`, `${at}/conf`), [boot])
  rmSync(`${at}/drive/openstack/latest/user_data`)
  t.strictSame(saveUserData(`${at}/drive`, `${at}/conf`), [boot])
  t.notOk(existsSync(boot), 'what the drive no longer has is removed')
})

t.test('a script is kept as a program that the document runs', async (t) => {
  const at = t.testdir(drive({ user_data: '#!/bin/sh\necho hello\n' }))
  saveUserData(`${at}/drive`, `${at}/conf`)
  const script = `${at}/conf/cloud-config-script`
  t.equal(text(script), '#!/bin/sh\necho hello\n')
  t.equal(statSync(script).mode & 0o777, 0o700)
  const boot = text(`${at}/conf/cloud-config.d/boot.yml`)
  t.ok(boot.startsWith('#cloud-config\n'))
  t.strictSame(parse(boot), { runcmd: [[script]] })
})

t.test(
  'host name and public keys are a layer above the document: the name only if it has none, the keys as well',
  async (t) => {
    const meta = {
      uuid: 'x',
      hostname: 'web-1',
      public_keys: { mykey: 'ssh-ed25519 AAAA me\n', other: 'ssh-rsa BBBB' }
    }
    const keys = ['ssh-ed25519 AAAA me', 'ssh-rsa BBBB']
    const cases: readonly (readonly [string, string | null, object])[] = [
      ['no document', null, { hostname: 'web-1', ssh_authorized_keys: keys }],
      ['a document about other things', 'rancher: {}\n', { hostname: 'web-1', ssh_authorized_keys: keys }],
      ['a document with a name', 'hostname: mine\n', { ssh_authorized_keys: keys }],
      [
        'a document with keys',
        "ssh_authorized_keys: ['ssh-rsa BBBB', mine]\n",
        { hostname: 'web-1', ssh_authorized_keys: ['ssh-rsa BBBB', 'mine', keys[0]] }
      ],
      ['a document that does not parse', 'a: [\n', { hostname: 'web-1', ssh_authorized_keys: keys }],
      ['a script', '#!/bin/sh\nhostname: mine\n', { hostname: 'web-1', ssh_authorized_keys: keys }]
    ]
    for (const [name, document, expected] of cases) {
      const at = t.testdir(
        drive({ 'meta_data.json': JSON.stringify(meta), ...(document === null ? {} : { user_data: document }) })
      )
      const layer = `${at}/conf/cloud-config.d/metadata.yml`
      t.ok(saveUserData(`${at}/drive`, `${at}/conf`).includes(layer))
      t.strictSame(parse(text(layer)), expected, name)
    }
    t.equal(metadataLayer({}, 'hostname: x\n'), null, 'nothing to say')
  }
)

t.test('of the metadata only what makes sense is taken', async (t) => {
  const cases: readonly (readonly [string, object])[] = [
    ['{}', {}],
    ['{"hostname": "", "public_keys": {}}', {}],
    ['{"hostname": 5, "public_keys": "x"}', {}],
    ['{"public_keys": ["a", 7]}', { ssh_authorized_keys: ['a'] }]
  ]
  for (const [json, expected] of cases) t.strictSame(metadataOf(json), expected, json)
  t.throws(() => metadataOf('[]'), { message: 'meta_data.json: expected an object' })
  t.throws(() => metadataOf('{'), SyntaxError)
})

t.test('an empty drive changes nothing', async (t) => {
  const at = t.testdir({ drive: {}, conf: {} })
  t.strictSame(saveUserData(`${at}/drive`, `${at}/conf`), [])
})
