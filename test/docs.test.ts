// What the documentation says is tied to the sources: codes, keys, commands, flags, examples, links. Each check fails when it
// finds nothing to check.
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import t from 'tap'
import { REFUSALS } from '../src/api/refusal.ts'
import { commands } from '../src/cli/table.ts'
import { CODES } from '../src/core/errors.ts'
import { problemCodes } from '../src/document/problem.ts'
import { ChangedMeanwhile } from '../src/document/write.ts'
import { kinds } from '../src/kinds/index.ts'
import { help } from '../src/vm/flags.ts'
import { exits } from '../src/vm/options.ts'

const top = new URL('..', import.meta.url).pathname
const read = (path: string): string => readFileSync(join(top, path), 'utf8')
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'buildroot/README.md',
  ...globSync('docs/**/*.md', { cwd: top })
].toSorted()
const text = new Map(pages.map((page) => [page, read(page)]))

/** Every match of the pattern's first group. */
function all(pattern: RegExp, where: string): string[] {
  return [...where.matchAll(pattern)].map((match) => match[1] ?? '')
}

const codes = [
  ...Object.keys(CODES),
  ...Object.keys(problemCodes),
  ...Object.keys(REFUSALS),
  new ChangedMeanwhile('file').code
].toSorted()

t.test('every error code is explained, and nothing else is', async (t) => {
  t.ok(codes.length > 50, 'there are codes')
  t.strictSame(all(/^### `(ROS_\w+)`$/gm, read('docs/errors.md')).toSorted(), codes)
})

t.test('every explanation says why and what to do', async (t) => {
  const sections = read('docs/errors.md').split(/^### /m).slice(1)
  t.equal(sections.length, codes.length)
  for (const section of sections) {
    const [name = ''] = section.split('\n')
    t.match(section, /^- \*Why:\* \S.*[\s\S]*^- \*Do:\* \S/m, name)
  }
})

t.test('no page names a code that does not exist', async (t) => {
  const named = [...text].flatMap(([page, body]) =>
    all(/\b(ROS_[A-Z]+(?:_[A-Z]+)*)\b/g, body).map((code) => ({ page, code }))
  )
  const known = new Set([...codes, 'ROS_SOCKET']) // an environment variable of the command
  t.ok(named.length > codes.length)
  t.strictSame(
    named.filter(({ code }) => !known.has(code)),
    []
  )
})

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: boolean | Schema
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
}

/** Dotted names of the keys that hold a value, as the reference writes them; those of a definition are its own table's. */
function* leaves(schema: Schema, path: readonly string[]): Generator<string> {
  const { properties, additionalProperties: rest } = schema
  if (properties !== undefined && schema.$ref === undefined) {
    for (const [key, child] of Object.entries(properties)) yield* leaves(child, [...path, key])
  } else if (typeof rest === 'object' && rest.properties !== undefined) yield* leaves(rest, [...path, 'NAME'])
  else yield path.join('.')
}

t.test('every key of the schema is in the reference', async (t) => {
  const schema: Schema = JSON.parse(read('schemas/cloud-config.schema.json'))
  const [main = '', ...sections] = read('docs/reference.md')
    .split(/^## (?=\w+$)/m)
    .filter((part) => /^\| `/m.test(part))
  const table = (part: string) => new Set(all(/^\| `([^`]+)` \|/gm, part))
  const document = [...leaves(schema, [])]
  t.ok(document.length > 60)
  t.strictSame(
    document.filter((key) => !table(main).has(key)),
    []
  )
  const definitions = Object.entries(schema.$defs ?? {}).filter(([, { properties }]) => properties !== undefined)
  t.ok(definitions.length > 5)
  for (const [name, definition] of definitions) {
    const section = sections.find((part) => part.startsWith(`${name}\n`)) ?? ''
    t.strictSame(
      [...leaves(definition, [])].filter((key) => !table(section).has(key)),
      [],
      name
    )
  }
})

t.test('every command is on its page, and every command of the page exists', async (t) => {
  const words = commands.map((command) => `ros ${command.words.join(' ')}`)
  const groups = new Set(commands.filter(({ words }) => words.length > 1).map(({ words }) => `ros ${words[0]}`))
  t.ok(words.length > 20)
  const headings = all(/^#+ (ros .+)$/gm, read('docs/cli.md'))
  t.strictSame(headings.filter((heading) => !groups.has(heading)).toSorted(), words.toSorted())
})

t.test('every command shown anywhere exists', async (t) => {
  const shown = [...text].flatMap(([page, body]) =>
    all(/(?:^|[\s`$])ros ([a-z][a-z-]*(?: [a-z][a-z-]*)?)/gm, codeOf(body)).map((words) => ({ page, words }))
  )
  const short: Readonly<Record<string, string>> = { c: 'config', s: 'service' }
  const known = (words: string): boolean => {
    const [first = '', second = ''] = words.split(' ')
    const group = short[first] ?? first
    if (first === 'help') return true
    return commands.some(
      ({ words: [one, two] }) => one === group && (two === undefined || second === '' || two === second)
    )
  }
  t.ok(shown.length > 30)
  t.strictSame(
    shown.filter(({ words }) => !known(words)),
    []
  )
})

/** What stands between backquotes or fences. */
function codeOf(body: string): string {
  return all(/(```[\s\S]*?```|`[^`\n]+`)/g, body).join('\n')
}

t.test('every script shown anywhere is one of package.json', async (t) => {
  const { scripts }: { readonly scripts: Readonly<Record<string, string>> } = JSON.parse(read('package.json'))
  const shown = [...text].flatMap(([page, body]) =>
    all(/npm run (?:-s )?([a-z]+)/g, body).map((script) => ({ page, script }))
  )
  t.ok(shown.length > 10)
  t.strictSame(
    shown.filter(({ script }) => scripts[script] === undefined),
    []
  )
})

t.test('the flags of npm run vm and npm run image are those of their pages', async (t) => {
  const image = execFileSync(process.execPath, ['src/image/main.ts', '--help'], { cwd: top, encoding: 'utf8' })
  for (const [page, said, least] of [
    ['docs/vm.md', help(), 15],
    ['docs/image.md', image, 4]
  ] as const) {
    const flags = all(/^ {2}(--[a-z-]+)/gm, said).toSorted()
    t.ok(flags.length > least, page)
    t.strictSame(all(/^\| `(--[a-z-]+)[^`]*` \|/gm, read(page)).toSorted(), flags, page)
  }
})

t.test('the exit codes of npm run vm are those of its page', async (t) => {
  const codes = Object.values(exits).map(String)
  t.ok(codes.length > 4)
  t.strictSame(all(/^\| `?(\d+)`? \|/gm, read('docs/vm.md')).toSorted(), codes.toSorted())
})

t.test('every kind is described', async (t) => {
  const names = [...kinds.keys()].toSorted()
  const [, kindsPart = ''] = read('docs/architecture.md').split(/^## (?=The kinds$)|^## (?=Ownership$)/m)
  t.ok(names.length > 10)
  t.strictSame(all(/^\| `([a-z-]+)` \|/gm, kindsPart).toSorted(), names)
})

t.test('the README lists every example', async (t) => {
  const examples = globSync('examples/*.yml', { cwd: top }).toSorted()
  t.ok(examples.length > 3)
  t.strictSame([...new Set(all(/\((examples\/[^)]+)\)/g, read('README.md')))].toSorted(), examples)
})

t.test('every decision has its number, its parts and its line in the list', async (t) => {
  const decisions = globSync('docs/decisions/[0-9]*.md', { cwd: top }).toSorted()
  t.ok(decisions.length > 12)
  const list = read('docs/decisions/README.md')
  decisions.forEach((page, i) => {
    const name = page.slice('docs/decisions/'.length)
    const number = String(i + 1).padStart(4, '0')
    t.match(name, new RegExp(`^${number}-`), `${page} follows the one before`)
    t.match(
      read(page),
      new RegExp(`^# ${number} [\\s\\S]*^## Context$[\\s\\S]*^## Decision$[\\s\\S]*^## Consequences$`, 'm'),
      page
    )
    t.ok(list.includes(`(${name})`), `${page} is in the list`)
  })
})

t.test('every link between pages leads somewhere', async (t) => {
  const links = [...text].flatMap(([page, body]) =>
    all(/\]\(([^)\s]+)\)/g, body.replaceAll(/```[\s\S]*?```/g, '')).map((link) => ({ page, link }))
  )
  const own = links.filter(({ link }) => !/^[a-z]+:/.test(link))
  t.ok(own.length > 40)
  t.strictSame(
    own.filter(({ page, link }) => !leads(page, link)),
    []
  )
})

function leads(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#')
  const file = path === '' ? page : normalize(join(dirname(page), path))
  if (!existsSync(join(top, file))) return false
  return (
    anchor === undefined ||
    all(/^#+ (.+)$/gm, read(file))
      .map(anchorOf)
      .includes(anchor)
  )
}

/** As GitHub names the anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(/\s/g, '-')
}

/** Folder -> modules its files may not import, and the files that may. */
const walls: readonly { readonly files: string; readonly not: RegExp; readonly but?: RegExp }[] = [
  { files: 'src/{core,compose,kinds}/**/*.ts', not: /^node:(?!path$|crypto$|zlib$|util$)/ },
  {
    files: 'src/document/**/*.ts',
    not: /^node:(?!path$|crypto$)/,
    but: /^src\/document\/((read|write|watch|generate)\.ts|generate\/)/
  },
  { files: 'src/{core,compose,kinds,document}/**/*.ts', not: /^src\/(agent|api|cli|init|host\/(?!ports\.ts$)|main)/ },
  // A kind that outgrows its file has a folder of its name.
  { files: 'src/kinds/**/*.ts', not: /^src\/kinds\/[^/]+$/, but: /^src\/kinds\/index\.ts$/ },
  {
    files: 'src/{core,compose,kinds,document,agent,api,cli}/**/*.ts',
    not: /^src\/host\/linux/,
    but: /\/local-plan\.ts$/
  },
  { files: 'src/**/*.ts', not: /^node:child_process$/, but: /^src\/(host\/linux\/spawn\.ts|(vm|image|setup)\/)/ },
  { files: 'src/**/*.ts', not: /^src\/(vm|image|setup)\//, but: /^src\/(vm|image|setup)\// }
]

t.test('the walls that CONTRIBUTING names stand', async (t) => {
  for (const { files, not, but } of walls) {
    const found = globSync(files, { cwd: top }).filter((file) => but === undefined || !but.test(file))
    t.ok(found.length > 3, files)
    const broken = found.flatMap((file) =>
      importsOf(file)
        .filter((module) => not.test(module))
        .map((module) => `${file} imports ${module}`)
    )
    t.strictSame(broken, [], `${files}: ${not.source}`)
  }
})

/** What a file imports, types included; its own project's files by their path. */
function importsOf(file: string): string[] {
  return all(/\b(?:from|import) ?\(? ?'([^']+)'/g, read(file)).map((module) =>
    module.startsWith('.') ? join(dirname(file), module) : module
  )
}
