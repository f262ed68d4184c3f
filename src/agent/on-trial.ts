// New generations on trial: what waits to be confirmed or has to become Ready is written down before anything is done, and taken
// back when its time is up. An agent that starts anew goes on with the time that is left; after a reboot in that time the
// generation before is there from the start.
import { randomUUID } from 'node:crypto'
import { merge, type Subscription } from 'rxjs'
import { Refusal } from '../api/refusal.ts'
import { holds } from '../core/condition.ts'
import { asRosError } from '../core/errors.ts'
import { type Key, kindOf } from '../core/resource.ts'
import { arrived, type Health, type Proving, prove, type Unconfirmed, unproven, type Way } from '../core/trial.ts'
import { originOf } from '../core/undo.ts'
import type { Host, Probes } from '../host/ports.ts'
import type { Arrived } from './chronicle.ts'
import type { Events } from './events.ts'
import type { History } from './history.ts'
import type { TextFile } from './kept-file.ts'
import type { Restorer } from './restorer.ts'
import type { State, Store } from './store.ts'
import { messageOf, type Troubles } from './troubles.ts'

export interface OnTrial {
  /** Takes back what a reboot found unconfirmed. To be called before the document is first read. */
  begin(): Promise<void>
  /** Called by the chronicle. */
  arrived(arrival: Arrived): Promise<void>
  /** A command that changes something has come. What waits is confirmed by it if the way it came proves anything. */
  heard(way: Way): Promise<void>
  /** The same by a person who wants to know: rejects with a Refusal where nothing is confirmed. The generation that was. */
  confirm(way: Way): Promise<number>
  /** Watches over what is on trial. */
  follow(): Subscription
}

export interface OnTrialParts {
  /** Outlives a boot. */
  readonly file: TextFile
  /** Dies with the boot: it tells a start of the agent from one of the machine. */
  readonly mark: TextFile
  readonly history: History
  readonly store: Store
  readonly troubles: Pick<Troubles, 'now'>
  readonly events: Pick<Events, 'add'>
  readonly probes: Pick<Probes, 'again' | 'list' | 'changes'>
  readonly restorer: Pick<Restorer, 'rollBack' | 'rollBackFiles'>
  /** Ends a pause: what is taken back has to be carried out. */
  readonly resume: (why: string) => Promise<unknown>
  /** Milliseconds the machine has been up. */
  readonly uptime: () => number
  readonly log: Host['log']
}

/** Kinds of which nothing may be under way when a change of the way to the machine counts as in force. */
const WAY = new Set([
  'link',
  'address',
  'route',
  'wifi',
  'dhcp',
  'resolver',
  'ssh-key',
  'file',
  'sysctl',
  'rule',
  'firewall',
  'hook'
])
const TRY_AGAIN_MS = 5_000

interface Kept {
  readonly boot: string
  readonly unconfirmed: Unconfirmed | null
  readonly proving: Proving | null
}

