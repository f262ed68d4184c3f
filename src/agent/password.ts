import type { Host } from '../host/ports.ts'

const SHADOW = '/etc/shadow'

/**
 * Sets user rancher's password from the kernel command line (RancherOS: rancher.password, console-init), null: none. Returns
 * whether one was set. The account is locked otherwise.
 */
export async function setPassword(host: Host, password: string | null): Promise<boolean> {
  if (password === null) return false
  const { stdout } = await host.runner.run(['busybox', 'mkpasswd', '-m', 'sha512', '-P', '0'], {
    input: `${password}\n`
  })
  const text = (await host.files.read(SHADOW)) ?? ''
  const lines = text
    .split('\n')
    .map((line) =>
      line.startsWith('rancher:') ? line.replace(/^rancher:[^:]*/, () => `rancher:${stdout.trim()}`) : line
    )
  await host.files.writeAtomic(SHADOW, lines.join('\n'), { mode: 0o640 })
  return true
}
