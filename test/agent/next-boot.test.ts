import t from 'tap'
import { leaves } from '../../src/agent/leave.ts'
import { openNextBoot } from '../../src/agent/next-boot.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'

const FILE = '/run/ros/next-boot.json'

function memory() {
  const all = new Map<string, string>()
  return {
    all,
    files: {
      read: async (path: string) => all.get(path) ?? null,
      writeAtomic: async (path: string, text: Buffer | string) => void all.set(path, String(text)),
      remove: async (path: string) => void all.delete(path)
    }
  }
}

t.test('what was chosen is known to the next agent, and forgotten with the file', async (t) => {
  const { all, files } = memory()
  const nextBoot = await openNextBoot(files)
  t.equal(nextBoot.engine, null)
  await nextBoot.choose('docker-20.10')
  t.equal(nextBoot.engine, 'docker-20.10')
  t.equal((await openNextBoot(files)).engine, 'docker-20.10')
  await nextBoot.choose(null)
  t.same([...all], [])
  for (const text of ['{', '[]', '{"engine": 1}', 'null', '']) {
    all.set(FILE, text)
    t.equal((await openNextBoot(files)).engine, null, text)
  }
})

t.test(
  'only the change of the engine waits for the boot, and only while the document asks for that engine',
  async (t) => {
    const asks = (engine: string): CloudConfig => ({ rancher: { docker: { engine } } })
    const judged = (verb: 'replace' | 'update', document: CloudConfig, key = 'container/system/docker' as const) =>
      leaves({ value: null }, { knows: () => false, hint: () => null }, { engine: 'docker-20.10' })(document)?.(
        key,
        { verb, why: '' },
        null
      ) ?? null
    t.match(judged('replace', asks('docker-20.10')), {
      reason: 'NextBoot',
      message: 'docker-20.10 is User Docker from the next boot on; until then nothing changes'
    })
    t.equal(judged('update', asks('docker-20.10')), null, 'one that ended starts again')
    t.equal(judged('replace', asks('docker-28.5')), null)
    t.equal(judged('replace', {}), null)
  }
)
