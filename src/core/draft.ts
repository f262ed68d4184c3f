// Drafts: what a file is written as before it takes the place of the old one. They lie beside it, under a name that only we give,
// so that those of an agent that was killed can be told from all else. Pure.

/** The draft of `name` by a process, its `count`th. */
export function draftName(name: string, pid: number, count: number): string {
  return `.${name}.${pid}-${count}.tmp`
}

/** The name of the file that `entry` is a draft of; null: it is none. */
export function draftOf(entry: string): string | null {
  return /^\.(.+)\.\d+-\d+\.tmp$/s.exec(entry)?.[1] ?? null
}
