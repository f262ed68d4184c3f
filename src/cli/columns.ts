/**
 * Rows below upper-case heads, aligned, two spaces between, as kubectl prints them. The last column is not padded. With a
 * width (columns of a terminal) the last column is cut to fit; 0 means no limit.
 */
export function columns(heads: readonly string[], rows: readonly (readonly string[])[], width = 0): string {
  const all = [heads, ...rows.map((row) => row.map((cell) => cell.replaceAll(/\s*\n\s*/g, ' ')))]
  const widths = heads.map((_, i) => Math.max(...all.map((row) => widthOf(row[i] ?? ''))))
  return all
    .map((row) => {
      const line = row.map((cell, i) => (i === row.length - 1 ? cell : pad(cell, widths[i] ?? 0))).join('  ')
      return `${cut(line.trimEnd(), width)}\n`
    })
    .join('')
}

export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)))
}

/** At most `width` characters, the last one an ellipsis where something was cut; 0: all of it. */
export function cut(text: string, width: number): string {
  const letters = Array.from(text)
  return width === 0 || letters.length <= width ? text : `${letters.slice(0, Math.max(0, width - 1)).join('')}…`
}

/** Characters, not UTF-16 units; what we print has no wide ones. */
function widthOf(text: string): number {
  return Array.from(text).length
}
