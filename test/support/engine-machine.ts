// A machine of namespaces with the archive of another engine at hand.
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Test } from 'tap'
import { top } from '../../src/image/paths.ts'
import { buildRepository } from '../../src/image/repository.ts'
import { engineRoom } from './engine-room.ts'
import { type TestMachine, testMachine } from './machine.ts'

/** The path of an engine's image, packed as `docker save` does. */
export async function engineArchive(engine: string): Promise<string> {
  const to = join(top, '.cache/repository')
  const built = (await buildRepository({ to, names: [engine] })).get(engine)
  return join(to, built?.archive ?? '')
}

/** `root` and `tried` are a person's at its console. `preload` puts the archive where System Docker takes it from. */
export async function engineMachine(t: Test, engine: string): Promise<TestMachine & { preload(): void }> {
  const archive = await engineArchive(engine)
  const dir = mkdtempSync(join(tmpdir(), 'rosd-engines-'))
  const test = await testMachine({ kind: 'namespaces', disks: [join(dir, 'state')] }, 6, (machine) => async (line) => {
    const { code, stdout, stderr } = await machine.nsenter(['sh', '-c', line], { timeout: 400_000 })
    return { code, text: stdout + stderr }
  })
  t.teardown(async () => {
    await test.machine.stop()
    rmSync(dir, { recursive: true, force: true })
  })
  return {
    ...test,
    preload() {
      const folder = engineRoom(test).at('/var/lib/rancher/preload/system-docker')
      mkdirSync(folder, { recursive: true })
      copyFileSync(archive, join(folder, 'engine.tar'))
    }
  }
}
