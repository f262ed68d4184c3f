// Every way the agent can fail, by a stable code. docs/errors.md explains each; a test ties the two together.

/**
 * What the loop does after a failure: `soon` tries again with backoff, `slowly` begins that with the rest of a failure that lasts,
 * `never` waits for a new document. A new document and a person's word let all of them go at once.
 */
export type Retry = 'soon' | 'slowly' | 'never'

/** Code -> what it means, in one line. */
export const CODES = {
  ROS_UNEXPECTED: 'a fault of the agent itself; the log has its stack',
  ROS_NOT_CONVERGING: 'an action keeps succeeding and keeps being needed: something else undoes it',
  ROS_DEADLINE: 'an action did not end within its deadline',
  ROS_SYSCTL_WRITE: 'the kernel refused a sysctl value',
  ROS_SYSCTL_MISSING: 'the kernel has no such parameter',
  ROS_MODULE_LOAD: 'a kernel module could not be loaded',
  ROS_MOUNT: 'a mount or unmount failed',
  ROS_MOUNT_DEVICE: 'the device of a mount is not there',
  ROS_MOUNT_ENTRY: 'an entry of mounts can not be mounted as it stands',
  ROS_FILE_WRITE: 'a file could not be written',
  ROS_FILE_ENTRY: 'an entry of write_files can not become a file as it stands',
  ROS_COMMAND_FAILED: 'a bootcmd or runcmd command ended with an error',
  ROS_HOOK_FAILED: 'a command of pre_cmds, post_cmds, pre_up or post_up ended with an error',
  ROS_LINK: 'a network link could not be changed',
  ROS_ETHTOOL: 'a card could not be told what to do by itself',
  ROS_BRIDGE_VLAN: 'the VLANs of a port of a bridge could not be changed',
  ROS_WIREGUARD: 'keys and peers of a WireGuard link could not be set',
  ROS_ADDRESS: 'an address could not be added or removed',
  ROS_RULE: 'a policy rule could not be added or removed',
  ROS_ROUTE: 'a route could not be added or removed',
  ROS_WIFI: 'the supplicant of a wireless link could not be started or stopped',
  ROS_DHCP: 'the DHCP client could not be started or stopped',
  ROS_FIREWALL: 'the firewall could not be read, or nft or the kernel refused it',
  ROS_ENGINE_START: 'a Docker engine did not come up',
  ROS_IMAGE_PULL: 'an image could not be pulled',
  ROS_IMAGE_DENIED: 'a registry does not let us have an image',
  ROS_IMAGE_MISSING: 'a registry has no such image',
  ROS_IMAGE_CERTIFICATE: 'a registry could not prove who it is, or we could not',
  ROS_IMAGE_UNREACHABLE: 'a registry could not be reached',
  ROS_IMAGE_LIMIT: 'a registry has given enough for now',
  ROS_IMAGE_PLATFORM: 'an image is not made for this processor',
  ROS_IMAGE_DIGEST: 'what came of an image is not what its digest says',
  ROS_IMAGE_SPACE: 'an engine has no room for an image',
  ROS_IMAGE_BUILD: 'an image could not be built',
  ROS_IMAGE_LOAD: 'an image archive could not be loaded',
  ROS_CONTAINER: 'the engine refused to create, start, stop or remove a container',
  ROS_ROLLED_BACK: 'a new definition of a service was no good, and the one before is in force again',
  ROS_HOSTNAME: 'the host name could not be set',
  ROS_HOSTS: 'names of other machines could not be written to /etc/hosts',
  ROS_RESOLVER: '/etc/resolv.conf could not be written'
} as const

export type Code = keyof typeof CODES

/** The one error class: a code from the table, a sentence that names the thing and the way out, and what to do next. */
export class RosError extends Error {
  readonly code: Code
  readonly retry: Retry

  constructor(code: Code, message: string, retry: Retry = 'soon', cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'RosError'
    this.code = code
    this.retry = retry
  }
}

/** Anything thrown, as a RosError: ours unchanged, all others as `code` (or as a fault of the agent). */
export function asRosError(thrown: unknown, code: Code = 'ROS_UNEXPECTED', doing = ''): RosError {
  if (thrown instanceof RosError) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new RosError(code, doing === '' ? message : `${doing}: ${message}`, 'soon', thrown)
}

/** True for the abort of an AbortSignal; aborting is an outcome, not a failure. */
export function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError'
}
