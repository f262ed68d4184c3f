// /etc/passwd and /etc/group as far as file owners need them: names to numbers and back. Pure.

/** Number -> every name it has; the two files look alike in this. */
export type Names = ReadonlyMap<number, readonly string[]>

/** `name:password:number:…` lines; others are passed over. */
export function parseNames(text: string): Names {
  const names = new Map<number, string[]>()
  for (const line of text.split('\n')) {
    const [name = '', , number = ''] = line.split(':')
    if (name === '' || !/^\d+$/.test(number)) continue
    const id = Number(number)
    names.set(id, [...(names.get(id) ?? []), name])
  }
  return names
}

/** The number of a name, or of a number written out; null when there is no such name. */
export function numberOf(names: Names, name: string): number | null {
  if (/^\d{1,10}$/.test(name)) return Number(name)
  for (const [id, all] of names) if (all.includes(name)) return id
  return null
}
