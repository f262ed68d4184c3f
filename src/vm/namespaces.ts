import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { makeCgroups } from './cgroup.ts'
import { writeConfigTree } from './config-drive.ts'
import { hostLacks } from './host-lacks.ts'
import { rootFolder } from './image.ts'
import { startKeeper } from './keeper.ts'
import { sshKey } from './key.ts'
import type { Machine } from './machine.ts'
import { exits, type MachineOptions } from './options.ts'
import { NamespaceBoot } from './namespace-boot.ts'
import { makeRunFolder, newLogFile } from './paths.ts'
import { ptyConsole } from './pty-console.ts'
import { reach } from './reach.ts'
import { must, run } from './run.ts'

// Everything is dead when this runs, or dies in these moments. $1 is the run folder, the rest are control groups.
const cleanUp = `
  folder=$1; shift
  for group; do
    for try in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
      find "$group" -depth -type d -exec rmdir {} + 2>/dev/null
      [ -d "$group" ] || break
      sleep 0.1
    done
  done
  [ "$keep" ] || rm -rf --one-file-system "$folder"`

/**
 * Starts the image's root tree with the agent as PID 1 of fresh namespaces; resolves when it has been started, before ssh
 * answers. Of the host it has the kernel, a folder for its state, a network card of its own and control groups of its own.
 */
export async function startNamespaces(options: MachineOptions): Promise<Machine> {
  if (process.getuid?.() !== 0) {
    throw new Error('--namespaces needs root: use sudo, or leave it out for a virtual machine, which does not')
  }
  const root = await rootFolder(options)
  if (options.report !== undefined) for (const lack of await hostLacks()) options.report(`this host: ${lack}`)
  const key = await sshKey()
  const logFile = resolve(options.log ?? (await newLogFile()))
  await writeFile(logFile, '')
  const folder = await makeRunFolder()
  const cgroups = await makeCgroups(basename(folder))
  const keeper = startKeeper(cleanUp, [folder, ...cgroups])
  try {
    const state = resolve(options.disks?.[0] ?? join(folder, 'state'))
    await mkdir(state, { recursive: true })
    await writeConfigTree(folder, { config: options.config, publicKey: key.publicKey })
    await writeFile(join(folder, 'swaps'), 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n')
    await writeFile(join(folder, 'cmdline'), '')
    await must(['mkfifo', join(folder, 'go')])
    const boot = new NamespaceBoot({ root, state, folder, cgroups, append: options.append })
    const terminal = options.console === 'terminal'
    const console = ptyConsole(logFile, terminal ? () => boot.end(exits.poweredOff) : null)
    const veth = await boot.start(console).catch(async (cause: unknown) => {
      await console.close()
      const said = [await readFile(logFile, 'utf8'), await readFile(join(folder, 'errors'), 'utf8')].join('').trim()
      throw new Error(`${(cause as Error).message}: ${said || 'nothing says why'}`, { cause })
    })
    const exited = boot.run(console, options.reboot ?? true).then(async (code) => {
      await console.close()
      await keeper.release(options.keep)
      return code
    })
    if (options.timeout !== undefined) {
      const timer = setTimeout(() => boot.end(exits.timedOut), options.timeout * 1000)
      void exited.then(() => clearTimeout(timer))
    }
    return {
      kind: 'namespaces',
      ...reach({ host: veth.guest, port: 22, identity: key.identity, logFile, exited }),
      get pid() {
        return boot.pid
      },
      qmpSocket: null,
      qmp: (command) => boot.command(command),
      nsenter: (argv, more) => run(nsenterArgv(boot.pid, argv), more),
      exited,
      async stop() {
        boot.end(exits.stopped)
        await exited
      }
    }
  } catch (error) {
    await keeper.release()
    throw error
  }
}

/** A command in all namespaces of a process, with the PATH of the image and nothing else of our environment. */
export function nsenterArgv(pid: number, argv: readonly string[]): string[] {
  const env = ['env', '-i', 'PATH=/usr/sbin:/usr/bin:/sbin:/bin', 'HOME=/root', 'TERM=linux']
  return ['nsenter', '--target', String(pid), '--all', '--root', '--wd', ...env, ...argv]
}
