// The agent is killed for real (SIGKILL), right before an action of each kind and right after one of each verb of it, on a real
// kernel and a real engine in namespaces of their own. The last one has to bring the machine to where an undisturbed one does.
import { execFileSync } from 'node:child_process'
import t, { type Test } from 'tap'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { kinds as every } from '../../src/kinds/index.ts'
import { noDockerd } from '../support/dockerd.ts'
import type { RealDeath } from './agent.ts'
import { EMPTY, FIRST, LOUDER, SECOND } from './real-documents.ts'
import { forgetBoot, killEngine, live, prepare, snapshot } from './real-machine.ts'

const NAMESPACES = [
  '--mount',
  '--pid',
  '--fork',
  '--kill-child',
  '--uts',
  '--ipc',
  '--net',
  '--mount-proc',
  '--propagation',
  'private'
]
/** The first process of the namespaces; it waits for what a killed agent leaves behind. */
const FIRST_PROCESS = ['sh', '-c', '"$@"; exit $?', 'sh']

/** What is done to the kinds; commands run once, images are never taken away. */
const DONE = {
  create: 'address command container engine file firewall hook image link mount route rule ssh-key',
  delete: 'address container file firewall hook hostname link mount resolver route rule ssh-key sysctl',
  replace: 'container link mount',
  update: 'engine ethtool file firewall hook hostname link mount resolver route ssh-key sysctl'
}

/** Kinds that are killed at in memory only (every-point.test.ts), and why. */
const IN_MEMORY = {
  'bridge-vlan': 'the kernel here has no bridges that filter VLANs',
  dhcp: 'needs the container `network`',
  hosts: 'killed at by writes, as any file',
  module: 'loads into the kernel of this machine',
  preload: 'loads archives into engines, which takes their time and leaves images',
  swap: 'is of this machine',
  wifi: 'needs a radio and the container `network`',
  wireguard: 'the kernel here has none'
}
/** It makes nothing. */
const IDLE = 'probe'

/** Deaths one after the other before an agent is left alive. */
const AT_ONCE = 14

interface Switch {
  readonly name: string
  readonly to: CloudConfig
  /** What happens before it. */
  readonly first?: () => void | Promise<void>
}

const DOCUMENTS: readonly Switch[] = [
  { name: 'the first document', to: FIRST, first: forgetBoot },
  { name: 'another document', to: SECOND },
  { name: 'back to the empty one', to: EMPTY }
]
const ENGINES: readonly Switch[] = [
  { name: 'an engine that died', to: FIRST, first: killEngine },
  { name: 'other flags of the engine', to: LOUDER },
  { name: 'its flags as before', to: FIRST }
]

/** Why it can not run here; null: it can. */
function why(): string | null {
  const reason = noDockerd()
  if (reason !== null) return reason
  try {
    execFileSync('unshare', [...NAMESPACES, 'ip', 'link', 'add', 'eth0', 'type', 'veth'], { stdio: 'pipe' })
    return null
  } catch (thrown) {
    const said = String((thrown as { stderr?: Buffer }).stderr ?? thrown).trim() // execFileSync's error carries it
    return `namespaces of our own can not be made here: ${said}`
  }
}

t.setTimeout(600_000)
if (process.env['ROSD_TEST_INSIDE'] === 'yes') await inside()
else {
  const reason = why()
  const argv = [...NAMESPACES, ...FIRST_PROCESS, process.execPath, import.meta.filename]
  if (reason !== null) t.plan(0, reason)
  else t.spawn('unshare', argv, { env: { ...process.env, ROSD_TEST_INSIDE: 'yes' } }, 'inside namespaces')
}

