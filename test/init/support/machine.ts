import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const checkout = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..')

/** Why a test that needs namespaces cannot run here; false when it can. */
export const cannot: string | false =
  process.getuid?.() === 0 ? false : 'not root: namespaces, mounts and PID 1 need it'

// A root of its own in memory, with the programs of this machine to read: nothing a test does reaches the machine's files.
const makeRoot = `
set -e
mount --make-rprivate /
mount -t tmpfs -o size=256m root "$ROOT"
cd "$ROOT"
for d in usr bin sbin lib lib64; do
  if [ -L "/$d" ]; then ln -s "$(readlink "/$d")" "$d"; elif [ -d "/$d" ]; then mkdir "$d"; mount --bind "/$d" "$d"; fi
done
mkdir -p etc/docker proc sys dev run tmp state old "./$CHECKOUT" "./$WORK"
echo '{}' > etc/docker/daemon.json
mount --rbind "$CHECKOUT" "./$CHECKOUT"
mount --rbind "$WORK" "./$WORK"
for n in null zero full random urandom tty; do touch "dev/$n"; mount --bind "/dev/$n" "dev/$n"; done
for n in $DEVICES; do mkdir -p "./$(dirname "$n")"; touch "./$n"; mount --bind "$n" "./$n"; done
mount -t proc proc proc
pivot_root . old
umount -l /old
rmdir /old
# The test runner's own.
unset NODE_OPTIONS
exec "$@"
`

export interface Machine {
  readonly child: ChildProcess
  /** Lines on stdout and stderr so far. */
  readonly output: () => string
  /** Exit code, or 128 + the signal that ended the namespace. */
  readonly ended: Promise<number>
}

export interface MachineOptions {
  /** A folder of the host that is seen in the machine under the same path. */
  readonly work: string
  readonly flags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** Device nodes of the host that the machine may use. */
  readonly devices?: readonly string[]
  /** Standard input and output are a terminal, fed from the child's stdin. */
  readonly terminal?: boolean
}

const signals: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15, SIGSEGV: 11 }

/** Runs a script of this folder as PID 1 of fresh namespaces with a root of their own. */
export function boot(script: string, options: MachineOptions): Machine {
  const path = join(checkout, 'test', 'init', 'support', script)
  const node = [process.execPath, '--disable-sigusr1', '--max-old-space-size=64', ...(options.flags ?? []), path]
  const namespaces = ['--pid', '--fork', '--mount', '--uts', '--ipc', '--net', '--cgroup', '--kill-child']
  const unshare = ['unshare', ...namespaces, 'sh', '-c', makeRoot, 'sh', ...node]
  const quoted = unshare.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ')
  const [program = '', ...args] = options.terminal === true ? ['script', '-qefc', quoted, '/dev/null'] : unshare
  const child = spawn(program, args, {
    stdio: [options.terminal === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    env: {
      PATH: '/usr/sbin:/usr/bin:/sbin:/bin',
      ROOT: '/mnt',
      CHECKOUT: checkout,
      WORK: options.work,
      DEVICES: (options.devices ?? []).join(' '),
      container: 'rosd-namespaces',
      ...options.env
    }
  })
  let output = ''
  child.stdout?.on('data', (bytes: Buffer) => (output += bytes.toString()))
  child.stderr?.on('data', (bytes: Buffer) => (output += bytes.toString()))
  const ended = new Promise<number>((resolve) => {
    child.once('close', (code, signal) => resolve(code ?? 128 + (signals[signal ?? ''] ?? 0)))
  })
  return { child, output: () => output, ended }
}

/** Sends a signal to the machine's PID 1, as the kernel would. */
export function signal(machine: Machine, name: NodeJS.Signals): void {
  const { pid } = machine.child
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  process.kill(Number(children), name)
}

/** The rest of the first output line that begins with `word `, parsed as JSON. */
export function said(machine: Machine, word: string): unknown {
  const line = machine
    .output()
    .split('\n')
    .find((each) => each.startsWith(`${word} `))
  if (line === undefined) throw new Error(`no line '${word} …' in:\n${machine.output()}`)
  return JSON.parse(line.slice(word.length + 1))
}

/** Waits until the machine's output matches; fails with the output after 20 s or when the machine has ended. */
export async function heard(machine: Machine, what: RegExp): Promise<void> {
  const until = Date.now() + 20_000
  while (!what.test(machine.output())) {
    const ended = machine.child.exitCode !== null || machine.child.signalCode !== null
    if (Date.now() > until || ended) throw new Error(`did not say ${what}:\n${machine.output()}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}
