// Which files are still there after a reboot. The root is the image plus a layer in memory; some directories of it are the
// state partition's, and what the document mounts is neither.

/** Directories whose content dies with the boot, unless a longer entry of LASTING says otherwise. */
const VOLATILE = [
  '/bin',
  '/dev',
  '/etc',
  '/lib',
  '/lib64',
  '/proc',
  '/root',
  '/run',
  '/sbin',
  '/sys',
  '/tmp',
  '/usr',
  '/var'
] as const

/** Directories that the state partition holds (reference section 7). */
const LASTING = [
  '/etc/docker',
  '/etc/logrotate.d',
  '/home',
  '/opt',
  '/var/lib/kubelet',
  '/var/lib/rancher',
  '/var/lib/system-docker',
  '/var/lib/user-docker',
  '/var/lib/m-user-docker',
  '/var/log'
] as const

/** True when a file at `path` may outlive this boot; elsewhere (`/mnt/data`, `/data`) nobody knows before it is mounted. */
export function lasts(path: string): boolean {
  const inside = (directory: string) => path === directory || path.startsWith(`${directory}/`)
  return LASTING.some(inside) || !VOLATILE.some(inside)
}