async function inside(): Promise<void> {
  await prepare()
  const begun = new Set<string>()
  const done = new Set<string>()
  let actions = 0
  let points = 0
  let kills = 0

  /** Undisturbed: what is done, and what stands then. */
  const model = async (t: Test, { name, to, first }: Switch) => {
    await first?.()
    const life = await live({ document: to, death: null })
    t.same([life?.trouble, life?.left], [[], ''], `${name}: undisturbed it settles`)
    return { deeds: life?.begun ?? [], expected: await snapshot() }
  }

  /** Killed at these points one after the other, and taken up by an agent that lives; `missed`: what was not reached. */
  const disturbed = async ({ name, to, first }: Switch, deaths: readonly RealDeath[], expected: readonly string[]) => {
    await first?.()
    const missed: RealDeath[] = []
    for (const death of deaths) {
      if ((await live({ document: to, death })) === null) kills += 1
      else missed.push(death)
    }
    const life = await live({ document: to, death: null })
    const where = [name, ...deaths.map(({ action, when }) => `${when} ${action}`)].join(', ')
    // Commands that were cut off never run twice.
    const told = (life?.trouble ?? ['killed']).filter((line) => !/the agent ended while the commands ran/.test(line))
    const trouble = [...told, ...(life?.left === '' ? [] : [`left: ${life?.left}`])]
    const strayed = await differences(expected)
    return { missed, wrong: [...trouble, ...strayed].map((line) => `${where}: ${line}`) }
  }

  const enumerate = async (t: Test, switches: readonly Switch[], start: readonly string[]) => {
    const models: { readonly left: RealDeath[]; readonly expected: readonly string[] }[] = []
    for (const one of switches) {
      const { deeds, expected } = await model(t, one)
      // The first of each kind and verb stands for those like it; what it is before the deed is the same for all verbs.
      const left: RealDeath[] = []
      for (const action of deeds) {
        const deed = action.replace(/\/.*/, '')
        const [, kind = ''] = deed.split(' ')
        if (!begun.has(kind)) left.push({ action, when: 'before' })
        if (!done.has(deed)) left.push({ action, when: 'after' })
        begun.add(kind)
        done.add(deed)
      }
      actions += deeds.length
      points += left.length
      models.push({ left, expected })
      t.comment(`${one.name}: ${left.length} points in ${deeds.length} actions: ${deeds.join(', ')}`)
    }
    t.same(models.at(-1)?.expected, start, 'undisturbed, the machine is in the end as it was')
    const wrong: string[] = []
    // Each round goes through all documents.
    while (models.some(({ left }) => left.length > 0)) {
      for (const [index, one] of switches.entries()) {
        const { left, expected } = models[index] ?? { left: [], expected: [] }
        const deaths = left.splice(0, AT_ONCE)
        const { missed, wrong: more } = await disturbed(one, deaths, expected)
        wrong.push(...more)
        // What an earlier one has done along with its own action is killed at in another round; the first has none before it.
        const unreached = missed.filter((death) => death === deaths[0])
        wrong.push(...unreached.map(({ action, when }) => `${one.name}, ${when} ${action}: not reached`))
        left.push(...missed.filter((death) => death !== deaths[0]))
      }
      t.comment(`killed ${kills} times after ${Math.round(performance.now() / 1000)} s`)
    }
    t.same(wrong.slice(0, 20), [])
  }

  await t.test('documents', async (t) => {
    await model(t, { name: 'the engine alone', to: EMPTY })
    await enumerate(t, DOCUMENTS, await snapshot())
  })

  await t.test('engines', async (t) => {
    const { expected } = await model(t, { name: 'containers', to: FIRST, first: forgetBoot })
    await enumerate(t, ENGINES, expected)
    await model(t, { name: 'nothing', to: EMPTY })
  })

  await t.test('every kind that a namespace has for itself has come and gone', async (t) => {
    t.comment(`killed ${kills} times, ${actions} actions`)
    t.equal(points, begun.size + done.size, 'before one action of each kind, after one of each verb of it')
    t.equal(kills, points)
    const kindsOf = (verb: string) =>
      [...done].filter((one) => one.startsWith(`${verb} `)).map((one) => one.slice(verb.length + 1))
    t.same([...every.keys()].filter((kind) => !begun.has(kind)).sort(), [...Object.keys(IN_MEMORY), IDLE].sort())
    for (const [verb, kinds] of Object.entries(DONE)) t.equal(kindsOf(verb).sort().join(' '), kinds, verb)
  })
}

/** What stands and should not, and what should and does not. */
async function differences(expected: readonly string[]): Promise<readonly string[]> {
  const found = await snapshot()
  if (found.join('\n') === expected.join('\n')) return []
  const gone = expected.filter((line) => !found.includes(line)).map((line) => `missing: ${line}`)
  const more = found.filter((line) => !expected.includes(line)).map((line) => `too much: ${line}`)
  return ['it is not as it should be', ...gone, ...more]
}
