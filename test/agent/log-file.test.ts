import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { openLogFile } from '../../src/agent/log-file.ts'

t.test('a disk that can not be written costs lines, and these are counted', async (t) => {
  const place = `${t.testdir()}/log`
  writeFileSync(place, 'a file where the folder should be')
  const log = openLogFile(`${place}/rosd.log`, () => 'now')
  log.write('{"msg":"one"}\n')
  log.write('{"msg":"two"}\n')
  rmSync(place)
  log.write('{"msg":"three"}\n')
  log.write('{"msg":"four"}\n')
  t.equal(
    readFileSync(`${place}/rosd.log`, 'utf8'),
    '{"level":40,"time":"now","lines":2,"msg":"lines of this log were lost"}\n{"msg":"three"}\n{"msg":"four"}\n'
  )
})

t.test('a log that was moved away begins anew', async (t) => {
  const path = `${t.testdir()}/rosd.log`
  const log = openLogFile(path, () => 'now')
  log.write('one\n')
  rmSync(path)
  t.notOk(existsSync(path))
  log.write('two\n')
  t.equal(readFileSync(path, 'utf8'), 'two\n')
})

t.test('an agent with much to say keeps within its bounds until somebody rotates its log', async (t) => {
  const dir = t.testdir()
  const log = openLogFile(`${dir}/rosd.log`, () => 'now', { full: 1000, older: 4 })
  for (let number = 0; number < 200; number += 1) log.write(`${String(number).padStart(99, '0')}\n`)
  t.same(readdirSync(dir).toSorted(), ['rosd.log', 'rosd.log.1', 'rosd.log.2', 'rosd.log.3', 'rosd.log.4'])
  const numbersIn = (name: string) => readFileSync(`${dir}/${name}`, 'utf8').trimEnd().split('\n').map(Number)
  const kept = ['rosd.log.4', 'rosd.log.3', 'rosd.log.2', 'rosd.log.1', 'rosd.log'].map(numbersIn)
  t.same(
    kept.map((numbers) => numbers.length),
    [10, 10, 10, 10, 10]
  )
  t.same([kept[0]?.[0], kept[4]?.[9]], [150, 199])
  log.write(`${'x'.repeat(5000)}\n`)
  t.equal(readFileSync(`${dir}/rosd.log`, 'utf8').length, 5001, 'a line longer than the bound is kept as a whole')
})
