// What a program costs from its start to its end, as a person at a terminal sees it.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { median } from './figures.ts'

export interface Cost {
  readonly seconds: number
  /** kB resident at most, of the program and each it started. */
  readonly peak: number
  readonly stdout: string
}

/** No program is run more often than this, nor again when it has taken this long. */
const MOST = 5
const ENOUGH_SECONDS = 4

/**
 * The median time and the largest peak of several runs. `scratch` is a directory for the measurement's own file.
 * @throws if the program fails: the time of a failure says nothing
 */
export function processCost(argv: readonly string[], cwd: string, scratch: string): Cost {
  const peaks = join(scratch, 'peak')
  const times: number[] = []
  let peak = 0
  let stdout = ''
  for (let spent = 0; times.length < MOST && spent < ENOUGH_SECONDS; spent = times.reduce((a, b) => a + b, 0)) {
    const began = performance.now()
    const ended = spawnSync('/usr/bin/time', ['-f', '%M', '-o', peaks, ...argv], {
      cwd,
      encoding: 'utf8',
      maxBuffer: 1 << 28
    })
    times.push((performance.now() - began) / 1000)
    if (ended.status !== 0) throw new Error(`${argv.join(' ')} ended with ${ended.status}: ${ended.stderr}`)
    peak = Math.max(peak, Number(readFileSync(peaks, 'utf8')))
    stdout = ended.stdout
  }
  return { seconds: median(times), peak, stdout }
}
