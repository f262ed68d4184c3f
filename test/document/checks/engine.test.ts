// What the checks say of a service, and what a real engine says of the container that it means.
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { createBody } from '../../../src/compose/service.ts'
import { check } from '../../../src/document/check.ts'
import type { Service } from '../../../src/document/types.gen.ts'
import { noDockerd, startEngine } from '../../support/dockerd.ts'
import { writeTestImage } from '../../support/test-image.ts'

/** Each is refused by both. */
const refused: readonly Service[] = [
  { volumes: ['./www:/srv'] },
  { volumes: ['/www:srv'] },
  { volumes: ['/a:/'] },
  { volumes: ['/a:/srv:readonly'] },
  { volumes: ['/a:/srv', '/b:/srv/'] },
  { volumes: ['/a:/srv'], tmpfs: ['/srv'] },
  { tmpfs: ['size=64m'] },
  { devices: ['ttyS9'] },
  { memswap_limit: '1g' },
  { mem_limit: '2g', memswap_limit: '1g' },
  { cpuset: '3-1' },
  { ulimits: { nofiles: 1024 } },
  { ulimits: { nofile: { soft: 2048, hard: 1024 } } },
  { ulimits: { nofile: { soft: 2048 } } },
  { stop_signal: 'SIGTREM' },
  { cap_add: ['NET_ADMN'] },
  { environment: ['=x'] },
  { extra_hosts: ['db'] },
  { extra_hosts: ['db:nowhere'] },
  { mac_address: '02:42:ac:11:00' },
  { ipc: 'hots' },
  { net: 'host', mac_address: '02:42:ac:11:00:02' },
  { net: 'host', sysctls: { 'net.core.somaxconn': '1024' } },
  { sysctls: { 'vm.swappiness': '10' } },
  { uts: 'host', hostname: 'web' },
  { image: 'Nginx' },
  { image: 'one:' }
]

/** Each is taken by both. */
const taken: readonly Service[] = [
  { volumes: ['/usr:/srv:ro', 'data:/data', '/cache', 'www'], tmpfs: ['/run:size=1m'] },
  { devices: ['/dev/null:r', '/dev/zero:/dev/nul'] },
  { mem_limit: '64m', memswap_limit: '128m', shm_size: '1m', cpuset: '0' },
  { ulimits: { nofile: 64, core: { soft: 0, hard: -1 } } },
  { stop_signal: 'hup', cap_add: ['cap_net_admin', 'SYS_TIME'], cap_drop: ['ALL'] },
  { user: '1000:1000:1000', pid: 'hots', uts: 'hots' },
  { user: '1000:1000', environment: ['A=1', 'B='] },
  { extra_hosts: ['db:10.0.0.1', 'six:fd00::1'] },
  { pid: 'host', ipc: 'host', uts: 'host', net: 'host' },
  { net: 'none', sysctls: { 'net.ipv4.ip_forward': '1', 'kernel.shmmax': '1000000' } }
]

t.test(
  'an engine refuses what the checks refuse, and takes what they take',
  { skip: noDockerd() ?? false, timeout: 180_000 },
  async (t) => {
    const engine = await startEngine()
    t.teardown(async () => {
      // The engine keeps the machine's network as a mount of its own once a container was to share it.
      spawnSync('umount', ['-l', join(engine.dir, 'exec/netns/default')])
      await engine.destroy()
    })
    const archive = join(engine.dir, 'one.tar')
    writeTestImage(archive, 'one')
    await engine.docker.load(archive, () => undefined, AbortSignal.timeout(60_000))
    const errors = (service: Service) =>
      [...check({ rancher: { services: { one: service } } })].flatMap(({ severity, message }) =>
        severity === undefined ? [message] : []
      )
    const run = async (service: Service): Promise<string | null> => {
      try {
        const body = createBody('one', service, { environment: {}, engineRestarts: false })
        await engine.docker.create('one', body)
        await engine.docker.start('one')
        return null
      } catch (error) {
        return String(error)
      } finally {
        const found = await engine.docker.container('one')
        if (found !== null) await engine.docker.remove(found.id)
      }
    }
    for (const given of refused) {
      const service = { image: 'one', net: 'none', ...given }
      const what = JSON.stringify(given)
      t.not(errors(service).length, 0, `the checks refuse ${what}`)
      t.not(await run(service), null, `the engine refuses ${what}`)
    }
    for (const given of taken) {
      const service = { image: 'one', net: 'none', ...given }
      const what = JSON.stringify(given)
      t.same(errors(service), [], `the checks take ${what}`)
      t.equal(await run(service), null, `the engine takes ${what}`)
    }
  }
)
