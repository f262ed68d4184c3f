// `npm test`: every check and every test, in three steps so that a machine of two cores is never asked for too much at once,
// and one closing line that counts them all. `npm test -- NAME...` runs the files whose path holds one of the names.
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { Parser } from 'tap-parser'

interface Counts {
  passed: number
  failed: number
  readonly skipped: string[]
  readonly failures: string[]
}

/** Steps in order: what is quick and fails often comes first. `jobs` is how many files run at once. */
const STEPS = [
  { name: 'unit and integration tests', match: (file: string) => !/^test\/(machine|e2e)\//.test(file), jobs: 2 },
  { name: 'machine tests (namespaces)', match: (file: string) => file.startsWith('test/machine/'), jobs: 1 },
  // A virtual machine has one processor.
  { name: 'end-to-end tests (QEMU)', match: (file: string) => file.startsWith('test/e2e/'), jobs: 2 }
] as const

const CHECKS = [
  ['types', ['tsc']],
  ['lint', ['oxlint', '--type-aware', '--deny-warnings']],
  ['format', ['biome', 'format', 'src', 'test']],
  ['generated files', ['node', 'src/document/generate.ts', '--check']],
  ['command and API pages', ['node', 'src/cli/docs.ts', '--check']]
] as const

const only = process.argv.slice(2)
const counts: Counts = { passed: 0, failed: 0, skipped: [], failures: [] }

if (only.length === 0) for (const [name, argv] of CHECKS) await check(name, argv)
const files = globSync('test/**/*.test.ts').sort()
const wanted = files.filter((file) => only.length === 0 || only.some((word) => file.includes(word)))
if (wanted.length === 0) {
  process.stderr.write(`no test file's path holds ${only.join(' or ')}\n`)
  process.exit(2)
}
if (only.length === 0) {
  await check('image for the tests', ['node', 'src/image/main.ts', '--fast'])
  // Tests take them from there, and have no time for downloads.
  await check('images of the repository', ['node', 'src/image/main.ts', '--repository', '.cache/repository'])
}
for (const step of STEPS) {
  const some = wanted.filter(step.match)
  if (some.length > 0) await step_(step.name, some, step.jobs)
}
report()

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

async function step_(name: string, some: readonly string[], jobs: number): Promise<void> {
  process.stderr.write(`\n${name}\n`)
  const left = [...some]
  await Promise.all(
    Array.from({ length: jobs }, async () => {
      for (let file = left.shift(); file !== undefined; file = left.shift()) await testFile(file)
    })
  )
}

async function testFile(file: string): Promise<void> {
  const began = performance.now()
  const { code, output } = await run(['node', file])
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

function run(argv: readonly string[]): Promise<{ code: number; output: string }> {
  const [program = '', ...args] = argv
  return new Promise((resolve) => {
    const env = { ...process.env, TAP: '1', TAP_TIMEOUT: '900', FORCE_COLOR: '0', NODE_OPTIONS: '' }
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