export function createOnTrial(parts: OnTrialParts): OnTrial {
  const { file, mark, history, store, troubles, probes, events, restorer, resume, uptime, log } = parts
  let boot = ''
  let unconfirmed: Unconfirmed | null = null
  let proving: Proving | null = null
  let timer: NodeJS.Timeout | null = null
  let restoring = false
  /** The probes were tried after everything else of the generation had become Ready: what they said before is of the past. */
  let tried = false

  const save = async () => {
    const kept: Kept = { boot, unconfirmed, proving }
    history.pin(unconfirmed?.back ?? null, proving?.back ?? null)
    try {
      await file.write(JSON.stringify(kept))
    } catch (thrown) {
      log('error', { error: asRosError(thrown).message }, 'what is on trial could not be written down')
    }
    store.next({ confirm: unconfirmed })
  }

  const tell = (type: 'Normal' | 'Warning', reason: string, message: string) =>
    events.add({ type, reason, message, key: null })

  const rolledBack = async (from: number, message: string) => {
    const taken = history.list().filter(({ generation, by }) => generation >= from && by.how !== 'rollback')
    for (const { generation } of taken) await history.amend(generation, { outcome: { is: 'rolled back', message } })
  }

  /** Goes back; what is on trial stays so until that is in force. */
  const goBack = async (back: number, from: number, why: string) => {
    restoring = true
    try {
      const answer = await restorer.rollBack(back, why)
      if (!answer.taken) throw answer.error
      await resume(`generation ${back} is restored`)
      await rolledBack(from, why)
      tell('Warning', 'RolledBack', `generation ${back} is restored: ${why}`)
    } catch (thrown) {
      const error = asRosError(thrown).message
      log('error', { back, error }, 'a generation could not be restored; it is tried again')
      tell('Warning', 'RollbackFailed', `generation ${back} could not be restored: ${error}`)
      timer = setTimeout(watch, TRY_AGAIN_MS)
    } finally {
      restoring = false
    }
  }

  /** Of an earlier boot: the files are put back before they are read. Where that fails the loop does it, at once. */
  const takeBack = async (open: Unconfirmed) => {
    const why = 'the machine was started anew before it was confirmed'
    try {
      await restorer.rollBackFiles(open.back, why)
      await rolledBack(open.back + 1, why)
      tell('Warning', 'RolledBack', `generation ${open.back} is restored: ${why}`)
      unconfirmed = null
      proving = null
    } catch (thrown) {
      log(
        'error',
        { back: open.back, error: asRosError(thrown).message },
        'the files of a generation could not be taken back'
      )
      unconfirmed = { ...open, deadline: uptime(), since: null }
    }
  }

  const confirmed = async ({ generation }: Unconfirmed, how: string) => {
    unconfirmed = null
    await save()
    tell('Normal', 'Confirmed', `generation ${generation} is confirmed by ${how}`)
  }

  const inForce = ({ generation, observedGeneration, resources }: State) =>
    unconfirmed?.generation === generation &&
    observedGeneration === generation &&
    ![...resources.values()].some((status) => WAY.has(kindOf(status.key)) && holds(status, 'Progressing'))

  function watch(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (restoring) return
    const now = uptime()
    if (unconfirmed !== null && now >= unconfirmed.deadline) {
      const { back, seconds } = unconfirmed
      void goBack(back, back + 1, `not confirmed within ${seconds} s`)
      return
    }
    if (unconfirmed !== null && unconfirmed.since === null && inForce(store.value)) {
      unconfirmed = { ...unconfirmed, since: now }
      void save()
    }
    if (proving !== null && judge(proving, now)) return
    const next = Math.min(unconfirmed?.deadline ?? Infinity, proving?.deadline ?? Infinity)
    if (next !== Infinity) timer = setTimeout(watch, Math.min(next - now, 60_000))
  }

  /** True when it is being taken back. */
  const judge = (open: Proving, now: number): boolean => {
    const health = healthOf(store.value, open, troubles.now)
    if (!tried && health.compared && health.failing.every(({ key }) => key.startsWith('probe/'))) {
      tried = true
      probes.again()
    }
    const verdict = prove(open, withProbes(health, store.value, probes.list()), now)
    if (verdict.is === 'open') return false
    if (verdict.is === 'failed') {
      const when = now < open.deadline ? 'it failed' : `not Ready within ${open.seconds} s`
      void goBack(open.back, open.generation, `${when}: ${verdict.why}`)
      return true
    }
    proving = null
    void save()
    if (verdict.is === 'kept') tell('Warning', 'NotRolledBack', `generation ${open.generation} stays: ${verdict.why}`)
    return false
  }

  return {
    async begin() {
      const kept = parse(await file.read())
      const marked = await mark.read()
      boot = marked ?? randomUUID()
      if (marked === null) await mark.write(boot).catch(() => undefined)
      if (kept === null) return
      const same = kept.boot === boot
      ;({ unconfirmed, proving } = kept)
      if (proving !== null && !same) proving = { ...proving, deadline: uptime() + proving.seconds * 1000 }
      if (unconfirmed !== null && !same) await takeBack(unconfirmed)
      await save()
    },
    async arrived({ generation, before, by, rules, seconds, unwell }) {
      const now = uptime()
      const old = JSON.stringify([unconfirmed, proving])
      tried = false
      if (by.how === 'rollback') {
        unconfirmed = null
        proving = null
      } else {
        const back = unconfirmed === null ? null : await history.read(unconfirmed.back)
        // Going back by hand to where it would go back by itself needs no proof.
        const returns = back !== null && by.repeats === originOf(back)
        if (returns) unconfirmed = null
        const wait = returns ? (by.confirm ?? 0) : seconds
        if (before > 0) unconfirmed = arrived(unconfirmed, { generation, before, seconds: wait, now })
        const within = by.proves?.seconds ?? rules.rollbackSeconds
        proving =
          before === 0 || within === 0
            ? null
            : {
                generation,
                back: before,
                seconds: within,
                deadline: now + within * 1000,
                unwell,
                ...(by.proves === undefined ? {} : { keys: by.proves.keys })
              }
      }
      if (JSON.stringify([unconfirmed, proving]) === old) return
      await save()
      if (unconfirmed?.generation === generation)
        tell(
          'Warning',
          'ConfirmPending',
          `generation ${unconfirmed.back} is restored unless generation ${generation} is confirmed within ${Math.ceil((unconfirmed.deadline - now) / 1000)} s: log in anew, then \`ros confirm\``
        )
    },
    async heard(way) {
      if (unconfirmed === null || restoring || unproven(unconfirmed, way) !== null) return
      await confirmed(unconfirmed, 'a command over a new connection')
    },
    async confirm(way) {
      if (unconfirmed === null || restoring)
        throw new Refusal(
          'ROS_API_NOTHING_TO_CONFIRM',
          'nothing waits to be confirmed; `ros history` says what became of the last change'
        )
      const why = unproven(unconfirmed, way)
      if (why !== null) throw new Refusal('ROS_API_NOT_CONFIRMED', why)
      const { generation } = unconfirmed
      await confirmed(unconfirmed, '`ros confirm`')
      return generation
    },
    follow() {
      const following = merge(store.changes, probes.changes).subscribe(watch)
      following.add(() => {
        if (timer !== null) clearTimeout(timer)
      })
      return following
    }
  }
}

