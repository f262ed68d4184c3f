// Editing /etc/hosts, in which two kinds have lines. It is bind-mounted into containers, so it is written in place: a new inode
// would be seen by none of them.
import type { Host } from '../host/ports.ts'

export const HOSTS = '/etc/hosts'

const turns = new WeakMap<object, Promise<void>>()

/**
 * Gives the file the text that `edit` makes of it. Who reads while another writes in place may find half of the file, and write
 * that back: edits of one machine come one after the other.
 */
export function editHosts({ files }: Pick<Host, 'files'>, edit: (text: string) => string): Promise<void> {
  const turn = (turns.get(files) ?? Promise.resolve()).then(async () => {
    const text = (await files.read(HOSTS)) ?? ''
    const next = edit(text)
    if (next !== text) await files.writeInPlace(HOSTS, next)
  })
  turns.set(
    files,
    turn.catch(() => undefined)
  )
  return turn
}
