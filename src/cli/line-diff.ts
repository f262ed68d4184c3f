// Two texts line by line, as diff -u shows them without places.

/** Lines that stand around a change. */
const AROUND = 3

/** Empty where they are the same. */
export function lineDiff(name: string, before: string, after: string): string {
  const [a, b] = [linesOf(before), linesOf(after)]
  const marked = [...compare(a, b)]
  const near = new Set<number>()
  for (const [at, line] of marked.entries())
    if (!line.startsWith(' ')) for (let i = at - AROUND; i <= at + AROUND; i += 1) near.add(i)
  if (near.size === 0) return ''
  let last = -1
  const lines = marked.flatMap((line, at) => {
    if (!near.has(at)) return []
    const gap = at === last + 1 ? [] : ['  …']
    last = at
    return [...gap, line]
  })
  return `${name}\n${lines.map((line) => `${line}\n`).join('')}`
}

function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.replace(/\n$/, '').split('\n')
}

/** By the longest common row of lines; documents are short. */
function* compare(a: readonly string[], b: readonly string[]): Generator<string> {
  const width = b.length + 1
  const common = new Uint32Array((a.length + 1) * width)
  const at = (i: number, j: number) => common[i * width + j] ?? 0
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1))
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      yield `  ${a[i]}`
      i += 1
      j += 1
    } else if (i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1))) {
      yield `- ${a[i]}`
      i += 1
    } else {
      yield `+ ${b[j]}`
      j += 1
    }
  }
}
