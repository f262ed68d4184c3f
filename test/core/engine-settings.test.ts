import t from 'tap'
import { engineFlags } from '../../src/core/engine-flags.ts'
import { ENGINE_FILE, engineSettings } from '../../src/core/engine-settings.ts'
import type { CloudConfig, Engine } from '../../src/document/types.gen.ts'

const NOTHING = {
  debug: false,
  'default-runtime': 'runc',
  'insecure-registries': [],
  labels: [],
  'live-restore': false,
  'max-concurrent-downloads': 3,
  'max-concurrent-uploads': 5,
  'registry-mirrors': [],
  'shutdown-timeout': 15
}

t.test('what a daemon reloads stands in its file, all else is flags', async (t) => {
  const of = (docker: Engine) => {
    const data = { rancher: { docker } }
    const { file, text, args } = engineSettings('user', data)
    t.equal(file, '/etc/docker/daemon.json')
    t.match(engineFlags('user', data), ['--exec-root=/run/docker'])
    return { file: JSON.parse(text) as unknown, args }
  }
  t.same(of({}), { file: NOTHING, args: [] }, 'what has no value is written too: a reload keeps what is left out')
  t.same(
    of({
      debug: true,
      live_restore: true,
      insecure_registry: ['a:5000', '10.0.0.0/8'],
      registry_mirror: 'https://m',
      log_driver: 'local'
    }),
    {
      file: {
        ...NOTHING,
        debug: true,
        'live-restore': true,
        'insecure-registries': ['a:5000', '10.0.0.0/8'],
        'registry-mirrors': ['https://m']
      },
      args: []
    }
  )
  for (const [extra, file, args] of [
    [['--label=a=b', '--label', 'c=d', '--icc=false'], { labels: ['a=b', 'c=d'] }, ['--icc=false']],
    [['-D'], { debug: true }, []],
    [['--debug', '--debug=false'], { debug: false }, []],
    [
      ['--max-concurrent-downloads=1', '--max-concurrent-uploads', '2', '--max-download-attempts=9'],
      { 'max-concurrent-downloads': 1, 'max-concurrent-uploads': 2, 'max-download-attempts': 9 },
      []
    ],
    [['--shutdown-timeout=60', '--default-runtime=crun'], { 'shutdown-timeout': 60, 'default-runtime': 'crun' }, []],
    [['--insecure-registry', 'my.registry.com'], { 'insecure-registries': ['my.registry.com'] }, []],
    [['--dns', '10.0.0.1', '--constructor'], {}, ['--dns', '10.0.0.1', '--constructor']]
  ] as const)
    t.same(of({ extra_args: [...extra] }), { file: { ...NOTHING, ...file }, args }, extra.join(' '))
  t.same(
    of({ insecure_registry: ['a'], extra_args: ['--insecure-registry=b'] }).file,
    { ...NOTHING, 'insecure-registries': ['a', 'b'] },
    'both count, as they did as flags'
  )
})

t.test('no option is both a flag and in the file', async (t) => {
  const docker = {
    debug: true,
    live_restore: true,
    insecure_registry: ['a'],
    registry_mirror: 'https://m',
    extra_args: ['--label=a=b', '--icc=false']
  }
  t.same(
    engineFlags('user', { rancher: { docker } }).filter((flag) => !/root|pid|exec-opt|cgroup/.test(flag)),
    ['--config-file=/etc/docker/daemon.json', '--icc=false']
  )
})

t.test('only User Docker has users of its own for containers', async (t) => {
  const flags = (rancher: CloudConfig['rancher'] = {}) =>
    (['system', 'user'] as const).map((scope) =>
      engineFlags(scope, { rancher })
        .filter((flag) => flag.includes('userns'))
        .join()
    )
  const on = { userns_enabled: true }
  t.same(flags({ docker: on, system_docker: on }), ['', '--userns-remap=user-docker:user-docker'])
  t.same(flags({ docker: { userns_enabled: false } }), ['', ''])
})

t.test('a file of the document’s own stays its own, and options are flags', async (t) => {
  const flags = ['--debug=true', '--live-restore=true', '--label=a=b']
  const docker = { debug: true, live_restore: true, extra_args: ['--label=a=b'] }
  for (const [what, data] of [
    ['config_file', { rancher: { docker: { ...docker, config_file: '/etc/docker/mine.json' } } }],
    ['extra_args', { rancher: { docker: { ...docker, extra_args: ['--config-file=/x', '--label=a=b'] } } }],
    ['write_files', { write_files: [{ path: ENGINE_FILE.user, content: '{}' }], rancher: { docker } }]
  ] as const) {
    const mutable = structuredClone(data) as Parameters<typeof engineSettings>[1] // literals are read-only
    t.equal(engineSettings('user', mutable).file, null, what)
    t.same(
      engineFlags('user', mutable).filter((flag) => flags.includes(flag)),
      flags,
      what
    )
  }
  t.equal(
    engineSettings('user', { rancher: { docker: { config_file: ENGINE_FILE.user } } }).file,
    ENGINE_FILE.user,
    'the usual place is rosd’s'
  )
})
