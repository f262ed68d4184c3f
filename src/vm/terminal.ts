import { spawnSync } from 'node:child_process'

/**
 * Remembers how the terminal is set and gives back a function that restores it: QEMU makes it raw and has no chance to
 * undo that when it is killed. Without a terminal it does nothing.
 */
export function keepTerminal(): () => void {
  if (!process.stdin.isTTY) return () => {}
  const saved = spawnSync('stty', ['-g'], { stdio: ['inherit', 'pipe', 'ignore'], encoding: 'utf8' })
  if (saved.status !== 0) return () => {}
  return () => {
    spawnSync('stty', [saved.stdout.trim()], { stdio: ['inherit', 'ignore', 'ignore'] })
  }
}
