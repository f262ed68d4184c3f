// Cases of networks (network-cases.ts) played on a machine: there, as wanted, healed, gone.
import type { Test } from 'tap'
import { argvOf, type NetworkCase, type Stage } from './network-cases.ts'
import type { Network, NetworkMachine } from './network-machine.ts'
import { answers, pictureAfterPass } from './network-picture.ts'

/** Runs each case as a test of its own; the machine is left as it was found. */
export async function playNetworkCases(t: Test, net: NetworkMachine, cases: readonly NetworkCase[]): Promise<void> {
  const found = await bare(net, [])
  for (const one of cases) await t.test(one.name, (t) => play(t, net, one, found))
}

/** `found`: the machine before it, where nothing besides is looked at. */
async function play(t: Test, net: NetworkMachine, one: NetworkCase, found: unknown): Promise<void> {
  const { given = [] } = one
  const besides = besidesOf(one)
  if (given.length > 0) await batch(net, given)
  const before = given.length + besides.length === 0 ? found : await bare(net, besides)
  try {
    await live(t, net, one, besides)
  } catch (thrown) {
    // The next case has the machine.
    await settle(net, {})
    throw thrown
  }
  t.same(await bare(net, besides), before, 'taken away, all is as before')
  if (given.length === 0) return
  await batch(net, given.toReversed().flatMap(undone))
  t.same(await bare(net, []), found, 'the case leaves nothing')
}

/** All stages in turn; then each drift is healed. */
async function live(t: Test, net: NetworkMachine, one: NetworkCase, besides: readonly string[]): Promise<void> {
  for (const stage of [one, ...(one.then ?? [])]) await reach(t, net, stage)
  const { network } = one.then?.at(-1) ?? one
  const { drift = [] } = one
  let wanted = drift.length === 0 ? null : await pictureAfterPass(net, besides)
  for (const { by, plan, changes, later, renews } of drift) {
    const what = [by].flat().join('; ')
    await batch(net, [by].flat())
    net.changes()
    t.same(linesOf(await net.apply(network)), plan, what)
    if (changes !== undefined) t.same(net.changes(), changes, what)
    if (later !== undefined) t.same(linesOf(await net.apply(network)), later, `${what}: what it waited for`)
    t.equal(await net.apply(network), '', `${what}: no more`)
    const healed = await pictureAfterPass(net, besides)
    if (renews === true) wanted = healed
    else t.same(healed, wanted, `${what}: as before`)
  }
}

async function reach(t: Test, net: NetworkMachine, { network, plan, changes, shows, sysctl }: Stage): Promise<void> {
  net.changes()
  const first = linesOf(await net.apply(network))
  if (plan !== undefined) t.same(first, plan)
  await settle(net, network)
  if (changes !== undefined) t.same(net.changes(), changes)
  const looks = [...Object.keys(shows ?? {}).map(lookOf), ...Object.keys(sysctl ?? {}).map(lookOfSysctl)]
  const told = await answers(net, looks)
  for (const [at, [name, entries]] of Object.entries({ ...shows, ...sysctl }).entries()) {
    const text = told[at] ?? ''
    if (typeof entries === 'string') t.equal(text, entries, name)
    else for (const entry of entries) t.ok(tells(text, entry), `${name} shows ${JSON.stringify(entry)}`, { text })
  }
}

/** Passes until there is nothing to do. */
async function settle(net: NetworkMachine, network: Network): Promise<void> {
  for (let passes = 0; passes < 4; passes += 1) if ((await net.apply(network)) === '') return
  throw new Error(`after four passes there is still something to do: ${await net.apply(network)}`)
}

/** The machine once nothing is wanted of it. */
async function bare(net: NetworkMachine, besides: readonly string[]): Promise<unknown> {
  await settle(net, {})
  return pictureAfterPass(net, besides)
}

/** Commands one after the other; those of `ip` that follow each other in one process. */
async function batch(net: NetworkMachine, commands: readonly string[]): Promise<void> {
  let lines: string[] = []
  const flush = async () => {
    if (lines.length > 0) await net.inside(['ip', '-batch', '-'], lines.map((line) => `${line}\n`).join(''))
    lines = []
  }
  for (const command of commands) {
    const [program, ...words] = argvOf(command)
    if (program === 'ip' && !command.startsWith('-')) {
      lines.push(command)
      continue
    }
    await flush()
    const [plain = '', input] = words.join(' ').split(' < ')
    if (program === 'write') await net.host.files.writeInPlace(plain, input ?? '')
    else await net.inside([program, ...plain.split(' ')], input)
  }
  await flush()
}

/** `link add`, `address add`, `route add`, `rule add` and `link set … up` taken back. */
function undone(words: string): readonly string[] {
  if (/link set \S+ up$/.test(words)) return [words.replace(/ up$/, ' down')]
  if (/link add/.test(words)) return [`link delete ${/name (\S+)/.exec(words)?.[1] ?? ''}`]
  return /(address|route|rule) add/.test(words) ? [words.replace(/ add /, ' delete ')] : []
}

/** Of both families, where a document has some: a look at links, addresses and routes does not tell them. */
const RULES = ['ip -json rule show', 'ip -6 -json rule show']

/** What a case looks at that no picture of links, addresses and routes holds. */
function besidesOf(one: NetworkCase): readonly string[] {
  const stages = [one, ...(one.then ?? [])]
  const shows = stages.flatMap(({ shows = {} }) => Object.keys(shows)).filter((words) => isBesides(argvOf(words)))
  const sysctl = stages.flatMap(({ sysctl = {} }) => Object.keys(sysctl))
  const rules = stages.some(({ network }) => (network.rules ?? []).length > 0) ? RULES : []
  return [...new Set([...shows.map(lookOf), ...sysctl.map(lookOfSysctl), ...rules])]
}

function isBesides([program, ...words]: readonly [string, ...(readonly string[])]): boolean {
  return program !== 'ip' || words.includes('rule')
}

function lookOf(command: string): string {
  const [program, ...words] = argvOf(command)
  return program === 'ip' ? `ip -json ${words.join(' ')}` : command
}

function lookOfSysctl(name: string): string {
  return `cat /proc/sys/${name.replaceAll('/', '%').replaceAll('.', '/').replaceAll('%', '.')}`
}

/** A list of `-json` has such an entry; any other text such a line. */
function tells(text: string, entry: unknown): boolean {
  if (typeof entry === 'string') return text.split('\n').some((line) => line.trim() === entry)
  const shown = JSON.parse(text || '[]') as readonly unknown[] // with -json they print lists
  return shown.some((other) => holds(other, entry))
}

/** Whether all of `part` is in `whole`; lists are compared as they stand. */
function holds(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return whole === part
  if (typeof whole !== 'object' || whole === null || Array.isArray(part) !== Array.isArray(whole)) return false
  if (Array.isArray(part) && Array.isArray(whole))
    return part.length === whole.length && part.every((one, at) => holds(whole[at], one))
  return Object.entries(part).every(([key, value]) => holds((whole as Record<string, unknown>)[key], value)) // an object, as looked at above
}

function linesOf(plan: string): readonly string[] {
  return plan.split('\n').filter((line) => line !== '')
}
