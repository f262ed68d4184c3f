// PID 1 of a test: boots as told by BOOT and says what it found.
import { bootMachine } from '../../../src/init/boot.ts'
import { consoleEnds, openBootLog } from '../../../src/init/boot-log.ts'
import { mounted } from '../../../src/init/mountinfo.ts'
import type { StateConfig } from '../../../src/init/state.ts'

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
const log = openBootLog(consoleEnds(true))
try {
  const report = await bootMachine({ state, inNamespaces: true, restarted: false }, log)
  console.log(`report ${JSON.stringify(report)}`)
  const before = mounted().length
  await bootMachine({ state, inNamespaces: true, restarted: true }, openBootLog({ uptime: () => 0, write: () => {} }))
  console.log(`again ${mounted().length - before}`)
  console.log(`mounts ${JSON.stringify(mounted())}`)
} catch (thrown) {
  console.log(`failed ${JSON.stringify((thrown as Error).message)}`)
}
process.exit(0)
