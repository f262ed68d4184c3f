import type { Leaf, Tree } from './tree.ts'

/** Where the reader met something it leaves to the full parser. */
export class Stuck extends Error {
  readonly offset: number
  constructor(offset: number) {
    super('not plain YAML')
    this.offset = offset
  }
}

/** Levels read here; what is deeper the full parser refuses. */
const deepest = 24

const blank = / *(?:#[^\n]*)?(?:\n|$)/y
const spaces = / */y
const dash = /-(?= |\n|$)/y
const key =
  /(?:([\w./$](?:[^\s:#,[\]{}"']|:(?=[^\s,[\]{}])){0,200})|"([^"\\\n]{1,200})"|'([^'\n]{1,200})') *:(?= |\n|$)/y
const quoted = /"([^"\\\n]*)"|'([^'\n]*)'/y
const literal = /\|(-?)(?= *\n)/y
/** A plain text begins with no mark that YAML gives a meaning. */
const begin = /[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=[^\s,[\]{}])/y
const flowText = /[^,[\]{}\n]{1,1000}/y
/** What makes a text something else than one plain value of one line. */
const unplain = /:(?: |$)| #|[^\S ]/

/**
 * Reads YAML as nearly everybody writes it, maps and lists by indentation or in brackets of one line, plain and quoted
 * values, `|` texts, in a tenth of the time and memory of the full parser, whose syntax tree has a node for every space. The
 * tree is the one the full parser's would become. Of all else, and of every mistake, it knows nothing.
 * @throws {Stuck} at the first thing that is not as plain as that
 */
export function quick(text: string, layer: number): Tree {
  return new Reader(text, layer).document()
}

class Reader {
  readonly #text: string
  readonly #layer: number
  #at = 0
  /** Column of the line being read, or of what stands in it after a dash; -1 at the end. */
  #column = 0

  constructor(text: string, layer: number) {
    this.#text = text
    this.#layer = layer
  }

  document(): Tree {
    this.#nextLine()
    if (this.#column === -1) return { layer: this.#layer, key: 0, at: 0, value: new Map() }
    if (this.#sees(dash)) throw this.#stuck()
    const tree = this.#map(this.#at, 0)
    if (this.#column !== -1) throw this.#stuck()
    return tree
  }

  /** The block that begins here; `key` is the offset of the key it belongs to. */
  #block(key: number, depth: number): Tree {
    return this.#sees(dash) ? this.#list(key, depth) : this.#map(key, depth)
  }

  #map(keyAt: number, depth: number): Tree {
    const [at, column] = [this.#at, this.#column]
    const value = new Map<string, Tree>()
    if (depth > deepest) throw this.#stuck()
    while (this.#column === column) {
      const offset = this.#at
      const name = this.#key()
      // After the last element of a list in the same column
      if (name === null || value.has(name)) throw this.#stuck(offset)
      value.set(name, this.#value(offset, column, depth + 1, true))
    }
    if (this.#column > column) throw this.#stuck()
    return { layer: this.#layer, key: keyAt, at, value }
  }

  #list(keyAt: number, depth: number): Tree {
    const [at, column] = [this.#at, this.#column]
    const value: Tree[] = []
    if (depth > deepest) throw this.#stuck()
    while (this.#column === column && this.#take(dash) !== null) value.push(this.#item(column, depth + 1))
    if (this.#column > column) throw this.#stuck()
    return { layer: this.#layer, key: keyAt, at, value }
  }

  #item(column: number, depth: number): Tree {
    const after = this.#at
    this.#take(spaces)
    if (!this.#sees(dash) && !this.#sees(key)) return this.#value(after, column, depth, false)
    this.#column = column + 1 + this.#at - after
    return this.#block(this.#at, depth)
  }

  /** What stands after a colon or a dash, up to the line with the next key or element. */
  #value(keyAt: number, column: number, depth: number, inMap: boolean): Tree {
    this.#take(spaces)
    if (this.#sees(blank)) {
      const nothing = this.#at
      this.#nextLine()
      const deeper = this.#column > column || (inMap && this.#column === column && this.#sees(dash))
      if (!deeper) return this.#leaf(inMap ? keyAt : nothing, nothing, null, '')
      return this.#block(inMap ? keyAt : this.#at, depth)
    }
    const keyOffset = inMap ? keyAt : this.#at
    const tree = this.#literal(keyOffset, column) ?? this.#inline(keyOffset, depth)
    this.#take(spaces)
    if (!this.#sees(blank) || (this.#text[this.#at] === '#' && this.#text[this.#at - 1] !== ' ')) throw this.#stuck()
    this.#nextLine()
    return tree
  }

  /** `|` and the lines below it that are indented more than what they belong to. */
  #literal(keyAt: number, column: number): Tree | null {
    const at = this.#at
    const mark = this.#take(literal)
    if (mark === null) return null
    const begin = this.#text.indexOf('\n', at) + 1
    spaces.lastIndex = begin
    const indent = spaces.exec(this.#text)?.[0] ?? ''
    const lines: string[] = []
    let here = begin
    for (let end = this.#text.indexOf('\n', here); end !== -1; end = this.#text.indexOf('\n', here)) {
      const line = this.#text.slice(here, end)
      if (line.startsWith(indent)) lines.push(line.slice(indent.length))
      else if (/^ *$/.test(line)) lines.push('')
      else break
      here = end + 1
    }
    const body = lines.join('\n').replace(/\n+$/, '')
    // An indentation the first line does not tell, or an end that spaces or the end of the file make less plain
    if (indent.length <= column || lines[0] === '' || /^$|\s$/.test(body) || here === this.#text.length + 1)
      throw this.#stuck(at)
    this.#at = here - 1
    return this.#leaf(keyAt, at, mark[1] === '-' ? body : `${body}\n`)
  }

  #inline(keyAt: number, depth: number): Tree {
    const first = this.#text[this.#at]
    if (first === '[' || first === '{' || first === '"' || first === "'") return this.#flow(keyAt, depth)
    const at = this.#at
    if (!this.#sees(begin)) throw this.#stuck()
    const end = this.#text.indexOf('\n', at)
    const line = this.#text.slice(at, end === -1 ? this.#text.length : end)
    const comment = line.indexOf(' #')
    const plain = (comment === -1 ? line : line.slice(0, comment)).trimEnd()
    if (unplain.test(plain)) throw this.#stuck()
    this.#at = at + plain.length
    return this.#plain(keyAt, at, plain)
  }

  /** A value in one line between brackets, or in quotes. */
  #flow(keyAt: number, depth: number): Tree {
    const at = this.#at
    if (depth > deepest) throw this.#stuck()
    const string = this.#take(quoted)
    if (string !== null) return this.#leaf(keyAt, at, string[1] ?? string[2] ?? '')
    switch (this.#text[at]) {
      case '[': {
        const value: Tree[] = []
        this.#each(']', () => value.push(this.#flow(this.#at, depth + 1)))
        return { layer: this.#layer, key: keyAt, at, value }
      }
      case '{': {
        const value = new Map<string, Tree>()
        this.#each('}', () => {
          const offset = this.#at
          const name = this.#key()
          if (name === null || value.has(name)) throw this.#stuck(offset)
          this.#take(spaces)
          value.set(name, this.#flow(offset, depth + 1))
        })
        return { layer: this.#layer, key: keyAt, at, value }
      }
      default: {
        const plain = this.#sees(begin) ? (this.#take(flowText)?.[0] ?? '').trimEnd() : ''
        if (plain === '' || unplain.test(plain)) throw this.#stuck(at)
        return this.#plain(keyAt, at, plain)
      }
    }
  }

  #each(close: string, read: () => void): void {
    this.#at++
    this.#take(spaces)
    if (this.#text[this.#at] === close) {
      this.#at++
      return
    }
    for (let next = ','; next === ','; next = this.#text[this.#at - 1] ?? '') {
      this.#take(spaces)
      read()
      this.#take(spaces)
      this.#at++
    }
    if (this.#text[this.#at - 1] !== close) throw this.#stuck()
  }

  #plain(keyAt: number, at: number, text: string): Tree {
    const value = resolve(text)
    return value === text ? this.#leaf(keyAt, at, value) : this.#leaf(keyAt, at, value, text)
  }

  #leaf(key: number, at: number, value: Leaf, source?: string): Tree {
    return source === undefined
      ? { layer: this.#layer, key, at, value }
      : { layer: this.#layer, key, at, value, source }
  }

  /** A key and its colon, or null where none is. */
  #key(): string | null {
    const match = this.#take(key)
    const name = match === null ? null : (match[1] ?? match[2] ?? match[3] ?? '')
    return name === '__proto__' ? null : name
  }

  /** To the next line that has more than spaces and a comment. */
  #nextLine(): void {
    while (this.#at < this.#text.length && this.#take(blank) !== null);
    const from = this.#at
    this.#take(spaces)
    this.#column = from >= this.#text.length ? -1 : this.#at - from
  }

  #sees(what: RegExp): boolean {
    what.lastIndex = this.#at
    return what.test(this.#text)
  }

  #take(what: RegExp): RegExpExecArray | null {
    what.lastIndex = this.#at
    const match = what.exec(this.#text)
    if (match !== null) this.#at += match[0].length
    return match
  }

  #stuck(offset = this.#at): Stuck {
    return new Stuck(offset)
  }
}

/** A plain text as YAML 1.2's core schema reads it. */
function resolve(text: string): Leaf {
  if (!/^[-+.\d~nNtTfF]/.test(text)) return text
  if (/^(?:~|[Nn]ull|NULL)$/.test(text)) return null
  if (/^(?:[Tt]rue|TRUE)$/.test(text)) return true
  if (/^(?:[Ff]alse|FALSE)$/.test(text)) return false
  if (/^[-+]?\d+$/.test(text)) return Number.parseInt(text, 10)
  if (/^0o[0-7]+$/.test(text)) return Number.parseInt(text.slice(2), 8)
  if (/^0x[\da-fA-F]+$/.test(text)) return Number.parseInt(text.slice(2), 16)
  if (/^[-+]?(?:\.\d+|\d+\.\d*|(?:\.\d+|\d+(?:\.\d*)?)[eE][-+]?\d+)$/.test(text)) return Number.parseFloat(text)
  if (/^\.(?:nan|NaN|NAN)$/.test(text)) return Number.NaN
  const infinite = /^([-+]?)\.(?:inf|Inf|INF)$/.exec(text)
  if (infinite === null) return text
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}
