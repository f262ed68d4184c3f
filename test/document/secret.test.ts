import t from 'tap'
import { veil } from '../../src/document/secret.ts'

t.test('a secret is veiled wherever it stands, and the structure stays', (t) => {
  const hub = { username: 'ann', password: 'p', auth: 'a', identitytoken: 'i' }
  const cases = [
    [['rancher', 'registry_auths', 'hub', 'password'], 'p', '(secret)'],
    [
      ['rancher', 'registry_auths', 'hub'],
      hub,
      { username: 'ann', password: '(secret)', auth: '(secret)', identitytoken: '(secret)' }
    ],
    [['rancher', 'ssh', 'keys'], { rsa: 'KEY' }, { rsa: '(secret)' }],
    [['rancher', 'docker'], { ca_key: 'CA', debug: true }, { ca_key: '(secret)', debug: true }],
    [
      ['rancher', 'network', 'wifi_networks'],
      { home: { ssid: 's', psk: 'p', private_key_passwds: ['a', 'b'] } },
      { home: { ssid: 's', psk: '(secret)', private_key_passwds: ['(secret)', '(secret)'] } }
    ],
    [['rancher', 'password'], null, null],
    [['hostname'], 'web', 'web'],
    [['no', 'such'], { key: [1, null] }, { key: [1, null] }]
  ] as const
  for (const [path, value, shown] of cases) t.same(veil(value, path), shown, path.join('.'))
  t.same(veil({ rancher: { password: 'x', registry_auths: { hub } } }, []), {
    rancher: {
      password: '(secret)',
      registry_auths: { hub: { ...hub, password: '(secret)', auth: '(secret)', identitytoken: '(secret)' } }
    }
  })
  t.end()
})
