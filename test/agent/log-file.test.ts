import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
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
