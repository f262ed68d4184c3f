import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type FileHandle, open, readFile, stat, writeFile } from 'node:fs/promises'
import { uptime } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { emptyCgroups, moveOut } from './cgroup.ts'
import { namespaceLine } from './kernel-line.ts'
import { exits } from './options.ts'
import type { PtyConsole } from './pty-console.ts'
import { quote } from './quote.ts'
import { cutCable, layCable, relayCable, type Veth } from './veth.ts'

export interface BootSetup {
  /** Root tree of the image; never written to. */
  readonly root: string
  readonly state: string
  /** Run folder: cmdline, swaps, config-drive, and the FIFO `go`. */
  readonly folder: string
  readonly cgroups: readonly string[]
  readonly append: string | undefined
}

/** The namespaces of one machine: made by `start`, made again by `run` each time the machine reboots. */
export class NamespaceBoot {
  readonly #setup: BootSetup
  #ended: Promise<number> = Promise.resolve(exits.failed)
  #go: FileHandle | null = null
  #veth: Veth | null = null
  /** How it ends when that is not the machine's to decide. */
  #verdict: number | null = null
  #pid = 0

  constructor(setup: BootSetup) {
    this.#setup = setup
  }

  /** PID 1 as this host sees it; 0 when there is none. */
  get pid(): number {
    return this.#pid
  }

  /** Makes the namespaces, plugs the network cable in and lets PID 1 go on. */
  async start(console: PtyConsole): Promise<Veth> {
    const { folder, cgroups, append } = this.#setup
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...startArgv(this.#setup)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'], SHELL: '/bin/sh', TERM: 'linux' }
    })
    this.#ended = once(child, 'close').then(
      ([code]) => (typeof code === 'number' ? code : exits.failed),
      () => exits.failed
    )
    console.attach(child)
    try {
      const outer = await this.#childOf(child.pid ?? 0)
      this.#pid = await this.#childOf(outer)
      await moveOut(cgroups, outer)
      if (this.#veth === null) this.#veth = await layCable(this.#pid)
      else await relayCable(this.#veth, this.#pid)
      await writeFile(join(folder, 'cmdline'), `${namespaceLine({ veth: this.#veth, append })}\n`)
      // Opened for reading too, and left open: writing neither waits for PID 1 nor is lost before it reads.
      this.#go = await open(join(folder, 'go'), 'r+')
      await this.#go.write('go\n')
      await this.#rooted()
      return this.#veth
    } catch (error) {
      child.kill('SIGKILL')
      await this.#ended
      await this.#go?.close()
      throw error
    }
  }

  /** Waits for the end, through as many reboots as there are. Resolves with an exit status of `exits`; never rejects. */
  async run(console: PtyConsole, reboot: boolean): Promise<number> {
    for (;;) {
      const status = await this.#ended
      this.#pid = 0 // the number may be another process's from now on
      const how = this.#verdict ?? ending(status)
      try {
        await this.#go?.close()
        if (this.#veth !== null) await cutCable(this.#veth)
        if (how !== exits.rebooted || !reboot) return how
        await emptyCgroups(this.#setup.cgroups)
        await this.start(console)
        // Told to end while there was nothing to end.
        if (this.#verdict !== null) this.#kill('SIGKILL')
      } catch (error) {
        process.stderr.write(`the machine could not be started again: ${(error as Error).message}\n`)
        return exits.failed
      }
    }
  }

  /** Ends it as a pulled plug does. */
  end(verdict: number): void {
    this.#verdict ??= verdict
    this.#kill('SIGKILL')
  }

  /** What QMP does to a virtual machine, as far as namespaces have it. */
  async command(name: string): Promise<unknown> {
    // init(8) and the agent take SIGPWR for the power button.
    if (name === 'system_powerdown') return this.#kill('SIGPWR')
    throw new Error(`namespaces have no ${name}; there is system_powerdown only`)
  }

  #kill(signal: NodeJS.Signals): void {
    if (this.#pid === 0) return
    try {
      // Not the wrappers: unshare(1) ends only after the kernel has emptied the namespace.
      process.kill(this.#pid, signal)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
    }
  }

  /** Waits until PID 1 has its own root: a command that enters its namespaces before that would see the host's files. */
  async #rooted(): Promise<void> {
    const host = await stat('/')
    const ended = this.#ended.then(() => true)
    while (!(await Promise.race([ended, delay(5, false)]))) {
      // The script leaves the host's root below /mnt for a moment.
      const seen = ['.', 'mnt'].map((path) => stat(`/proc/${this.#pid}/root/${path}`).catch(() => host))
      if ((await Promise.all(seen)).every(({ dev }) => dev !== host.dev)) return
    }
    throw new Error(noNamespaces)
  }

  /** The only child of a process, as soon as it has one. */
  async #childOf(pid: number): Promise<number> {
    const ended = this.#ended.then(() => true)
    for (;;) {
      const words = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
      if (words.trim() !== '') return Number(words.trim().split(' ')[0])
      if (await Promise.race([ended, delay(5, false)])) {
        throw new Error(noNamespaces)
      }
    }
  }
}

const noNamespaces = 'the namespaces could not be made'
const rootScript = join(dirname(fileURLToPath(import.meta.url)), 'namespace-root.sh')

/**
 * script(1) gives the machine a terminal for a console; what it runs enters the control groups and makes the namespaces.
 * Each link of the chain dies with the one before it. Modules and the clock would be the host's: PID 1 may not touch them.
 */
function startArgv({ root, state, folder, cgroups }: BootSetup): string[] {
  const { rows, columns } = process.stdout.isTTY ? process.stdout : { rows: 25, columns: 80 }
  const unshare = ['unshare', '--fork', '--kill-child=KILL', '--pid', '--mount', '--uts', '--ipc', '--net', '--cgroup']
  // The machine's uptime counts from its own start, as boot times should (time_namespaces(7); not every kernel has them).
  if (existsSync('/proc/self/ns/time')) unshare.push('--time', `--boottime=-${Math.floor(uptime())}`)
  const privileges = ['setpriv', '--bounding-set=-sys_module,-sys_time']
  const words = [
    'setpriv',
    '--pdeathsig',
    'KILL',
    ...unshare,
    ...privileges,
    'sh',
    rootScript,
    root,
    state,
    folder,
    `${rows}`,
    `${columns}`
  ]
  // Builtins only, so that the shell's one child is PID 1.
  const command = [
    ...cgroups.map((path) => `echo 0 >${quote(`${path}/cgroup.procs`)}`),
    // What unshare(1) itself complains of has no place on the machine's console.
    `exec ${words.map(quote).join(' ')} 2>${quote(`${folder}/errors`)}`
  ].join(' && ')
  return ['script', '--quiet', '--return', '--flush', '--echo', 'always', '--command', command, '/dev/null']
}

/** reboot(2) in a PID namespace ends its init with SIGINT for power-off and SIGHUP for a restart. */
function ending(status: number): number {
  if (status === 128 + 2) return exits.poweredOff
  return status === 128 + 1 ? exits.rebooted : exits.failed
}
