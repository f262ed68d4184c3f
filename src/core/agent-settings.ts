// What the agent itself takes from the document, beside what its kinds want of the machine. Pure.
import type { CloudConfig } from '../document/types.gen.ts'
import type { DriftRules } from './drift-policy.ts'
import { type LogDestination, logDestinations } from './log-destinations.ts'

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

/** `rancher.agent.*` of the document, with its defaults: how the agent goes about changes. */
export interface AgentRules {
  /**
   * Seconds within which a change of the way to the machine has to be confirmed, whoever makes it; 0: never. null: nobody says so, and
   * only a change of the path its author came by has to be, within the usual time.
   */
  readonly confirmSeconds: number | null
  /** Seconds within which everything has to be Ready; 0: never. */
  readonly rollbackSeconds: number
  /** How many generations are kept. */
  readonly history: { readonly keep: number; readonly days: number; readonly megabytes: number }
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
  readonly rules: AgentRules
  /** What is done about drift (rancher.drift). */
  readonly drift: DriftRules
  /** ADDRESS:PORT where metrics are served; '' for nowhere. */
  readonly metricsListen: string
  /** Where logs are sent (rancher.logging). */
  readonly logging: readonly LogDestination[]
  /** The console is to be made anew, once (RancherOS: rancher.force_console_rebuild). */
  readonly rebuildConsole: boolean
  /** How often a download of an index or definition is tried again (RancherOS: rancher.http_load_retries). */
  readonly httpLoadRetries: number
}

export function agentRules({ rancher }: CloudConfig): AgentRules {
  const { confirm = null, rollback = 0, history = {} } = rancher?.agent ?? {}
  const { keep = 200, days = 365, megabytes = 32 } = history
  return { confirmSeconds: confirm, rollbackSeconds: rollback, history: { keep, days, megabytes } }
}

export function agentSettings(data: CloudConfig): AgentSettings {
  const { rancher = {} } = data
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
    },
    rules: agentRules(data),
    drift: rancher.drift ?? {},
    metricsListen: rancher.metrics?.listen ?? '',
    logging: logDestinations(data),
    rebuildConsole: rancher.force_console_rebuild === true,
    httpLoadRetries: rancher.http_load_retries ?? 6
  }
}
