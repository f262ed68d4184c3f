// What must hold of a machine after whatever happened to it.
import { strict as assert } from 'node:assert'
import { type EngineRoom, engineRoom } from '../../support/engine-room.ts'
import type { TestMachine } from '../../support/machine.ts'
import { until } from '../../support/loop.ts'

/** What is not to be lost: whose containers they are and since when they run, how often the document changed. */
export interface Standing {
  /** `name id start` of every container of both engines, by `system/name` and `user/name`. */
  readonly containers: ReadonlyMap<string, string>
  /** Numbers of the generations that are kept, oldest first. */
  readonly history: readonly number[]
  readonly descriptors: number
}

export interface Chaos {
  readonly room: EngineRoom
  /** A program of the machine beside PID 1; its output. Rejects on a non-zero exit. */
  beside(line: string): Promise<string>
  /** How it stands, once nothing goes on any more. */
  standing(): Promise<Standing>
  /** A fault of the agent, which starts itself anew; resolves when the new one answers. */
  crash(): Promise<void>
  /** Waits for the machine to be as the document says, and asserts that nothing is lost, dead or open. */
  sound(before: Standing, changed?: readonly string[]): Promise<Standing>
}

/** So many generations are kept at least. */
const KEPT = 50
/** Descriptors may differ by so many: an engine's connection that is just being used again, and one just closed. */
const SLACK = 2
/** Milliseconds for connections that nobody uses to be closed, and for the dead to be waited for. */
const SETTLE = 20_000
/** Milliseconds, and a little. */
const MINUTE = 61_000

export function chaosOf(test: TestMachine): Chaos {
  const { machine } = test
  const room = engineRoom(test)
  const beside = async (line: string) => {
    const { code, stdout, stderr } = await machine.nsenter(['/usr/bin/busybox', 'sh', '-c', line], { timeout: 120_000 })
    if (code !== 0) throw new Error(`'${line}' ended with ${code}: ${stdout}${stderr}`)
    return stdout
  }
  const crashes: number[] = []
  const starts = () => machine.log().split('started anew: Error: asked to fail').length
  const format = `'{{.Name}} {{.Id}} {{.State.StartedAt}} {{.State.Running}}'`
  const of = (program: string) => beside(`${program} inspect -f ${format} $(${program} ps -aq)`)
  const standing = async (): Promise<Standing> => {
    const lists = await Promise.all([of('system-docker'), of('docker')])
    const containers = lists.flatMap((list, at) =>
      list
        .trim()
        .split('\n')
        .map((line) => [`${at === 0 ? 'system' : 'user'}${line.split(' ')[0] ?? ''}`, line] as const)
    )
    const { items } = await room.agent<{ items: readonly { generation: number }[] }>('GET', '/v1/history')
    return {
      containers: new Map(containers),
      history: items.map(({ generation }) => generation),
      descriptors: room.descriptors()
    }
  }
  return {
    room,
    beside,
    standing,
    async crash() {
      // The third fault within a minute is one too many for the agent: it asks a person.
      await until(() => Date.now() - (crashes.at(-2) ?? 0) > MINUTE, 2 * MINUTE, 'a minute with one fault')
      crashes.push(Date.now())
      const before = starts()
      await beside('ros agent restart --fault')
      await until(() => starts() > before, 30_000, 'a new agent')
      await until(
        () =>
          room.agent('GET', '/v1/version').then(
            () => true,
            () => false
          ),
        30_000,
        'its answer'
      )
    },
    async sound(before, changed = []) {
      await until(
        () =>
          beside('ros wait --timeout 120').then(
            () => true,
            () => false
          ),
        180_000,
        'a machine as the document says'
      )
      assert.equal(await beside('ros plan'), 'nothing to do\n')
      const zombies = () => beside(`cat /proc/[0-9]*/stat 2>/dev/null | grep -c ') Z ' || true`)
      await until(async () => (await zombies()).trim() === '0', SETTLE, 'no zombie')
      await until(
        () => room.descriptors() <= before.descriptors + SLACK,
        SETTLE,
        `at most ${before.descriptors + SLACK} descriptors`
      ).catch((cause: unknown) => {
        throw new Error(`${room.descriptors()} descriptors`, { cause })
      })
      const after = await standing()
      const untouched = (of: Standing) => new Map([...of.containers].filter(([name]) => !changed.includes(name)))
      assert.deepEqual(untouched(after), untouched(before))
      const newest = after.history.at(-1) ?? 0
      const kept = before.history.filter((generation) => generation > newest - KEPT)
      assert.deepEqual(
        kept.filter((generation) => !after.history.includes(generation)),
        [],
        'generations are lost'
      )
      await room.agent('GET', `/v1/history/${newest}`)
      return after
    }
  }
}
