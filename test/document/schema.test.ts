import { globSync, readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { stale } from '../../src/document/generate.ts'
import type { Schema } from '../../src/document/generate/schema.ts'
import { prepareAll } from '../../src/document/prepare.ts'
import { isError, problemCodes } from '../../src/document/problem.ts'
import type { Path } from '../../src/document/shape.ts'
import { spot } from '../../src/document/shape.ts'
import { built, layer, problemsOf } from './support.ts'

const top = new URL('../../', import.meta.url)
const schema: Schema = JSON.parse(readFileSync(new URL('schemas/cloud-config.schema.json', top), 'utf8'))

interface Leaf {
  readonly path: Path
  readonly schema: Schema
  readonly applies: string | undefined
  readonly status: string | undefined
}

/** Every key of the schema, by a path with a made-up name where people choose one. */
function* keys(from: Schema, path: Path, applies?: string, status?: string): Generator<Leaf> {
  const here = from.$ref === undefined ? from : { ...schema.$defs?.[from.$ref.replace('#/$defs/', '')], ...from }
  const inherited = [here['x-applies'] ?? applies, here['x-status'] ?? status] as const
  yield { path, schema: here, applies: inherited[0], status: inherited[1] }
  for (const [key, child] of Object.entries(here.properties ?? {})) yield* keys(child, [...path, key], ...inherited)
  if (typeof here.additionalProperties === 'object')
    yield* keys(here.additionalProperties, [...path, nameFor(path)], ...inherited)
}

/** A key that a map with names of its own lets through. */
function nameFor(path: Path): string {
  return path.at(-1) === 'keys' ? 'rsa' : 'some'
}

const all = [...keys(schema, [])].slice(1)

t.test('generated files are what the schema makes', async (t) => {
  t.same(await stale(), [], 'run: npm run generate')
})

t.test('every key says what it is, when it counts, and gives an example', async (t) => {
  t.ok(all.length > 500, `${all.length} keys`)
  for (const { path, schema: key, applies, status } of all) {
    const name = path.join('.')
    if (key.description === undefined && path.at(-1) !== nameFor(path.slice(0, -1)))
      t.fail(`${name} has no description`)
    if (!/^(live|reboot|restart [\w-]+(, [\w-]+)*)$/.test(applies ?? '')) t.fail(`${name}: x-applies is ${applies}`)
    if (status !== 'acted' && status !== 'later') t.fail(`${name}: x-status is ${status}`)
    const named = path.at(-1) === nameFor(path.slice(0, -1))
    if (key.examples === undefined && key.properties === undefined && !named) t.fail(`${name} has no example`)
    if (key.properties !== undefined && key.additionalProperties !== false) t.fail(`${name} lets unknown keys through`)
  }
})

/** A document that holds one value at one path, with what a service or a file cannot be without. */
function documentWith(path: Path, value: unknown): string {
  const data = path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
  return JSON.stringify(data)
}

t.test('every example and every default is valid', async (t) => {
  for (const { path, schema: key } of all) {
    for (const value of [...(key.examples ?? []), ...(key.default === undefined ? [] : [key.default])]) {
      // By itself: what else there has to be is not the schema's matter.
      const [prepared] = prepareAll([layer('user', documentWith(path, value))]).prepared
      const errors = (prepared?.problems ?? []).filter(isError)
      t.same(
        errors.map(({ message }) => message),
        [],
        `${path.join('.')}: ${JSON.stringify(value)}`
      )
    }
  }
})

t.test('the shape the agent keeps agrees with the schema on every key', async (t) => {
  for (const { path, applies, status } of all)
    t.match(
      spot(path),
      { applies: applies?.replace('NAME', String(path[2] ?? 'NAME')), later: status === 'later' },
      path.join('.')
    )
})

t.test('a wrong type is refused at every key that has one', async (t) => {
  let refused = 0
  for (const { path, schema: key } of all) {
    if (key.type === undefined || key.additionalProperties === true) continue
    const wrong = key.type === 'object' ? 'text' : { some: { deep: {} } }
    const errors = problemsOf(layer('user', documentWith(path, wrong))).filter(({ severity }) => severity === 'error')
    if (errors.length === 0) t.fail(`${path.join('.')} takes ${JSON.stringify(wrong)}`)
    refused++
  }
  t.ok(refused > 300, `${refused} keys`)
})

t.test('the examples are valid documents without a warning', async (t) => {
  const names = readdirSync(new URL('examples/', top)).filter((name) => name.endsWith('.yml'))
  t.ok(names.length >= 5, `${names.length} examples`)
  for (const name of names) {
    const text = readFileSync(new URL(`examples/${name}`, top), 'utf8')
    t.same(built(layer('user', text, name)).problems, [], name)
  }
})

t.test('the reference names every key', async (t) => {
  const page = readFileSync(new URL('docs/reference.md', top), 'utf8')
  const leaves = all.filter(
    ({ path, schema: key }) => key.properties === undefined && path.at(-1) !== nameFor(path.slice(0, -1))
  )
  for (const { path } of leaves) {
    const key = path.at(-1)
    if (!page.includes(`.${key}\``) && !page.includes(`\`${key}\``))
      t.fail(`${path.join('.')} is not in docs/reference.md`)
  }
  t.ok(leaves.length > 300, `${leaves.length} keys`)
  for (const [, anchor] of page.matchAll(/\]\(#(\w+)\)/g)) {
    if (!page.includes(`\n## ${anchor}\n`)) t.fail(`#${anchor} leads nowhere`)
  }
})

t.test('every code of a problem is used, and has a meaning', async (t) => {
  const source = globSync('src/**/*.ts', { cwd: top })
    .filter((name) => name !== 'src/document/problem.ts')
    .map((name) => readFileSync(new URL(name, top), 'utf8'))
    .join('\n')
  const used = new Set(source.match(/\bROS_DOC_\w+\b/g))
  for (const [code, meaning] of Object.entries(problemCodes)) {
    t.ok(used.has(code), code)
    t.match(meaning, /\w/)
  }
})
