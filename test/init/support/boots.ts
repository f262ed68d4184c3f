// PID 1 of a test: boots as told by BOOT, twice, says what it found, and leaves a file behind for the next boot.
import { appendFileSync, existsSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { run } from '../../../src/host/linux/spawn.ts'
import { bootMachine } from '../../../src/init/boot.ts'
import { consoleEnds, openBootLog } from '../../../src/init/boot-log.ts'
import { mounted } from '../../../src/init/mountinfo.ts'
import type { StateConfig } from '../../../src/core/agent-settings.ts'
import { stateDirectories, madeInside } from '../../../src/init/state-dirs.ts'

const wanted = JSON.parse(process.env['BOOT'] ?? '{}') as Partial<StateConfig>
const state: StateConfig = {
  dev: '',
  fstype: 'auto',
  directory: '',
  required: false,
  wait: false,
  autoformat: [],
  ...wanted
}
const tell = (word: string, what: unknown): void => console.log(`${word} ${JSON.stringify(what)}`)
const shared = (target: string): boolean =>
  readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .some((line) => line.split(' ')[4] === target && line.includes(' shared:'))
const targets = (): readonly string[] => mounted().map(({ target }) => target)

try {
  const log = openBootLog(consoleEnds(true))
  tell('report', await bootMachine({ state, inNamespaces: true, restarted: false }, log))
  const before = targets()
  const again = openBootLog({ uptime: () => 99, write: () => {} })
  again.say('again')
  await bootMachine({ state, inNamespaces: true, restarted: true }, again)
  tell('again', targets().slice(before.length))
  tell(
    'log',
    readFileSync('/var/log/boot.log', 'utf8')
      .split('\n')
      .map((line) =>
        line
          .slice(1)
          .trim()
          .replace(/^[\d.]+\] /, '')
      )
  )
  tell(
    'types',
    Object.fromEntries(mounted().map(({ target, type }) => [target, shared(target) ? `${type} shared` : type]))
  )
  tell(
    'modes',
    Object.fromEntries(
      [...stateDirectories, ...madeInside].map(({ path }) => {
        const { mode, uid, gid } = statSync(path)
        return [path, `${(mode & 0o7777).toString(8)} ${uid}:${gid}`]
      })
    )
  )
  tell('seeded', readFileSync('/etc/docker/daemon.json', 'utf8').trim())
  tell(
    'links',
    ['/dev/fd', '/dev/ptmx', '/etc/mtab'].map((path) => readlinkSync(path))
  )
  // What is mounted below a persistent directory must not be mounted a second time below /state.
  const count = targets().length
  await run(['mount', '-t', 'tmpfs', 'below', '/home/rancher'])
  tell('spread', targets().length - count)
  tell('kept', existsSync('/opt/kept') ? readFileSync('/opt/kept', 'utf8') : null)
  tell('deviceUse', existsSync('/dev/pts/ptmx'))
  appendFileSync('/opt/kept', 'x')
} catch (thrown) {
  tell('failed', (thrown as Error).message)
}
process.exit(0)
