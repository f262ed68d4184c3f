import type { TrialView } from '../api/view.ts'
import { showPath } from '../core/operator-path.ts'

/** What a change comes to that has to be confirmed, and how to do so; empty where it need not be. */
export function trialText(trial: TrialView | null): string {
  if (trial === null) return ''
  const { seconds, back, path } = trial
  const why = path === null ? '' : `you came from ${showPath(path)}, and this change may close that way\n`
  return `${why}to keep it: log in anew and run \`ros confirm\` within ${seconds} s; else generation ${back} is restored\n`
}
