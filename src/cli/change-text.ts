import type { Change } from '../api/changes.ts'

const SIGNS = { add: '+', replace: '~', remove: '-' } as const

/** `~ rancher.docker.bridge: a -> b  (restarts docker)`, one line for each change. */
export function changeText(changes: readonly Change[]): string {
  return changes.map((change) => `${SIGNS[change.op]} ${change.path}: ${whatOf(change)}${needOf(change)}\n`).join('')
}

function whatOf({ op, from, to }: Change): string {
  if (op === 'add') return showValue(to)
  return op === 'remove' ? `was ${showValue(from)}` : `${showValue(from)} -> ${showValue(to)}`
}

/** A service that comes or goes starts or ends, which nobody has to be told. */
function needOf({ op, path, applies }: Change): string {
  if (applies === 'reboot') return '  (waits for a reboot)'
  const [, name] = /^restart (.+)$/.exec(applies) ?? []
  return name === undefined || (op !== 'replace' && path === `rancher.services.${name}`) ? '' : `  (restarts ${name})`
}

/** A value on one line, in quotes only where it could be misread. */
export function showValue(value: unknown): string {
  return typeof value === 'string' && /^[\w./:@ ()-]+$/.test(value) ? value : JSON.stringify(value)
}
