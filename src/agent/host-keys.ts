// The machine's own ssh identity: made once, kept in machine.yml, a layer of the document like any other.
import type { CloudConfig } from '../document/types.gen.ts'
import { setIn } from '../document/edit.ts'
import { showProblems } from '../document/problem.ts'
import { writeAtomic } from '../document/write.ts'
import type { Host } from '../host/ports.ts'

const WORK = '/run/ros/keygen'
/** What a modern client asks for; an RSA key costs seconds on a small machine and is used when the document brings one. */
const TYPES = ['ed25519', 'ecdsa'] as const

/** Makes the keys that the document does not have. Returns the types made; the file is left alone when there are none. */
export async function ensureHostKeys(host: Host, data: CloudConfig, machineFile: string): Promise<readonly string[]> {
  const have: Readonly<Record<string, unknown>> = data.rancher?.ssh?.keys ?? {}
  const missing = TYPES.filter((type) => have[type] === undefined)
  if (missing.length === 0) return []
  let text = (await host.files.read(machineFile)) ?? '# Written by the machine about itself: secrets, chosen once.\n'
  await host.files.makeDirectory(WORK, 0o700)
  for (const type of missing) {
    const file = `${WORK}/${type}`
    await host.files.remove(file)
    await host.files.remove(`${file}.pub`)
    await host.runner.run(['ssh-keygen', '-q', '-t', type, '-N', '', '-C', 'rosd', '-f', file])
    text = put(text, type, (await host.files.read(file)) ?? '')
    text = put(text, `${type}-pub`, ((await host.files.read(`${file}.pub`)) ?? '').trim())
    await host.files.remove(file)
    await host.files.remove(`${file}.pub`)
  }
  await writeAtomic(machineFile, text)
  return missing
}

function put(text: string, name: string, value: string): string {
  const edited = setIn(text, ['rancher', 'ssh', 'keys', name], value, 'machine.yml')
  if (!edited.ok) throw new Error(showProblems(edited.problems))
  return edited.text
}
