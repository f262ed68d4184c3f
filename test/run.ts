// `npm test`: every check and every test, as many at once as a machine of two cores has time for, and one closing line that
// counts them all. `npm test -- NAME...` runs the files whose path holds one of the names.
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { Parser } from 'tap-parser'

interface Counts {
  passed: number
  failed: number
  readonly skipped: string[]
  readonly failures: string[]
}

/** In this order, one after the other: what is quick and fails often comes first. `jobs` is how many files run at once. */
const STEPS = [
  { match: /^test\/(?!(image|kinds|vm|machine|e2e)\/)/, jobs: 2 },
  // A virtual machine has one processor, and no time left for others.
  { match: /^test\/e2e\//, jobs: 2 },
  // What several processes of a machine have to do in time suffers from another machine.
  { match: /^test\/machine\//, jobs: 1 },
  { match: /^test\/(image|kinds|vm)\//, jobs: 2 }
] as const

const CHECKS = [
  ['types', ['tsc']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings']],
  ['format', ['biome', 'format', 'src', 'test']],
  ['generated files', ['node', 'src/document/generate.ts', '--check']],
  ['command and API pages', ['node', 'src/cli/docs.ts', '--check']]
] as const

/** Hundreds of processes load the same sources: with what Node.js made of them kept, a third quicker. */
const COMPILED = new URL('../.cache/compiled', import.meta.url).pathname

/** One after the other: they share their downloads. Tests take what they make, and have no time for downloads. */
const PREPARATIONS = [
  ['image for the tests', ['node', 'src/image/main.ts', '--fast']],
  ['images of the repository', ['node', 'src/image/main.ts', '--repository', '.cache/repository']],
  [
    'image with the generic kernel',
    ['node', 'src/image/main.ts', '--fast', '--kernel', 'generic', '--out', 'dist/image-generic']
  ]
] as const

const only = process.argv.slice(2)
const counts: Counts = { passed: 0, failed: 0, skipped: [], failures: [] }

const files = globSync('test/**/*.test.ts').sort()
const wanted = files.filter((file) => only.length === 0 || only.some((word) => file.includes(word)))
if (wanted.length === 0) {
  process.stderr.write(`no test file's path holds ${only.join(' or ')}\n`)
  process.exit(2)
}
if (only.length === 0) for (const [name, argv] of CHECKS) await check(name, argv)
await testAll()
report()

/** All files. Only those of the first step do without PREPARATIONS, which count as one of them. */
async function testAll(): Promise<void> {
  const prepared = only.length > 0 ? Promise.resolve() : prepare()
  for (const [at, { match, jobs }] of STEPS.entries()) {
    const left = wanted.filter((file) => match.test(file))
    const work = async () => {
      for (let file = left.shift(); file !== undefined; file = left.shift()) await testFile(file)
    }
    const first = prepared.then(work)
    if (at > 0) await prepared
    await Promise.all([first, ...Array.from({ length: jobs - 1 }, work)])
  }
}

async function prepare(): Promise<void> {
  for (const [name, argv] of PREPARATIONS) await check(name, argv)
}

/** A command that must end with 0; its output is shown only when it does not. */
async function check(name: string, argv: readonly string[]): Promise<void> {
  const began = performance.now()
  const { code, output } = await run(argv)
  tell(`${code === 0 ? 'ok' : 'NOT OK'}  ${name}`, began)
  if (code === 0) counts.passed += 1
  else {
    counts.failed += 1
    counts.failures.push(name)
    process.stderr.write(output)
  }
}

async function testFile(file: string): Promise<void> {
  const began = performance.now()
  const { code, output } = await run(['node', file], { NODE_COMPILE_CACHE: COMPILED })
  const before = counts.failed
  await parse(file, output)
  if (code !== 0 && counts.failed === before) {
    counts.failed += 1
    counts.failures.push(`${file}: ended with ${code}`)
  }
  tell(`${counts.failed === before ? 'ok' : 'NOT OK'}  ${file}`, began)
  if (counts.failed > before) process.stderr.write(failing(output))
}

/** Counts assertions, also those of subtests; a skip is kept with its reason. */
function parse(file: string, tap: string): Promise<void> {
  return new Promise((resolve) => {
    const attach = (parser: Parser, name: string) => {
      parser.on('child', (child: Parser) => attach(child, `${name} > ${child.name}`))
      parser.on(
        'assert',
        (result: {
          ok: boolean
          name: string
          skip?: string | boolean
          todo?: unknown
          id: number
          fullname: string
        }) => {
          if (result.skip !== undefined && result.skip !== false)
            counts.skipped.push(`${name}: ${result.name}: ${String(result.skip)}`)
          else if (result.ok) counts.passed += 1
          else {
            counts.failed += 1
            counts.failures.push(`${name}: ${result.name}`)
          }
        }
      )
    }
    const parser = new Parser({}, () => resolve())
    attach(parser, file)
    parser.end(tap)
  })
}

/** The failing assertions with their diagnostics, without the passing thousands. */
function failing(output: string): string {
  const lines = output.split('\n')
  const at = lines.flatMap((line, index) => (/^\s*not ok /.test(line) ? [index] : []))
  const shown = at.flatMap((index) => lines.slice(index, index + 25)).slice(0, 200)
  return `${(shown.length > 0 ? shown : lines.slice(-40)).join('\n')}\n`
}

function run(
  argv: readonly string[],
  more: Readonly<Record<string, string>> = {}
): Promise<{ code: number; output: string }> {
  const [program = '', ...args] = argv
  return new Promise((resolve) => {
    const env = { ...process.env, TAP: '1', TAP_TIMEOUT: '900', FORCE_COLOR: '0', NODE_OPTIONS: '', ...more }
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text))
    child.on('error', (error) => resolve({ code: 127, output: error.message }))
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

function tell(line: string, began: number): void {
  process.stderr.write(`${line}  ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
}

function report(): void {
  const { passed, failed, skipped, failures } = counts
  if (skipped.length > 0)
    process.stderr.write(
      `\nSKIPPED on this machine, with the reason:\n${skipped.map((line) => `  ${line}\n`).join('')}`
    )
  if (failures.length > 0) process.stderr.write(`\nFAILED:\n${failures.map((line) => `  ${line}\n`).join('')}`)
  process.stdout.write(
    `\n${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}\n`
  )
  process.exit(failed === 0 && passed > 0 ? 0 : 1)
}
