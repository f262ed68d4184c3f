// Keys that a daemon reloads, on a real one: what it tells of itself changes, and it is the same process.
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { engineSettings } from '../../src/core/engine-settings.ts'
import type { Engine } from '../../src/document/types.gen.ts'
import { noDockerd, startEngine } from '../support/dockerd.ts'
import { until } from '../support/loop.ts'

interface Info {
  readonly Debug: boolean
  readonly Labels: readonly string[]
  readonly LiveRestoreEnabled: boolean
  readonly DefaultRuntime: string
  readonly RegistryConfig: { readonly Mirrors: readonly string[] | null; readonly InsecureRegistryCIDRs: unknown }
}

function info(socketPath: string): Promise<Info> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, path: '/info' }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve(JSON.parse(text) as Info)) // the engine's API
    })
    call.on('error', reject)
    call.end()
  })
}

function textOf(docker: Engine): string {
  return engineSettings('user', { rancher: { docker } }).text
}

t.test(
  'a running daemon takes new values, and back, without a new start',
  { skip: noDockerd() ?? false },
  async (t) => {
    const file = (dir: string) => join(dir, 'daemon.json')
    const engine = await startEngine('user', (dir) => {
      writeFileSync(file(dir), textOf({ live_restore: true }))
      return [`--config-file=${file(dir)}`]
    })
    t.teardown(() => engine.destroy())
    const pid = Number(readFileSync(join(engine.dir, 'pid'), 'utf8'))
    const reloads = () =>
      readFileSync(join(engine.dir, 'dockerd.log'), 'utf8').match(/Reloaded configuration: .*/g) ?? []
    const reload = async (docker: Engine) => {
      const before = reloads().length
      writeFileSync(file(engine.dir), textOf(docker))
      process.kill(pid, 'SIGHUP')
      await until(() => reloads().length > before, 10_000, 'the daemon says that it has reloaded')
      // It says so before the last of it, which is the level of its log.
      await until(
        async () => (await info(engine.socket)).Debug === (docker.debug ?? false),
        10_000,
        'its log is louder'
      )
      return { told: await info(engine.socket), log: (reloads().at(-1) ?? '').replaceAll('\\', '') }
    }

    t.match(await info(engine.socket), { Debug: false, LiveRestoreEnabled: true, Labels: [] })
    const set = await reload({
      debug: true,
      live_restore: false,
      insecure_registry: ['10.77.0.0/16'],
      registry_mirror: 'http://127.0.0.1:5998',
      extra_args: [
        '--label=rack=7',
        '--max-concurrent-downloads=1',
        '--max-concurrent-uploads=2',
        '--max-download-attempts=9',
        '--shutdown-timeout=60'
      ]
    })
    t.match(set.told, {
      Debug: true,
      LiveRestoreEnabled: false,
      Labels: ['rack=7'],
      DefaultRuntime: 'runc',
      RegistryConfig: { Mirrors: ['http://127.0.0.1:5998/'], InsecureRegistryCIDRs: ['10.77.0.0/16', /./] }
    })
    for (const said of [
      '"max-concurrent-downloads":1',
      '"max-concurrent-uploads":2',
      '"max-download-attempts":9',
      '"shutdown-timeout":60'
    ])
      t.ok(set.log.includes(said), said)

    const unset = await reload({ live_restore: true })
    t.match(unset.told, { Debug: false, LiveRestoreEnabled: true, Labels: [] })
    t.notOk(unset.told.RegistryConfig.Mirrors?.length)
    t.notMatch(JSON.stringify(unset.told.RegistryConfig), /10\.77/)
    for (const said of [
      '"max-concurrent-downloads":3',
      '"max-concurrent-uploads":5',
      '"max-download-attempts":5',
      '"shutdown-timeout":15'
    ])
      t.ok(unset.log.includes(said), said)
    t.equal(Number(readFileSync(join(engine.dir, 'pid'), 'utf8')), pid)
    process.kill(pid, 0)
  }
)
