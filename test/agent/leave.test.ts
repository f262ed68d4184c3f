import t from 'tap'
import { leaves } from '../../src/agent/leave.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'

t.test(
  'only the change of the engine waits for the boot, and only while the document asks for that engine',
  async (t) => {
    const asks = (engine: string): CloudConfig => ({ rancher: { docker: { engine } } })
    const judged = (verb: 'replace' | 'update', document: CloudConfig, key = 'container/system/docker' as const) =>
      leaves(
        { value: null },
        { knows: () => false, hint: () => null },
        { held: () => ({ enabled: 'docker-20.10' }) }
      )(document)?.(key, { verb, why: '' }, null) ?? null
    t.match(judged('replace', asks('docker-20.10')), {
      reason: 'NextBoot',
      message: 'docker-20.10 is User Docker from the next boot on; until then nothing changes'
    })
    t.equal(judged('update', asks('docker-20.10')), null, 'one that ended starts again')
    t.equal(judged('replace', asks('docker-28.5')), null)
    t.equal(judged('replace', {}), null)
  }
)
