// The agent is killed at every call that changes the machine: before it, after it, and in the middle of writing a file. The next
// one has to bring the machine to where an undisturbed one brings it, to the new document or back to the old one.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import t from 'tap'
import type { Told } from './points.ts'

/** What is done to the kinds; commands run once, modules and images are never taken away. */
const DONE = {
  create: 'address command container dhcp engine file hosts image link module mount route ssh-key swap wifi',
  delete: 'address bridge-vlan container dhcp file hostname hosts link mount resolver route ssh-key swap sysctl wifi',
  replace: 'container mount swap',
  update: 'address bridge-vlan dhcp engine file hostname hosts link mount resolver route ssh-key sysctl wifi wireguard'
}
t.setTimeout(300_000)

const child = spawn(process.execPath, [`${import.meta.dirname}/points.ts`], { stdio: ['ignore', 'pipe', 'inherit'] })
const ended = new Promise<number | null>((resolve) => child.on('close', resolve))
const seen = new Set<string>()
let all = 0

for await (const line of createInterface({ input: child.stdout })) {
  const { name, trouble, calls, verbs, points, missed, wrong } = JSON.parse(line) as Told // points.ts writes it
  t.test(name, async (t) => {
    t.comment(`${name}: killed at ${points} points`)
    t.same(trouble, [], 'undisturbed it settles')
    t.same(wrong.slice(0, 5), [])
    // Writes of the ledger that come at once are one write: how many, is a matter of chance.
    t.ok(missed <= calls / 20, `${missed} points were not reached`)
    t.ok(calls > 2 * verbs.length, 'an intent, a deed and its end for each action')
  })
  for (const verb of verbs) seen.add(verb)
  all += points
}

t.test('every kind has come and gone', async (t) => {
  t.equal(await ended, 0)
  t.comment(`killed at ${all} points in all`)
  const kindsOf = (verb: string) =>
    [...seen].filter((one) => one.startsWith(`${verb} `)).map((one) => one.slice(verb.length + 1))
  for (const [verb, kinds] of Object.entries(DONE)) t.equal(kindsOf(verb).sort().join(' '), kinds, verb)
})
