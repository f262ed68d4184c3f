import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { agentFlags, entriesOf, writeBundle } from '../../src/image/bundle.ts'
import { top } from '../../src/image/paths.ts'
import { type Input, interfaces, services } from './document-inputs.ts'
import { type Bench, mebibytes, median, milliseconds, type Table } from './figures.ts'
import { type Cost, processCost } from './process-cost.ts'

const SIZES = [10, 100, 1000, 5000]
/** Sizes of which an agent's own time is told, and how often the file changes then. */
const AGENT_SIZES = [100, 1000]
const CHANGES = 8

/** What a Compose file and netplan's are read by, and what peaks are read with; nothing else needs them. */
const PACKAGES = ['docker-compose', 'netplan.io', 'time']

interface Column {
  readonly title: string
  argv(input: Files): readonly string[]
}

/** The same input, written for both. */
interface Files {
  readonly ours: string
  readonly theirs: string
}

interface Subject {
  readonly name: string
  readonly input: (count: number) => Input
  /** Where the other program's file lies below a scratch directory of its own. */
  readonly theirs: string
  /** Ours come first; the first of the others is the one to compare with. */
  readonly others: readonly Column[]
}

const generator = ['/usr/libexec/netplan/generate', '/lib/netplan/generate'].find(existsSync)

const subjects: readonly Subject[] = [
  {
    name: 'services',
    input: services,
    theirs: 'docker-compose.yml',
    others: [
      { title: 'docker-compose config', argv: ({ theirs }) => ['docker-compose', '-f', theirs, 'config'] },
      { title: 'config -q', argv: ({ theirs }) => ['docker-compose', '-f', theirs, 'config', '-q'] }
    ]
  },
  {
    name: 'interfaces',
    input: interfaces,
    theirs: 'etc/netplan/all.yaml',
    others: [
      { title: 'netplan generate', argv: ({ theirs }) => ['netplan', 'generate', '--root-dir', rootOf(theirs)] },
      ...(generator === undefined
        ? []
        : [{ title: 'its generator', argv: ({ theirs }: Files) => [generator, '--root-dir', rootOf(theirs)] }])
    ]
  }
]

export const document: Bench = {
  name: 'document',
  about: 'checking large documents and computing what they want, next to netplan and docker-compose',
  root: false,
  async measure(say) {
    install()
    const scratch = mkdtempSync(join(tmpdir(), 'rosd-bench-'))
    try {
      say('bundling ros and the program that computes wants')
      const [ros, wants] = await Promise.all([
        program(join(top, 'src/cli/main.ts'), join(scratch, 'ros')),
        program(join(top, 'test/bench/wants.ts'), join(scratch, 'wants'))
      ])
      const node = process.execPath
      const ours: readonly Column[] = [
        {
          title: 'ros config validate',
          argv: ({ ours }) => [node, ros, 'config', 'validate', '-i', ours]
        },
        { title: 'check and want', argv: ({ ours }) => [node, wants, ours] }
      ]
      const tables = subjects.map((subject) => measured(subject, ours, scratch, say))
      say('an agent')
      return [...tables, agent(wants, scratch)]
    } finally {
      rmSync(scratch, { recursive: true, force: true })
    }
  }
}

/** A file of this checkout, bundled as the image's `ros` is. */
async function program(entry: string, out: string): Promise<string> {
  const { directory } = await writeBundle(top, { ...entriesOf(top), ros: entry }, out)
  return join(directory, 'ros.cjs')
}

function install(): void {
  const set = spawnSync(process.execPath, [join(top, 'src/setup/setup.mjs'), `--with=${PACKAGES.join()}`], {
    stdio: 'inherit'
  })
  if (set.status !== 0) throw new Error(`the packages ${PACKAGES.join(', ')} could not be installed`)
}

function measured(subject: Subject, ours: readonly Column[], scratch: string, say: (line: string) => void): Table {
  const columns = [...ours, ...subject.others]
  const rows = SIZES.map((count) => {
    const files = written(subject, count, scratch)
    const costs = columns.map(({ title, argv }) => {
      say(`${count} ${subject.name}: ${title}`)
      return processCost(argv(files), top, scratch)
    })
    return { count, costs }
  })
  const times = rows.map(({ count, costs }) => [
    `${count} ${subject.name}`,
    ...costs.map(({ seconds, peak }) => `${milliseconds(seconds * 1000)}, ${mebibytes(peak)}`),
    `${((costs[ours.length]?.seconds ?? Number.NaN) / (costs[1]?.seconds ?? Number.NaN)).toFixed(1)}`
  ])
  const growth = columns.map((_, column) => grown(rows.map(({ count, costs }) => ({ count, cost: costs[column] }))))
  const [, wants] = ours
  return {
    title: `A document of ${subject.name}: time from start to end, and peak memory`,
    rows: [
      ['', ...columns.map(({ title }) => title), 'times as fast'],
      ...times,
      ['growth', ...growth.map((value) => value.toFixed(2)), '']
    ],
    note:
      `*times as fast*: \`${subject.others[0]?.title}\` next to \`${wants?.title}\`. *growth*: what one more of them costs ` +
      `between ${SIZES.at(-2)} and ${SIZES.at(-1)} divided by what one costs between ${SIZES.at(-3)} and ${SIZES.at(-2)}; 1 is linear.`
  }
}

function grown(rows: readonly { readonly count: number; readonly cost: Cost | undefined }[]): number {
  const slopes = rows.slice(-3).map(({ count, cost }, i, last) => {
    const before = last[i - 1]
    return before === undefined
      ? Number.NaN
      : ((cost?.seconds ?? Number.NaN) - (before.cost?.seconds ?? Number.NaN)) / (count - before.count)
  })
  return (slopes[2] ?? Number.NaN) / (slopes[1] ?? Number.NaN)
}

/** What a running agent needs for a new version of the file, with its flags: V8 has no compilers there. */
function agent(program: string, scratch: string): Table {
  const rows = subjects.flatMap((subject) =>
    AGENT_SIZES.map((count) => {
      const { ours } = written(subject, count, scratch)
      const argv = [process.execPath, ...agentFlags(), program, ours, String(CHANGES)]
      const { stdout, peak } = processCost(argv, top, scratch)
      const { milliseconds: each } = JSON.parse(stdout) as { milliseconds: readonly number[] } // of wants.ts
      const [first = Number.NaN, ...later] = each
      return [`${count} ${subject.name}`, milliseconds(first), milliseconds(median(later)), mebibytes(peak)]
    })
  )
  return {
    title: "With the agent's flags, in one process: check and want of one version after another",
    rows: [['', 'first', 'each later one', 'peak memory'], ...rows]
  }
}

function written(subject: Subject, count: number, scratch: string): Files {
  const input = subject.input(count)
  const folder = join(scratch, `${subject.name}-${count}`)
  const files = { ours: join(folder, 'cloud-config.yml'), theirs: join(folder, subject.theirs) }
  mkdirSync(dirname(files.theirs), { recursive: true })
  writeFileSync(files.ours, input.ours)
  writeFileSync(files.theirs, input.theirs, { mode: 0o600 })
  return files
}

function rootOf(theirs: string): string {
  return dirname(dirname(dirname(theirs)))
}
