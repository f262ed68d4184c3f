// Progress of image loads and pulls: a bar on a terminal, a line per step otherwise.
import type { Progress } from '../api/agent.ts'
import { cut } from './columns.ts'

const CELLS = 20

export interface ProgressView {
  show(progress: Progress): void
  /** Takes the bar away. */
  clear(): void
}

/** `columns` of the terminal `write` goes to; 0: it is none. */
export function progressView(write: (text: string) => void, columns: number): ProgressView {
  const told = new Set<string>()
  let drawn = false
  const clear = () => {
    if (drawn) write('\r\u001B[K')
    drawn = false
  }
  return {
    clear,
    show({ key, message }) {
      if (columns > 0) {
        write(`\r\u001B[K${cut(barLine(key, message), columns - 1)}`)
        drawn = true
        return
      }
      const step = `${key}: ${message.replace(/\s*\d+(\.\d+)? ?%.*/s, '')}`
      if (told.has(step)) return
      told.add(step)
      write(`${step}\n`)
    }
  }
}

/** `[########            ]  40 %  image/user/alpine  Downloading`: what may be cut on a narrow terminal stands last. */
export function barLine(key: string, message: string): string {
  const share = /(\d+(?:\.\d+)?) ?%/.exec(message)
  if (share === null) return `${key}  ${message}`
  const percent = Math.min(100, Number(share[1]))
  const full = Math.round((percent / 100) * CELLS)
  const what = message.slice(0, share.index).trim()
  const bar = `[${'#'.repeat(full)}${' '.repeat(CELLS - full)}] ${String(Math.round(percent)).padStart(3)} %`
  return `${bar}  ${key}  ${what}`.trimEnd()
}
