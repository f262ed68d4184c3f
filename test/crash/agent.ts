// The agent as an ordinary process of the machine it is started on: until it has settled, or until it kills itself right before or
// after one action. Started with its orders as JSON; what became of it is one line of JSON.
import type { Registry } from '../../src/core/plan.ts'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { linuxHost } from '../../src/host/linux.ts'
import { kinds as every } from '../../src/kinds/index.ts'
import { complaintsOf, run } from './life.ts'

export interface Orders {
  readonly document: CloudConfig
  readonly death: RealDeath | null
}

/** `action`: its `verb key`. */
export interface RealDeath {
  readonly action: string
  readonly when: 'before' | 'after'
}

export interface Ended {
  /** `verb key` of every action that was begun. */
  readonly begun: readonly string[]
  /** What still waits or fails. */
  readonly trouble: readonly string[]
  /** The plan it would carry out now. */
  readonly left: string
}

/** Milliseconds in which a real machine settles. */
const LIMIT = 60_000

const { document, death } = JSON.parse(process.argv[2] ?? '{}') as Orders // written by the test
const begun: string[] = []

const never = new Promise<never>(() => {})

/** The kinds as they are, but that the agent dies of one action. What would begin after it is left for the next agent. */
const kinds: Registry = new Map(
  [...every].map(([kind, def]) => [
    kind,
    {
      ...def,
      async act(host, action, signal) {
        if (death !== null && begun.includes(death.action)) return never
        begun.push(action.id)
        if (death?.action !== action.id) return def.act(host, action, signal)
        if (death.when === 'after') await def.act(host, action, signal)
        process.kill(process.pid, 'SIGKILL')
        return never
      }
    }
  ])
)

void live()

async function live(): Promise<void> {
  const host = linuxHost({ registryAuth: () => null, progress: () => {}, log: () => {} })
  const work = run(host, document, kinds, new AbortController().signal)
  const late = new Promise<'late'>((resolve) => setTimeout(() => resolve('late'), LIMIT))
  const end = await Promise.race([work.settled, late])
  const trouble = [...(end === 'late' ? ['it did not settle'] : []), ...complaintsOf(work.now())]
  const ended: Ended = { begun, trouble, left: await work.left() }
  process.stdout.write(JSON.stringify(ended), () => process.exit(0))
}
