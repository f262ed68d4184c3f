// What the agent itself takes from the document, beside what its kinds want of the machine. Pure.
import type { CloudConfig } from '../document/types.gen.ts'

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
  readonly state: {
    readonly dev: string
    readonly fstype: string
    readonly directory: string
    readonly required: boolean
    readonly wait: boolean
    readonly autoformat: readonly string[]
  }
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
