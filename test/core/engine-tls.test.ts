import t from 'tap'
import { project } from '../../src/compose/project.ts'
import { engineWithTls, tlsDigest, tlsNeeds } from '../../src/core/engine-tls.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'

const KEYS = { ca_cert: 'CA', ca_key: 'CAKEY', server_cert: 'CERT', server_key: 'KEY' }
const ARGS = { tls_args: ['--tlsverify', '-H=0.0.0.0:2376'] }
const doc = (docker: object, more: object = {}): CloudConfig => ({
  rancher: { docker: { ...ARGS, ...docker } },
  ...more
})
const own = { write_files: [{ path: '/etc/docker/tls/server-cert.pem', content: 'x' }] }

t.test('User Docker listens with TLS when all its keys are there, and not before', async (t) => {
  const cases = [
    [doc({ tls: true, ...KEYS }), true, ['ca.pem', 'server-cert.pem', 'server-key.pem']],
    [doc({ tls: false, ...KEYS }), false, []],
    [doc(KEYS), undefined, []],
    [doc({ tls: true }), false, []],
    [doc({ tls: true, ...KEYS, server_key: ' \n' }), false, []],
    [doc({ tls: true }, own), true, ['server-cert.pem']]
  ] as const
  for (const [data, tls, files] of cases) {
    t.equal(engineWithTls(data).tls, tls)
    t.same(
      tlsNeeds(data),
      files.map((name) => `file//etc/docker/tls/${name}`)
    )
  }
})

t.test('its container waits for them, and other keys make another', async (t) => {
  const container = (docker: object) => {
    const { rancher } = doc(docker)
    const services = { docker: { image: 'rosd/docker', labels: { 'io.rancher.os.scope': 'system' } } }
    const facts = { version: '1', kernel: '6.12', shipped: {}, stopped: [] }
    return project({ rancher: { ...rancher, services } }, facts)[0]
  }
  const [without, with1, with2] = [
    { tls: true },
    { tls: true, ...KEYS },
    { tls: true, ...KEYS, server_cert: 'OTHER' }
  ].map(container)
  t.notMatch(JSON.stringify(without?.spec.create), /tlsverify|ROSD_TLS/)
  t.match(with1?.spec.create['Cmd'], /--tlsverify.*-H=0\.0\.0\.0:2376/)
  t.ok(with1?.needs.includes('file//etc/docker/tls/ca.pem'))
  t.equal(new Set([without, with1, with2].map((one) => one?.spec.hash)).size, 3)
  t.notMatch(JSON.stringify(with1), /CERT|CAKEY/)
  t.match(tlsDigest(doc({ tls: true, ...KEYS })), /^[0-9a-f]{16}$/)
  t.equal(tlsDigest(doc({ tls: true })), '')
})
