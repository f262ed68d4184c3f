// What a benchmark gives back, and how it is shown: to people in columns, in the document as Markdown.

/** One benchmark. */
export interface Bench {
  readonly name: string
  /** One line for --help. */
  readonly about: string
  /** It starts a machine of namespaces. */
  readonly root: boolean
  measure(say: (line: string) => void): Promise<readonly Table[]>
}

/** The first row is the head; the first column words, the others figures. */
export interface Table {
  readonly title: string
  readonly rows: readonly (readonly string[])[]
  /** What must be known to read the figures. */
  readonly note?: string
}

/** All of a benchmark for a terminal. */
export function printed(bench: Bench, tables: readonly Table[], where: string): string {
  const shown = tables.map((table) =>
    [table.title, columns(table.rows), ...(table.note === undefined ? [] : [table.note])].join('\n')
  )
  return [`== ${bench.name}: ${bench.about}`, ...shown, `(${where})`, ''].join('\n\n')
}

/** All of a benchmark for the document. */
export function markdown(bench: Bench, tables: readonly Table[], where: string): string {
  const shown = tables.flatMap((table) => [
    `**${table.title}**`,
    pipes(table.rows),
    ...(table.note === undefined ? [] : [table.note])
  ])
  return ['```\nnpm run bench ' + bench.name + '\n```', ...shown, `*${where}*`].join('\n\n')
}

/** The middle one, or the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const half = sorted.length / 2
  return ((sorted[Math.ceil(half) - 1] ?? Number.NaN) + (sorted[Math.floor(half)] ?? Number.NaN)) / 2
}

/** Bytes as megabytes of a million bytes, as the sizes of downloads and disks are told. */
export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 1)} MB`
}

/** kB as /proc counts them (1024 bytes) as megabytes of 1024 of those. */
export function mebibytes(kilobytes: number): string {
  return `${(kilobytes / 1024).toFixed(1)} MB`
}

export function seconds(value: number): string {
  return `${value.toFixed(value < 100 ? 2 : 0)} s`
}

export function milliseconds(value: number): string {
  return `${Math.round(value)} ms`
}

function columns(rows: Table['rows']): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)))
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ')
  return rows.map((row) => `  ${line(row).trimEnd()}`).join('\n')
}

function pipes([head = [], ...rows]: Table['rows']): string {
  const line = (row: readonly string[]): string => `| ${row.join(' | ')} |`
  return [line(head), line(head.map((_, column) => (column === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}