function healthOf(
  { generation, observedGeneration, resources }: State,
  open: Proving,
  troubles: Troubles['now']
): Health {
  const failing = [...resources.values()].filter((status) => !holds(status, 'Ready'))
  return {
    compared: generation === open.generation && observedGeneration === generation,
    // What has failed explains more than what waits for it.
    failing: failing
      .toSorted((a, b) => Number(troubles.has(b.key)) - Number(troubles.has(a.key)))
      .map((status) => ({
        key: status.key,
        message: troubles.get(status.key) ?? messageOf(status),
        failed: holds(status, 'Degraded')
      }))
  }
}

/** What probes say themselves is newer than what was last seen of them. */
function withProbes({ compared, failing }: Health, { resources }: State, probes: ReturnType<Probes['list']>): Health {
  const silent = [...probes].flatMap(([name, { state, message }]) => {
    const key: Key = `probe/${name}`
    return state === 'passes' || !resources.has(key) ? [] : [{ key, message }]
  })
  return { compared, failing: [...failing.filter(({ key }) => !silent.some((one) => one.key === key)), ...silent] }
}

function parse(text: string | null): Kept | null {
  try {
    const kept: Partial<Kept> | null = JSON.parse(text ?? 'null') // written by us
    if (typeof kept?.boot !== 'string') return null
    return { boot: kept.boot, unconfirmed: kept.unconfirmed ?? null, proving: kept.proving ?? null }
  } catch {
    return null
  }
}
