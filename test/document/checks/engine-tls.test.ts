import t from 'tap'
import { newAuthority, newServer } from '../../../src/tls/authority.ts'
import { problemsOf, user } from '../support.ts'

const authority = newAuthority()
const [one, two] = [newServer(authority, [], 0), newServer(authority, [], 0)]
const KEYS = {
  ca_cert: authority.certificate,
  ca_key: authority.key,
  server_cert: one.certificate,
  server_key: one.key
}

const of = (keys: object, engine = 'docker', tls = true) =>
  problemsOf(user(`${JSON.stringify({ rancher: { [engine]: { tls, ...keys } } })}\n`)).map(
    ({ code, key, message }) => `${code} ${key}: ${message}`
  )
const only = (...names: readonly (keyof typeof KEYS)[]) => Object.fromEntries(names.map((name) => [name, KEYS[name]]))

t.test('keys of no use without each other', async (t) => {
  const lone = (key: string, needs: string) => `ROS_DOC_PEM rancher.docker.${key}: is of no use without \`${needs}\``
  t.same(of(only('ca_cert', 'server_cert')), [lone('server_cert', 'server_key')])
  t.same(of(only('ca_cert', 'server_key')), [lone('server_key', 'server_cert')])
  t.same(of(only('server_cert', 'server_key')), [lone('server_cert', 'ca_cert')])
  t.same(of(only('ca_key')), [lone('ca_key', 'ca_cert')])
  t.same(of(only('ca_cert')), [lone('ca_cert', 'ca_key')])
  t.same(of({ ...KEYS, server_key: two.key }), [
    'ROS_DOC_PEM rancher.docker.server_key: is not the key of `server_cert`'
  ])
  t.same(of(only('ca_cert'), 'system_docker'), [
    'ROS_DOC_INERT rancher.system_docker.ca_cert: has no effect: files of keys are written for User Docker alone'
  ])
})

t.test('what goes together, and what is not used', async (t) => {
  for (const keys of [{}, KEYS, only('ca_cert', 'ca_key'), only('ca_cert', 'server_cert', 'server_key')])
    t.same(of(keys), [])
  t.same(of(only('server_cert'), 'docker', false), [])
})
