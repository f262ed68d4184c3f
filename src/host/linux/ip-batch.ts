// Changes of the network through ip(8). Starting `ip` takes longer than most changes, so those asked for while one is under way go
// together in the next; and the kernel takes links away much faster as a group than one by one.
import type { Network, RunResult } from '../ports.ts'

export type Run = (
  argv: readonly string[],
  options: { input?: string; timeoutMs: number; check?: boolean }
) => Promise<RunResult>

type Argv = readonly string[]

/** Some changes of one who waits for them. */
interface Asked {
  readonly lines: readonly Argv[]
  readonly done: (error: Error | null) => void
}

/** Milliseconds for one change; each further one of a batch has a hundredth of it. */
const LIMIT = 20_000
/** Links in a group of this number are about to go. Everything in it is deleted, so it is one that nobody else takes: `ROSD` as a number. */
const DOOMED = '1380930372'
/** From here on a group is faster than one after the other. */
const MANY = 3
/** Lines of one process: what comes later must not wait for thousands. */
const MOST = 1_000

/** The `change` of a Network whose programs `run` runs. */
export function changer(run: Run): Network['change'] {
  const queue: Asked[] = []
  let busy = false

  const go = async (): Promise<void> => {
    // Whoever asks in this turn of the event loop comes along.
    await new Promise<void>((resolve) => setImmediate(resolve))
    while (queue.length > 0) {
      const some = taken(queue)
      try {
        await (some.length === 1 ? oneByOne(run, some) : together(run, some))
      } catch (thrown) {
        for (const { done } of some) done(thrown instanceof Error ? thrown : new Error(String(thrown)))
      }
    }
    busy = false
  }

  return (...lines) =>
    new Promise((resolve, reject) => {
      queue.push({ lines, done: (error) => (error === null ? resolve() : reject(error)) })
      if (busy) return
      busy = true
      void go()
    })
}

/** Takes what goes into the next process: as many as it may hold, and those alone that a line can not hold. */
function taken(queue: Asked[]): readonly Asked[] {
  let lines = 0
  const end = queue.findIndex((asked) => {
    lines += asked.lines.length
    return lines > MOST || !isPlain(asked)
  })
  return queue.splice(0, end === -1 ? queue.length : Math.max(1, end))
}

async function oneByOne(run: Run, all: readonly Asked[], excused: RegExp | null = null): Promise<void> {
  for (const { lines, done } of all) {
    let error: Error | null = null
    for (const argv of lines) {
      const { code, stdout, stderr } = await run(['ip', ...argv], { timeoutMs: LIMIT, check: false })
      const said = stderr || stdout
      if (code === 0 || (excused?.test(said) === true && /^(add|delete)$/.test(argv[1] ?? ''))) continue
      error = failure(argv, said, code)
      break
    }
    done(error)
  }
}

/** What `ip` says of something added or deleted once more. */
const DONE_BEFORE = /File exists|Cannot find device|No such (process|file)|Cannot assign requested address/

async function together(run: Run, all: readonly Asked[]): Promise<void> {
  const removals = all.filter(({ lines }) => lines.length === 1 && isRemoval(lines[0]))
  const doomed = new Set(removals.length >= MANY ? removals : [])
  const batch = all.flatMap((asked) =>
    asked.lines.map((argv) => ({
      asked,
      argv: doomed.has(asked) ? ['link', 'set', 'dev', argv.at(-1) ?? '', 'group', DOOMED] : argv
    }))
  )
  const text = batch.map(({ argv }) => argv)
  if (doomed.size > 0) text.push(['link', 'delete', 'group', DOOMED])
  const { code, stderr, stdout } = await run(['ip', '-force', '-batch', '-'], {
    input: text.map((argv) => `${argv.map(quoted).join(' ')}\n`).join(''),
    timeoutMs: LIMIT + (text.length * LIMIT) / 100,
    check: false
  })
  const { failed, stopped } = code === 0 ? { failed: NONE, stopped: false } : failures(stderr || stdout)
  // Words that it does not understand end it: what came behind the last line it complained of may have been done, or not.
  const known = stopped ? Math.max(0, ...failed.keys()) : text.length
  const errors = new Map<Asked, Error>()
  const open = new Set<Asked>(stopped ? doomed : [])
  const blame = (asked: Asked, argv: Argv, number: number) => {
    const said = failed.get(number)
    if (said !== undefined && !errors.has(asked)) errors.set(asked, failure(argv, said, code))
    if (number > known) open.add(asked)
  }
  for (const [at, { argv, asked }] of batch.entries()) blame(asked, argv, at + 1)
  for (const asked of doomed) blame(asked, asked.lines[0] ?? [], batch.length + 1)
  for (const asked of all) if (!open.has(asked)) asked.done(errors.get(asked) ?? null)
  await oneByOne(run, [...open], DONE_BEFORE)
}

const NONE: ReadonlyMap<number, string> = new Map()

function isRemoval(argv: Argv = []): boolean {
  return argv.length === 4 && argv[0] === 'link' && argv[1] === 'delete' && argv[2] === 'dev'
}

/** Whether lines of a batch can hold its words. Options (`-6`) are for a batch as a whole. */
function isPlain({ lines }: Asked): boolean {
  return (
    lines.every(([first]) => first?.startsWith('-') !== true) &&
    lines.flat().every((word) => !/[\n\\]/.test(word) && !(word.includes("'") && word.includes('"')))
  )
}

function quoted(word: string): string {
  if (word !== '' && !/[\s'"#]/.test(word)) return word
  return word.includes("'") ? `"${word}"` : `'${word}'`
}

/**
 * What was said of each line, by its number: the words come before `Command failed -:N`. `stopped`: some words were of no line, so it
 * did not go on.
 */
function failures(text: string): { readonly failed: ReadonlyMap<number, string>; readonly stopped: boolean } {
  const found = new Map<number, string>()
  let words: string[] = []
  for (const line of text.split('\n')) {
    const number = /^Command failed -:(\d+)$/.exec(line.trim())?.[1]
    if (number === undefined) words.push(line)
    else {
      found.set(Number(number), words.join('\n'))
      words = []
    }
  }
  return { failed: found, stopped: found.size === 0 || words.join('').trim() !== '' }
}

function failure(argv: Argv, said: string, code: number): Error {
  const words = said
    .trim()
    .replace(/^(RTNETLINK answers|Error): /gm, '')
    .replaceAll('\n', '; ')
  return new Error(`ip ${argv.join(' ')}: ${words || `exit code ${code}`}`)
}
