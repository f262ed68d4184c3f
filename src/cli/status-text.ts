// How a status looks to people.
import type { StatusView } from '../api/view.ts'
import type { Condition, Status } from '../core/condition.ts'
import { age } from './age.ts'
import { columns, pad } from './columns.ts'

/** The machine in a few lines and a table of what is not Ready. `now` in ms since 1970. */
export function statusText(status: StatusView, now: number, width = 0): string {
  const { phase, generation, observedGeneration, settled, document, counts, notReady } = status
  const { paused, confirm } = status
  const seen = observedGeneration === generation ? '' : `, the machine is compared with ${observedGeneration}`
  const lines = [
    `phase:       ${phase}${settled || phase !== 'Ready' ? '' : ' (looking)'}`,
    `generation:  ${generation}${seen}`,
    `resources:   ${counts.ready} of ${counts.resources} ready`,
    `document:    ${documentLine(status)}`,
    ...(confirm === null ? [] : [`confirm:     ${confirmLine(confirm)}`]),
    ...(paused === null ? [] : [`paused:      ${pausedLine(paused)}`])
  ]
  const complaint = document.complaint === '' ? '' : `${document.complaint.trimEnd()}\n`
  const table = notReady.length === 0 ? '' : `\n${resourceTable(notReady, now, width)}`
  return `${lines.join('\n')}\n${complaint}${waiting(document.pending)}${table}`
}

function documentLine({ document, generation }: StatusView): string {
  if (document.complaint === '') return generation === 0 ? 'none yet' : 'in force'
  const problems = document.problems.length === 1 ? '1 problem' : `${document.problems.length} problems`
  return `refused (${problems}); ${generation === 0 ? 'none' : `generation ${generation}`} stays in force`
}

/** `generation 8 waits for confirmation, 87 s left, then 7 is restored: log in anew, then ros confirm`. */
function confirmLine({ generation, back, secondsLeft }: NonNullable<StatusView['confirm']>): string {
  return `generation ${generation} waits for confirmation, ${secondsLeft} s left, then ${back} is restored: log in anew, then \`ros confirm\``
}

/** `new disk; until 2026-01-31T12:00:00Z`. */
export function pausedLine({ reason, until }: NonNullable<StatusView['paused']>): string {
  const end = until === null ? 'until `ros resume`' : `until ${until.replace(/\.\d+Z$/, 'Z')}`
  return reason === '' ? end : `${reason}; ${end}`
}

/** What the next boot will change. */
export function waiting(pending: StatusView['document']['pending']): string {
  if (pending.length === 0) return ''
  const width = Math.max(...pending.map(({ key }) => key.length))
  return `\nwaiting for a reboot:\n${pending.map(({ key, place }) => `  ${pad(key, width)}  ${place}\n`).join('')}`
}

/** `ros get`: NAME READY REASON AGE MESSAGE. */
export function resourceTable(items: readonly Status[], now: number, width = 0): string {
  const rows = items.map((status) => {
    const condition = decisive(status)
    const since = condition === undefined ? '' : age(now - Date.parse(condition.lastTransitionTime))
    return [status.key, condition?.status ?? 'Unknown', condition?.reason ?? '', since, condition?.message ?? '']
  })
  return columns(['NAME', 'READY', 'REASON', 'AGE', 'MESSAGE'], rows, width)
}

/** TYPE STATUS REASON AGE MESSAGE. */
export function conditionTable(conditions: readonly Condition[], now: number, width = 0): string {
  const rows = conditions.map(({ type, status, reason, message, lastTransitionTime }) => [
    type,
    status,
    reason,
    age(now - Date.parse(lastTransitionTime)),
    message
  ])
  return columns(['TYPE', 'STATUS', 'REASON', 'AGE', 'MESSAGE'], rows, width)
}

function decisive({ conditions }: Status): Condition | undefined {
  return conditions.find(({ type }) => type === 'Ready')
}
