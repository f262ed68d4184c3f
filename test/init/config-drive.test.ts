import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import { parse } from 'yaml'
import { metadataOf, saveUserData } from '../../src/init/config-drive.ts'

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

t.test('packed user-data is unpacked', async (t) => {
  const at = t.testdir(drive({ user_data: gzipSync('#cloud-config\nhostname: packed\n') as unknown as string }))
  saveUserData(`${at}/drive`, `${at}/conf`)
  t.equal(text(`${at}/conf/cloud-config.d/boot.yml`), '#cloud-config\nhostname: packed\n')
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
  'host name, public keys and addresses are kept beside the document, and go when the drive has none',
  async (t) => {
    const meta = {
      uuid: 'x',
      hostname: 'web-1',
      public_keys: { other: 'ssh-rsa BBBB', mykey: 'ssh-ed25519 AAAA me\n' }
    }
    const ec2 = { 'local-ipv4': '10.0.0.5', 'public-ipv4': '198.51.100.7', 'ami-id': 'x' }
    const at = t.testdir({
      drive: {
        openstack: { latest: { 'meta_data.json': JSON.stringify(meta) } },
        ec2: { latest: { 'meta-data.json': JSON.stringify(ec2) } }
      },
      conf: {}
    })
    const file = `${at}/conf/metadata`
    t.strictSame(saveUserData(`${at}/drive`, `${at}/conf`), [file])
    t.equal(statSync(file).mode & 0o777, 0o600)
    t.strictSame(parse(text(file)), {
      hostname: 'web-1',
      ssh_authorized_keys: ['ssh-ed25519 AAAA me', 'ssh-rsa BBBB'],
      public_ipv4: '198.51.100.7',
      private_ipv4: '10.0.0.5'
    })
    t.strictSame(saveUserData(`${at}/drive`, `${at}/conf`), [], 'as before')
    rmSync(`${at}/drive/openstack/latest/meta_data.json`)
    rmSync(`${at}/drive/ec2/latest/meta-data.json`)
    t.strictSame(saveUserData(`${at}/drive`, `${at}/conf`), [file])
    t.notOk(existsSync(file))
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
