import t from 'tap'
import { differences } from '../../src/compose/difference.ts'

/** As an engine tells a container that was made from nothing but an image. */
const made = {
  config: { Cmd: ['sleep', '1d'], Entrypoint: null, Env: ['PATH=/bin', 'TOKEN=old'], Tty: false, User: '' },
  host: {
    Binds: null,
    PortBindings: {},
    CapAdd: null,
    Privileged: false,
    NetworkMode: 'default',
    PidMode: '',
    Tmpfs: {}
  }
}

t.test('the parts a container was made with otherwise', async (t) => {
  const table: readonly (readonly [object, readonly object[]])[] = [
    [{}, []],
    [{ Cmd: ['sleep', '1d'], Tty: false, HostConfig: { Privileged: false, CapAdd: [] } }, []],
    [{ Cmd: ['true'] }, [{ field: 'command', from: ['sleep', '1d'], to: ['true'] }]],
    [
      { User: '7', HostConfig: { Binds: ['/a:/a'] } },
      [
        { field: 'user', from: '', to: '7' },
        { field: 'volumes', from: null, to: ['/a:/a'] }
      ]
    ],
    [{ HostConfig: { NetworkMode: 'bridge' } }, []],
    [{ HostConfig: { NetworkMode: 'none' } }, [{ field: 'net', from: 'default', to: 'none' }]]
  ]
  for (const [create, expected] of table) t.strictSame(differences({ ...create }, made), expected)
  t.strictSame(
    differences({}, { ...made, host: { ...made.host, Binds: ['/a:/a'] } }),
    [{ field: 'volumes', from: ['/a:/a'], to: undefined }],
    'what went'
  )
})

t.test('of the environment only names are told', async (t) => {
  const found = differences({ Env: ['PATH=/bin', 'TOKEN=new-secret', 'MORE=other-secret'] }, made)
  t.strictSame(found, [{ field: 'environment', from: ['TOKEN'], to: ['TOKEN', 'MORE'] }])
  t.notMatch(JSON.stringify(found), /secret|old/)
})

t.test('a health check is compared by what the document says of it', async (t) => {
  const Healthcheck = { Test: ['CMD', 'true'], Retries: 3 }
  const checked = { ...made, config: { ...made.config, Healthcheck: { ...Healthcheck, Interval: 0 } } }
  t.strictSame(differences({ Healthcheck }, checked), [])
  t.match(differences({ Healthcheck: { ...Healthcheck, Retries: 4 } }, checked), [{ field: 'healthcheck' }])
})
