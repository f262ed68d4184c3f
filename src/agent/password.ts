import type { Host } from '../host/ports.ts'

const SHADOW = '/etc/shadow'

/** What no password hashes to. */
const LOCKED = '*'

/** Sets user rancher's password from the kernel command line (RancherOS: rancher.password, console-init); null: locks it. */
export async function setPassword(host: Host, password: string | null): Promise<void> {
  const field = password === null ? LOCKED : await hash(host, password)
  const text = (await host.files.read(SHADOW)) ?? ''
  const lines = text
    .split('\n')
    .map((line) => (line.startsWith('rancher:') ? line.replace(/^rancher:[^:]*/, () => `rancher:${field}`) : line))
  await host.files.writeAtomic(SHADOW, lines.join('\n'), { mode: 0o640 })
}

async function hash(host: Host, password: string): Promise<string> {
  const argv = ['busybox', 'mkpasswd', '-m', 'sha512', '-P', '0']
  return (await host.runner.run(argv, { input: `${password}\n` })).stdout.trim()
}
