// The benchmarks' sections of docs/performance.md: what stands between the markers is written, the rest is people's.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { top } from '../../src/image/paths.ts'
import { type Bench, markdown, type Table } from './figures.ts'

const page = join(top, 'docs/performance.md')

/** Writes one benchmark's section anew. */
export function writeSection(bench: Bench, tables: readonly Table[], where: string): void {
  writeFileSync(page, replaceSection(readFileSync(page, 'utf8'), bench.name, markdown(bench, tables, where)))
}

/** Throws where a benchmark's section has no place: before anything is measured, which takes minutes. */
export function checkPlace(bench: Bench): void {
  replaceSection(readFileSync(page, 'utf8'), bench.name, '')
}

/** The page with other words between a section's markers. Throws when the markers are not there, in order, once. */
export function replaceSection(text: string, name: string, body: string): string {
  const [begin, end] = [`<!-- bench ${name}: begin -->`, `<!-- bench ${name}: end -->`]
  const [before, rest, ...more] = text.split(begin)
  const [, after, ...others] = rest?.split(end) ?? []
  if (before === undefined || after === undefined || more.length + others.length > 0) {
    throw new Error(
      `docs/performance.md has no place for ${name}: put the lines '${begin}' and '${end}' where it belongs`
    )
  }
  return `${before}${begin}\n\n${body}\n\n${end}${after}`
}
