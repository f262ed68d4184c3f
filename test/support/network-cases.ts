// Declared networks as cases: each is applied on a real kernel, verified with `ip -json`, put back where it was changed by
// hand, and taken away, after which everything is as before. A case is a list item of test/kinds/networks/*.yml, or of
// test/e2e/networks/*.yml where the kernel of this machine may lack what it is made of.
import { readFileSync } from 'node:fs'
import type { Test } from 'tap'
import { parse } from 'yaml'
import { buildDocument } from '../../src/document/build.ts'
import { showProblem } from '../../src/document/problem.ts'
import { layer } from '../document/support.ts'
import type { Network, NetworkMachine } from './network-machine.ts'

/** What a network shows, and what led to it. */
interface Stage {
  readonly network: Network
  /** The first plan, line by line; not given: any. */
  readonly plan?: readonly string[]
  /** All that `ip` was called with; not given: anything. */
  readonly changes?: readonly string[]
  /** Words after `ip -json` and what is in its list, each a part of some entry. */
  readonly shows?: Readonly<Record<string, readonly unknown[]>>
  /** Kernel parameters and their values. */
  readonly sysctl?: Readonly<Record<string, string>>
}

interface Drift {
  /** Words of one `ip`, or a list of several. */
  readonly by: string | readonly string[]
  readonly plan: readonly string[]
  readonly changes?: readonly string[]
  /** Links are made anew by it, and have other numbers. */
  readonly renews?: true
}

export interface NetworkCase extends Stage {
  readonly name: string
  /** Words of each `ip` that makes what is there before. */
  readonly given?: readonly string[]
  readonly drift?: readonly Drift[]
  /** Documents that follow the first, in turn. */
  readonly then?: readonly Stage[]
}

/** The cases of a file. */
export function networkCases(file: URL): readonly NetworkCase[] {
  const text = readFileSync(file, 'utf8')
  const cases = parse(text) as readonly NetworkCase[] // a table of our own
  if (cases.length === 0) throw new Error(`${file.pathname} has no cases`)
  return cases.map((one) => ({ ...read(one), ...(one.then === undefined ? {} : { then: one.then.map(read) }) }))
}

/** With its network as a document has it that was read and checked. */
function read<T extends Stage>(stage: T): T {
  const built = buildDocument([
    layer('user', `#cloud-config\n${JSON.stringify({ rancher: { network: stage.network } })}\n`)
  ])
  if (!built.ok) throw new Error(built.problems.map(showProblem).join('\n'))
  return { ...stage, network: built.document.data.rancher?.network ?? {} }
}

/** Runs one case; the machine is left as it was found. */
export async function playNetworkCase(t: Test, net: NetworkMachine, one: NetworkCase): Promise<void> {
  const found = await picture(net)
  for (const words of one.given ?? []) await net.ip(words)
  const before = await picture(net)
  try {
    await live(t, net, one)
  } finally {
    // Also where it failed: the next case has the machine.
    await settle(net, {})
  }
  t.same(await picture(net), before, 'taken away, all is as before')
  for (const words of (one.given ?? []).toReversed()) await undo(net, words)
  t.same(await picture(net), found, 'the case leaves nothing')
}

/** All stages in turn; then each drift is healed. */
async function live(t: Test, net: NetworkMachine, one: NetworkCase): Promise<void> {
  for (const stage of [one, ...(one.then ?? [])]) await reach(t, net, stage)
  let wanted = await picture(net)
  const { network } = one.then?.at(-1) ?? one
  for (const { by, plan, changes, renews } of one.drift ?? []) {
    for (const words of [by].flat()) await net.ip(words)
    net.changes()
    const what = [by].flat().join('; ')
    t.same(linesOf(await net.apply(network)), plan, what)
    if (changes !== undefined) t.same(net.changes(), changes, what)
    t.equal(await net.apply(network), '', `${what}: once`)
    if (renews === true) wanted = await picture(net)
    else t.same(await picture(net), wanted, `${what}: as before`)
  }
}

async function reach(t: Test, net: NetworkMachine, { network, plan, changes, shows, sysctl }: Stage): Promise<void> {
  net.changes()
  const first = linesOf(await net.apply(network))
  if (plan !== undefined) t.same(first, plan)
  await settle(net, network)
  if (changes !== undefined) t.same(net.changes(), changes)
  for (const [words, entries] of Object.entries(shows ?? {})) {
    const shown = JSON.parse((await net.ip(`-json ${words}`)).trim() || '[]') as readonly unknown[] // ip prints a list
    for (const entry of entries)
      t.ok(
        shown.some((other) => holds(other, entry)),
        `ip ${words} shows ${JSON.stringify(entry)}`,
        { shown }
      )
  }
  for (const [name, value] of Object.entries(sysctl ?? {})) t.equal(await net.sysctl(name), value, name)
}

/** Passes until there is nothing to do. */
async function settle(net: NetworkMachine, network: Network): Promise<void> {
  for (let passes = 0; passes < 4; passes += 1) if ((await net.apply(network)) === '') return
  throw new Error(`after four passes there is still something to do: ${await net.apply(network)}`)
}

/** `link add`, `address add`, `route add`, `rule add` and `link set … up` taken back. */
async function undo(net: NetworkMachine, words: string): Promise<void> {
  if (/link set \S+ up$/.test(words)) await net.ip(words.replace(/ up$/, ' down'))
  else if (/link add/.test(words)) await net.ip(`link delete ${/name (\S+)/.exec(words)?.[1] ?? ''}`)
  else if (/(address|route|rule) add/.test(words)) await net.ip(words.replace(/ add /, ' delete '))
}

/** Whether all of `part` is in `whole`; lists are compared as they stand. */
function holds(whole: unknown, part: unknown): boolean {
  if (typeof part !== 'object' || part === null) return whole === part
  if (typeof whole !== 'object' || whole === null || Array.isArray(part) !== Array.isArray(whole)) return false
  if (Array.isArray(part) && Array.isArray(whole))
    return part.length === whole.length && part.every((one, at) => holds(whole[at], one))
  return Object.entries(part).every(([key, value]) => holds((whole as Record<string, unknown>)[key], value)) // an object, as looked at above
}

/** Counters of the kernel, and how far a port of a bridge has come: they differ from one look to the next. */
const COUNTS = /_timer$|_life_time$|^expires$|^state$|^topology_change|^(designated|root|change|config|bridge)_/

/** All that `ip` tells, but for what counts by itself; lists in no order. */
async function picture(net: NetworkMachine): Promise<unknown> {
  const tables = ['-details address show', '-details route show table all', 'rule show', '-6 rule show']
  const all = await net.inside(['sh', '-c', tables.map((words) => `ip -json ${words}`).join(';')])
  return all.split('\n').map((line) => still(JSON.parse(line.trim() || '[]')))
}

function still(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .filter((one) => !isOfVrfs(one))
      .map(still)
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, one]) => (COUNTS.test(key) ? [] : [[key, still(one)]]))
  )
}

/** The rule that the kernel makes with the first VRF, and keeps. */
function isOfVrfs(entry: unknown): boolean {
  return typeof entry === 'object' && entry !== null && 'l3mdev' in entry
}

function linesOf(plan: string): readonly string[] {
  return plan.split('\n').filter((line) => line !== '')
}
