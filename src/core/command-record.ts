// What is kept of the commands of a boot, in /run, so that none of them runs twice in it. Pure.

export interface CommandRecord {
  readonly state: 'running' | 'done' | 'failed'
  /** For people: what failed and how, or how many ran. */
  readonly message: string
}

export function recordPath(name: string): string {
  return `/run/ros/commands/${name}.json`
}

/** A record that can not be read still says that the commands were started. */
export function parseRecord(text: string): CommandRecord {
  try {
    const { state, message }: Partial<CommandRecord> = JSON.parse(text)
    if ((state === 'running' || state === 'done' || state === 'failed') && typeof message === 'string')
      return { state, message }
  } catch {
    // falls through
  }
  return { state: 'failed', message: 'what became of the commands is not known: their record is damaged' }
}
