// bootcmd and runcmd: lists of commands that run once per boot, in order, until one fails. A list changed later in the same
// boot runs at the next one; the record in /run is what says that this boot has had its turn.
import { EMPTY } from 'rxjs'
import { type CommandRecord, logged, oneLine, parseRecord, recordPath } from '../core/command-record.ts'
import { isAbort, RosError } from '../core/errors.ts'
import type { KindDef } from '../core/kind.ts'
import { type Key, nameOf, type Seen, type Spec } from '../core/resource.ts'
import { CONSOLE } from '../core/write-files.ts'
import type { Host } from '../host/ports.ts'

type Line = string | readonly string[]

export const command: KindDef<'command'> = {
  kind: 'command',
  resync: 600_000,
  deadline: 1_800_000,

  *want({ data, from }) {
    const boot = (data.bootcmd ?? []).filter(isCommand)
    if (boot.length > 0)
      yield { key: 'command/bootcmd', spec: { commands: boot, where: 'host' }, needs: [], from: from(['bootcmd']) }
    const run = (data.runcmd ?? []).filter(isCommand)
    if (run.length === 0) return
    yield {
      key: 'command/runcmd',
      spec: { commands: run, where: 'console' },
      needs: [`container/system/${CONSOLE}`],
      from: from(['runcmd'])
    }
  },

  judge: (want, seen) => (want !== null && seen === null ? { verb: 'create', why: 'runs once per boot' } : null),

  complain(_want, { state, message }) {
    if (state === 'running') return 'the agent ended while the commands ran; they do not run again before the next boot'
    return state === 'failed' ? message : null
  },

  show: ({ state, message }) => ({ state, message, next: 'the list of that moment runs at the next boot' }),

  irreversible: () => 'what commands have done stays done',

  // Commands may hold passwords.
  fields: () => [],

  watch: () => EMPTY,

  async observe(host, keys) {
    const seen = new Map<Key<'command'>, Seen<'command'>>()
    for (const key of keys) {
      const text = await host.files.read(recordPath(nameOf(key)))
      if (text !== null) seen.set(key, parseRecord(text))
    }
    return seen
  },

  async act(host, { key, to }, signal) {
    const name = nameOf(key)
    if (to === null || (await host.files.read(recordPath(name))) !== null) return
    await record(host, name, { state: 'running', message: `${to.commands.length} commands` })
    for (const [index, line] of to.commands.entries()) {
      const step = `command ${index + 1} of ${to.commands.length} (${oneLine(line)})`
      host.progress(key, step)
      const trouble = await attempt(host, to.where, name, line, signal)
      if (trouble === null) continue
      const message = `${name}: ${step} ${trouble}; its output is in ${logOf(name)}; the rest did not run`
      await record(host, name, { state: 'failed', message })
      throw new RosError('ROS_COMMAND_FAILED', message, 'never')
    }
    await record(host, name, { state: 'done', message: `${to.commands.length} commands ran` })
  }
}

function isCommand(line: Line): boolean {
  return typeof line === 'string' ? line.trim() !== '' : line.length > 0
}

/** Runs one command to its end; says what went wrong, null: nothing. */
async function attempt(
  host: Host,
  where: Spec<'command'>['where'],
  name: string,
  line: Line,
  signal: AbortSignal
): Promise<string | null> {
  const argv = typeof line === 'string' ? ['sh', '-c', line] : line
  const whole = logged(argv, logOf(name), `+ ${oneLine(line)}`, host.wall.now())
  try {
    const { code } =
      where === 'host'
        ? await host.runner.run(whole, { signal, check: false })
        : await host.docker.system.exec(CONSOLE, whole, { signal })
    return code === 0 ? null : `ended with code ${code}`
  } catch (thrown) {
    if (isAbort(thrown) || signal.aborted)
      return 'was called off: it took too long, the list was changed, or the machine goes down'
    return `could not be run: ${thrown instanceof Error ? thrown.message : String(thrown)}`
  }
}

async function record(host: Host, name: string, entry: CommandRecord): Promise<void> {
  await host.files.writeAtomic(recordPath(name), JSON.stringify(entry))
}

function logOf(name: string): string {
  return `/var/log/${name}.log`
}
