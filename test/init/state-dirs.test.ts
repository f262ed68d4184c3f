import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { seed } from '../../src/init/state-dirs.ts'

t.test("the image's files come into the state, follow its upgrades, and stay as somebody changed them", async (t) => {
  const at = t.testdir({ image: { a: 'a1', b: 'b1', folder: { x: '' } }, state: {} })
  const state = (): Record<string, string> =>
    Object.fromEntries(readdirSync(`${at}/state`).map((name) => [name, readFileSync(`${at}/state/${name}`, 'utf8')]))
  const boot = (): void => seed(`${at}/image`, `${at}/state`, `${at}/seeds`)

  boot()
  t.strictSame(state(), { a: 'a1', b: 'b1' })
  writeFileSync(`${at}/state/b`, 'mine')
  writeFileSync(`${at}/state/own`, 'mine')
  boot()
  t.strictSame(state(), { a: 'a1', b: 'mine', own: 'mine' })
  for (const name of ['a', 'b', 'c']) writeFileSync(`${at}/image/${name}`, `${name}2`)
  boot()
  t.strictSame(state(), { a: 'a2', b: 'mine', c: 'c2', own: 'mine' })
  rmSync(`${at}/image/c`)
  boot()
  t.strictSame(state(), { a: 'a2', b: 'mine', c: 'c2', own: 'mine' })
  t.doesNotThrow(() => seed(`${at}/nothing`, `${at}/state`, `${at}/seeds`))
})
