// What goes wrong, on the screen of a machine that has nobody else to tell.
import type { Subscription } from 'rxjs'
import type { Events } from './events.ts'

/** Says warnings from now on, each once until its resource says something else: what fails again and again does not fill the screen. */
export function tellWarnings(events: Events, say: (line: string) => void): Subscription {
  const said = new Map<string, string>()
  return events.follow(events.last).subscribe(({ type, key, reason, message }) => {
    const about = key ?? 'machine'
    const line = `${about}: ${reason}: ${message.split('\n')[0] ?? ''}`
    if (type === 'Warning' && said.get(about) !== line) say(line)
    said.set(about, line)
  })
}
