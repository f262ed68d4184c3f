import t from 'tap'
import { startMachine } from '../../src/vm/machine.ts'

t.setTimeout(900_000)
const skip = process.getuid?.() === 0 ? false : 'a machine of namespaces needs root'

t.test(
  'flags that System Docker does not start with: the reason is told and the machine goes on trying',
  { skip },
  async (t) => {
    const append = 'rancher.system_docker.storage_driver=nonsense'
    const machine = await startMachine({ kind: 'namespaces', fast: true, sshWait: false, append })
    t.teardown(() => machine.stop())
    await machine.logged(/there is no console: engine\/system: System Docker ended with code 1: .*nonsense/, 120)
    const status = async () => (await machine.nsenter(['ros', 'status'])).stdout
    t.match(await status(), /engine\/system +False +EngineStart/)
    t.match(await status(), /kernel command line:1:\d+/, 'and who asked for it')
  }
)
