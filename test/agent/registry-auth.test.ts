import t from 'tap'
import { registryAuth } from '../../src/agent/registry-auth.ts'

t.test('an image is pulled with the credentials of its registry, whichever way they are written', async (t) => {
  const base64 = (text: string) => Buffer.from(text).toString('base64')
  const data = {
    rancher: {
      registry_auths: {
        'https://index.docker.io/v1/': { username: 'hub', password: 'p' },
        'auth.lan': { auth: base64('ann:pass:word') },
        'https://url.lan:5000/v2/': { username: 'url', password: 'p' },
        'identity.lan': { identitytoken: 'refresh' },
        'token.lan': { registrytoken: 'bearer' },
        'named.lan': { username: 'ann', password: 'p', serveraddress: 'https://login.lan' },
        'only-trusted.lan': { email: 'ops@example.org' }
      }
    }
  }
  const rows: readonly (readonly [ref: string, auth: ReturnType<typeof registryAuth>])[] = [
    ['busybox', { username: 'hub', password: 'p', serveraddress: 'https://index.docker.io/v1/' }],
    ['docker.io/team/app:1', { username: 'hub', password: 'p', serveraddress: 'https://index.docker.io/v1/' }],
    ['auth.lan/app', { username: 'ann', password: 'pass:word', serveraddress: 'auth.lan' }],
    ['url.lan:5000/app', { username: 'url', password: 'p', serveraddress: 'https://url.lan:5000/v2/' }],
    ['url.lan/app', null],
    ['identity.lan/app', { username: '', password: '', serveraddress: 'identity.lan', identitytoken: 'refresh' }],
    ['token.lan/app', { username: '', password: '', serveraddress: 'token.lan', registrytoken: 'bearer' }],
    ['named.lan/app', { username: 'ann', password: 'p', serveraddress: 'https://login.lan' }],
    ['only-trusted.lan/app', null],
    ['other.lan/app', null]
  ]
  for (const [ref, auth] of rows) t.strictSame(registryAuth(ref, data), auth, ref)
})
