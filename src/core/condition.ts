// Kubernetes-style conditions: what a person reads to learn how a thing stands.
import type { Key, Kind } from './resource.ts'

/** Those of a resource. */
export const RESOURCE_CONDITIONS = ['Ready', 'Progressing', 'Blocked', 'Degraded', 'Drifted'] as const
/** Those of the machine as a whole. */
export const MACHINE_CONDITIONS = [
  'Ready',
  'Progressing',
  'Degraded',
  'Drifted',
  'DocumentValid',
  'NeedsReboot',
  'ConfirmPending',
  'Paused',
  'MetricsServed',
  'RepositoriesRead'
] as const

export type ConditionType = (typeof RESOURCE_CONDITIONS)[number] | (typeof MACHINE_CONDITIONS)[number]

export interface Condition {
  readonly type: ConditionType
  readonly status: 'True' | 'False' | 'Unknown'
  /** CamelCase, for programs: `ImagePullFailed`, `WaitingFor`. */
  readonly reason: string
  /** A sentence for people. */
  readonly message: string
  /** ISO time; changes only when `status` changes. */
  readonly lastTransitionTime: string
}

/** How one resource stands, as the API shows it. */
export interface Status {
  readonly key: Key
  readonly from: string
  readonly observedGeneration: number
  readonly conditions: readonly Condition[]
  readonly seen: unknown
  readonly lastAction?: {
    readonly id: string
    readonly verb: string
    readonly why: string
    readonly at: string
    readonly ms: number
  }
}

/** Why something is left as it is: all is paused, its drift is only reported, nothing of it is ever changed, or it is for the next boot. */
export type LeaveReason = 'Paused' | 'Reported' | 'Frozen' | 'NextBoot'

/** What one pass found out about one resource. */
export type Finding =
  | { readonly is: 'settled'; readonly message: string }
  | { readonly is: 'running'; readonly message: string }
  | { readonly is: 'waiting'; readonly on: Key; readonly message: string }
  /** Not as the document says, and left so on purpose: `Paused` only for now, else because the document says so. */
  | { readonly is: 'left'; readonly reason: LeaveReason; readonly message: string }
  | { readonly is: 'failed'; readonly reason: string; readonly message: string }
  | { readonly is: 'unknown'; readonly message: string }

/** The conditions a finding means; times of unchanged statuses are kept from `previous`, or all of it where nothing changed. */
export function conditionsOf(finding: Finding, previous: readonly Condition[], now: string): readonly Condition[] {
  return withTimes(facts(finding), previous, now)
}

/** Conditions with the times at which their statuses last changed; `previous` itself where nothing changed. */
export function withTimes(fresh: readonly Fact[], previous: readonly Condition[], now: string): readonly Condition[] {
  if (fresh.length === previous.length && fresh.every((fact, at) => isSame(fact, previous[at]))) return previous
  return fresh.map((fact) => {
    const old = previous.find((condition) => condition.type === fact.type)
    return { ...fact, lastTransitionTime: old?.status === fact.status ? old.lastTransitionTime : now }
  })
}

export type Fact = Omit<Condition, 'lastTransitionTime'>

function isSame(fact: Fact, old: Condition | undefined): boolean {
  return (
    fact.type === old?.type && fact.status === old.status && fact.reason === old.reason && fact.message === old.message
  )
}

function facts(finding: Finding): readonly Fact[] {
  const { message } = finding
  switch (finding.is) {
    case 'settled':
      return [{ type: 'Ready', status: 'True', reason: 'Settled', message }]
    case 'running':
      return [
        { type: 'Ready', status: 'False', reason: 'InProgress', message },
        { type: 'Progressing', status: 'True', reason: 'InProgress', message }
      ]
    case 'waiting':
      return [
        { type: 'Ready', status: 'False', reason: 'WaitingFor', message },
        { type: 'Blocked', status: 'True', reason: 'WaitingFor', message }
      ]
    case 'left':
      if (finding.reason === 'NextBoot') return [{ type: 'Ready', status: 'True', reason: 'NextBoot', message }]
      return finding.reason === 'Paused'
        ? [
            { type: 'Ready', status: 'False', reason: 'Paused', message },
            { type: 'Blocked', status: 'True', reason: 'Paused', message }
          ]
        : [
            { type: 'Ready', status: 'True', reason: finding.reason, message },
            { type: 'Drifted', status: 'True', reason: finding.reason, message }
          ]
    case 'failed':
      return [
        { type: 'Ready', status: 'False', reason: finding.reason, message },
        { type: 'Degraded', status: 'True', reason: finding.reason, message }
      ]
    case 'unknown':
      return [{ type: 'Ready', status: 'Unknown', reason: 'NotObserved', message }]
  }
}

/** `ROS_IMAGE_PULL` -> `ImagePull`: the reason a condition carries for an error code. */
export function reasonOf(code: string): string {
  return code
    .replace(/^ROS_/, '')
    .toLowerCase()
    .replace(/(^|_)([a-z])/g, (_, _sep: string, letter: string) => letter.toUpperCase())
}

/** Machine-wide summary: Ready when all are, Degraded when any failed, Progressing otherwise. */
export function overall(all: Iterable<Status>): 'Ready' | 'Progressing' | 'Degraded' {
  let result: 'Ready' | 'Progressing' | 'Degraded' = 'Ready'
  for (const status of all) {
    if (holds(status, 'Degraded')) return 'Degraded'
    if (!holds(status, 'Ready')) result = 'Progressing'
  }
  return result
}

export function holds(status: Status, type: Condition['type']): boolean {
  // Asked some thousand times a pass: without a function for each.
  for (const condition of status.conditions) if (condition.type === type) return condition.status === 'True'
  return false
}

/** Kinds in the order a person reads them. */
export const KIND_ORDER: readonly Kind[] = [
  'module',
  'sysctl',
  'hostname',
  'hosts',
  'mount',
  'swap',
  'file',
  'ssh-key',
  'command',
  'hook',
  'link',
  'ethtool',
  'bridge-vlan',
  'wireguard',
  'wifi',
  'address',
  'route',
  'rule',
  'dhcp',
  'resolver',
  'firewall',
  'engine',
  'preload',
  'image',
  'container',
  'probe'
]
