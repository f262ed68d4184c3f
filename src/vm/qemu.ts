import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { chooseAccel } from './accel.ts'
import { makeConfigDrive } from './config-drive.ts'
import { makeDisk, parseDisk } from './disks.ts'
import { imageFolder } from './image.ts'
import { startKeeper } from './keeper.ts'
import { sshKey } from './key.ts'
import type { Machine } from './machine.ts'
import { defaults, exits, type MachineOptions } from './options.ts'
import { makeRunFolder, newLogFile } from './paths.ts'
import { qemuArgv } from './qemu-argv.ts'
import { connectQmp, type Qmp, type QmpEvent } from './qmp.ts'
import { reach } from './reach.ts'
import { run } from './run.ts'
import { keepTerminal } from './terminal.ts'

const qemu = 'qemu-system-x86_64'

/** Starts a virtual machine; resolves when QEMU runs, long before ssh answers. */
export async function startQemu(options: MachineOptions): Promise<Machine> {
  const image = await imageFolder(options)
  const version = await qemuVersion()
  const report = options.report
  const { accel, why } =
    options.accel === undefined || options.accel === 'auto'
      ? await chooseAccel({ qemu, version, image, report })
      : { accel: options.accel, why: 'as asked for' }
  report?.(accel === 'kvm' ? 'using KVM' : `software emulation, which is slow (${why})`)

  const disks = (options.disks ?? []).map(parseDisk)
  for (const disk of disks) if (await makeDisk(disk)) report?.(`made disk ${disk.file}`)
  const key = await sshKey()
  const logFile = options.log ?? (await newLogFile())
  await writeFile(logFile, '')
  const folder = await makeRunFolder()
  const keeper = startKeeper('[ "$keep" ] || rm -rf "$1"', [folder])
  try {
    const configDrive = await makeConfigDrive(folder, { config: options.config, publicKey: key.publicKey })
    const [ours, others] = [join(folder, 'ours.qmp'), join(folder, 'qmp')]
    const port = options.sshPort ?? (await freePort())
    const console = options.console ?? 'log'
    const argv = qemuArgv({
      qemu,
      version: Number.parseInt(version, 10),
      accel,
      image,
      disks: disks.map(({ file }) => file),
      configDrive,
      nics: options.nics ?? defaults.nics,
      netdevs: options.netdevs ?? [],
      memory: options.memory ?? defaults.memory,
      cpus: options.cpus ?? defaults.cpus,
      sshPort: port,
      append: options.append,
      reboot: options.reboot ?? true,
      unsafe: options.unsafe ?? false,
      console,
      log: logFile,
      qmp: [ours, others]
    })
    const guest = new Guest(argv, console === 'terminal')
    const exited = guest.exited.then(async (code) => {
      await keeper.release(options.keep)
      return code
    })
    const qmp = await guest.connect(ours)
    if (options.timeout !== undefined) {
      const timer = setTimeout(() => guest.end(exits.timedOut), options.timeout * 1000)
      void exited.then(() => clearTimeout(timer))
    }
    return {
      kind: 'qemu',
      ...reach({ host: '127.0.0.1', port, identity: key.identity, logFile, exited }),
      pid: guest.pid,
      qmpSocket: others,
      qmp: (command, args) => qmp.execute(command, args),
      nsenter: () => Promise.reject(new Error('a virtual machine has no namespaces on this host; use ssh')),
      exited,
      async stop() {
        guest.end(exits.stopped)
        await exited
      }
    }
  } catch (error) {
    await keeper.release()
    throw error
  }
}

/** One QEMU process and why it ended. */
class Guest {
  readonly exited: Promise<number>
  readonly pid: number
  readonly #child: ChildProcess
  #said = ''
  /** Exit status we decided on; null while it is the guest's to decide. */
  #verdict: number | null = null
  #reason = ''
  #gone = false

  constructor(argv: readonly string[], terminal: boolean) {
    const restore = terminal ? keepTerminal() : () => {}
    // The kernel ends QEMU when this process ends, in whatever way.
    this.#child = spawn('setpriv', ['--pdeathsig', 'KILL', ...argv], {
      stdio: terminal ? 'inherit' : ['ignore', 'ignore', 'pipe']
    })
    this.pid = this.#child.pid ?? 0
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.#said += text))
    this.exited = once(this.#child, 'close').then(
      ([code]) => {
        this.#gone = true
        restore()
        return this.#verdict ?? (code === 0 ? this.#ending() : exits.failed)
      },
      (error: Error) => {
        this.#gone = true
        this.#said += error.message
        return exits.failed
      }
    )
  }

  /** QEMU opens the socket before the guest runs; a QEMU that ends first says why on standard error. */
  async connect(path: string): Promise<Qmp> {
    const onEvent = ({ event, data }: QmpEvent): void => {
      if (event === 'SHUTDOWN') this.#reason = String(data?.['reason'])
    }
    for (;;) {
      if (this.#gone) throw new Error(`${qemu} did not start: ${this.#said.trim() || 'it said nothing'}`)
      try {
        return await connectQmp(path, onEvent)
      } catch {
        await Promise.race([delay(20), this.exited])
      }
    }
  }

  end(verdict: number): void {
    if (this.#gone) return
    this.#verdict ??= verdict
    this.#child.kill('SIGKILL')
  }

  #ending(): number {
    if (this.#reason === 'guest-reset') return exits.rebooted
    if (this.#reason === 'guest-panic') return exits.failed
    // Leaving by Ctrl-A X or a QMP quit is an orderly end too.
    return exits.poweredOff
  }
}

async function qemuVersion(): Promise<string> {
  const { code, stdout, stderr } = await run([qemu, '--version']).catch((cause: unknown) => {
    throw new Error(`${qemu} is not there: install Debian's qemu-system-x86, or use --namespaces`, { cause })
  })
  const version = /version (\S+)/.exec(stdout)?.[1]
  if (code === 0 && version !== undefined) return version
  throw new Error(`${qemu} --version says nothing useful: ${(stderr || stdout).trim()}`)
}

/** A port nobody listens on now. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no free port on 127.0.0.1')
  return address.port
}
