// What the agent itself takes from the document, beside what its kinds want of the machine. Pure.
import type { CloudConfig } from '../document/types.gen.ts'

/** `rancher.state.*` of the document, with its defaults. */
export interface StateConfig {
  /** `LABEL=x`, `UUID=x` or a path; '' runs from memory. */
  readonly dev: string
  /** `auto` or what mount(2) calls it. */
  readonly fstype: string
  /** Directory of the filesystem that holds the state; '' for its root. */
  readonly directory: string
  /** No state is reason enough not to go on. */
  readonly required: boolean
  /** Wait up to 30 s for the device. */
  readonly wait: boolean
  /** Devices of which the first empty one becomes the state, if `dev` is not there. */
  readonly autoformat: readonly string[]
}

export interface AgentSettings {
  /** A recovery shell before the machine goes on booting (RancherOS: rancher.recovery). */
  readonly recovery: boolean
  /** Of /var/log/rosd.log (RancherOS: rancher.debug). */
  readonly logLevel: 'debug' | 'info'
  /** Password of user rancher; null where none is given or `rancher.disable` names it. */
  readonly password: string | null
  /** Seconds a shutdown may take; at least 5, and 0 means 60 (RancherOS: rancher.shutdown_timeout). */
  readonly shutdownSeconds: number
  /** Where the state is, for the boot (RancherOS: rancher.state). */
  readonly state: StateConfig
}

export function agentSettings({ rancher = {} }: CloudConfig): AgentSettings {
  const { state = {}, disable = [] } = rancher
  return {
    recovery: rancher.recovery === true,
    logLevel: rancher.debug === true ? 'debug' : 'info',
    password: disable.includes('password') ? null : (rancher.password ?? null),
    shutdownSeconds: Math.max(5, rancher.shutdown_timeout || 60),
    state: {
      dev: state.dev ?? '',
      fstype: state.fstype ?? 'auto',
      directory: state.directory ?? '',
      required: state.required ?? false,
      wait: state.wait ?? false,
      autoformat: state.autoformat ?? []
    }
  }
}
