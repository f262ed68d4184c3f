import t from 'tap'
import { registryFiles, trustNeeds } from '../../src/core/registry-files.ts'

const data = {
  rancher: {
    docker: { registry_mirror: 'https://mirror.lan:5000/' },
    registry_auths: {
      'registry.lan:5000': { ca_cert: 'CA\n\n', client_cert: 'CERT', client_key: 'KEY' },
      'https://mirror.lan:5000': { ca_cert: 'MIRROR' },
      'plain.lan': { username: 'ann', password: 's3cret' }
    }
  }
}

t.test('certificates of a registry lie where engines look for them, the key for root alone', async (t) => {
  t.same(
    registryFiles(data).map(({ path, spec, from }) => [
      path,
      spec.mode.toString(8),
      spec.bytes().toString(),
      from.join('.')
    ]),
    [
      [
        '/etc/docker/certs.d/registry.lan:5000/ca.crt',
        '644',
        'CA\n',
        'rancher.registry_auths.registry.lan:5000.ca_cert'
      ],
      [
        '/etc/docker/certs.d/registry.lan:5000/client.cert',
        '644',
        'CERT\n',
        'rancher.registry_auths.registry.lan:5000.client_cert'
      ],
      [
        '/etc/docker/certs.d/registry.lan:5000/client.key',
        '600',
        'KEY\n',
        'rancher.registry_auths.registry.lan:5000.client_key'
      ],
      [
        '/etc/docker/certs.d/mirror.lan:5000/ca.crt',
        '644',
        'MIRROR\n',
        'rancher.registry_auths.https://mirror.lan:5000.ca_cert'
      ]
    ]
  )
})

t.test('an image waits for the certificates of who is asked for it', async (t) => {
  const rows: readonly (readonly [ref: string, scope: 'user' | 'system', needs: readonly string[]])[] = [
    [
      'registry.lan:5000/app',
      'user',
      ['ca.crt', 'client.cert', 'client.key'].map((name) => `file//etc/docker/certs.d/registry.lan:5000/${name}`)
    ],
    ['busybox', 'user', ['file//etc/docker/certs.d/mirror.lan:5000/ca.crt']],
    ['busybox', 'system', []],
    ['plain.lan/app', 'user', []]
  ]
  for (const [ref, scope, needs] of rows) t.same(trustNeeds(ref, scope, data), needs, `${ref} on ${scope}`)
})
