import t from 'tap'
import { foreign } from '../../src/document/foreign.ts'
import { parsePath } from '../../src/document/path.ts'
import { spot } from '../../src/document/shape.ts'
import { problemsOf, user } from './support.ts'

t.test('keys of other systems are refused with what to write here', async (t) => {
  const cases = [
    ['users', '[{name: ann}]', /rancher and docker.*ssh_authorized_keys/],
    ['packages', '[htop]', /rancher\.services/],
    ['coreos', '{units: []}', /rancher\.network/],
    ['services', '{web: {image: a}}', /Compose file.*rancher\.services/],
    ['fqdn', 'a.example.org', /`hostname`/],
    ['network', '{version: 2}', /rancher\.network\.interfaces/],
    ['timezone', 'UTC', /no such setting/],
    ['rancher.user_docker', '{tls: true}', /`rancher\.docker`/],
    ['rancher.services.web.logging', '{driver: none}', /`log_driver`/],
    ['rancher.services.web.platform', 'linux/amd64', /one container/]
  ] as const
  for (const [key, value, fix] of cases) {
    const text = key.split('.').reduceRight((inner, name) => `{${name}: ${inner}}`, value)
    const [first] = problemsOf(user(`${text}\n`)).filter(({ severity }) => severity === 'error')
    t.match(first, { code: 'ROS_DOC_UNKNOWN_KEY', key, message: 'unknown key', fix }, key)
  }
})

t.test('no key that there is is taken for one of another system', async (t) => {
  for (const key of ['mounts', 'hostname', 'rancher.network', 'rancher.services', 'rancher.password', 'rancher.docker'])
    t.equal(foreign(parsePath(key)), null, key)
  for (const key of ['users', 'rancher.user_docker', 'rancher.services.web.logging'])
    t.equal(spot(parsePath(key)), null, key)
})
