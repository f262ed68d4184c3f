/** A text by the name people know it by, with the offsets at which its lines begin. */
export interface Source {
  readonly name: string
  readonly text: string
  readonly starts: readonly number[]
}

export function sourceOf(name: string, text: string): Source {
  const starts = [0]
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return { name, text, starts }
}

export interface Place {
  readonly line: number
  readonly column: number
}

/** Line and column of an offset, both from 1. */
export function placeIn(starts: readonly number[], offset: number): Place {
  let low = 0
  let high = starts.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}

/** The place of an offset and the line it is in. */
export function lineAt(source: Source, offset: number): Place & { readonly text: string } {
  const place = placeIn(source.starts, offset)
  const start = source.starts[place.line - 1] ?? 0
  const end = source.starts[place.line]
  return { ...place, text: source.text.slice(start, end === undefined ? source.text.length : end - 1) }
}
