// Where the figures were taken: no names, no dates, only what decides how fast it is.
import { execFileSync } from 'node:child_process'
import { cpus, loadavg, release, totalmem } from 'node:os'

/** This machine in one sentence. */
export function here(): string {
  const [first] = cpus()
  const [kernel = release()] = /^\d+\.\d+/.exec(release()) ?? []
  const model = (first?.model ?? 'unknown').replace(/\s+/g, ' ').trim()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `Taken on a machine with ${cpus().length} × ${model}, ${memory} GB of memory, Linux ${kernel}, QEMU ${qemu()}, Node.js ${process.versions.node}.`
}

/** Call it at the start, and what it returns at the end: how much else ran here meanwhile. */
export function loadOf(): () => string {
  const [before = 0] = loadavg()
  return () => {
    const busy = before > cpus().length / 2
    return `The load average before it was ${before.toFixed(1)}${busy ? ': other work ran here at the same time, an idle machine is faster' : ''}.`
  }
}

function qemu(): string {
  try {
    const said = execFileSync('qemu-system-x86_64', ['--version'], { encoding: 'utf8' })
    return /version (\S+)/.exec(said)?.[1] ?? 'of unknown version'
  } catch {
    return 'not installed'
  }
}
