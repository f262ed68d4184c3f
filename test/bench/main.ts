// npm run bench [NAME...] [-- --write]: the figures of docs/performance.md, measured again.
import { parseArgs } from 'node:util'
import { boot } from './boot.ts'
import { document } from './document.ts'
import { memory } from './memory.ts'
import { here, loadOf } from './here.ts'
import { type Bench, printed } from './figures.ts'
import { checkPlace, writeSection } from './page.ts'
import { network } from './network.ts'
import { reconcile } from './reconcile.ts'
import { repair } from './repair.ts'
import { size } from './size.ts'
import { soak } from './soak.ts'

const benches: readonly Bench[] = [size, boot, memory, repair, document, reconcile, network, soak]

const help = `Usage: npm run bench [NAME...] [-- --write]

Measures and prints a table for each. About an hour for all of them on two processors without KVM.

${benches.map((bench) => `  ${bench.name.padEnd(10)} ${bench.about}`).join('\n')}

  --write    put the tables into docs/performance.md, too
  --help     this text
`

process.exitCode = await main()

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { write: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } }
  })
  const unknown = positionals.filter((name) => benches.every((bench) => bench.name !== name))
  if (values.help || unknown.length > 0) {
    if (!values.help) process.stderr.write(`bench: there is no ${unknown.join(', ')}\n\n`)
    process.stdout.write(help)
    return values.help ? 0 : 2
  }
  const chosen = benches.filter((bench) => positionals.length === 0 || positionals.includes(bench.name))
  const missing = chosen.filter((bench) => bench.root && process.getuid?.() !== 0).map((bench) => bench.name)
  if (missing.length > 0) {
    process.stderr.write(`bench: ${missing.join(', ')} measure machines of namespaces, which needs root\n`)
    return 1
  }
  if (values.write) chosen.forEach(checkPlace)
  const machine = here()
  for (const bench of chosen) {
    const load = loadOf()
    const tables = await bench.measure((line) => process.stderr.write(`bench ${bench.name}: ${line}\n`))
    const where = `${machine} ${load()}`
    process.stdout.write(`${printed(bench, tables, where)}\n`)
    if (values.write) writeSection(bench, tables, where)
  }
  return 0
}
