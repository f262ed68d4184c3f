import t from 'tap'
import type { CloudConfig } from '../../src/document/types.gen.ts'
import { envFile, envFilePaths, withWritten } from '../../src/compose/env-file.ts'

t.test('lines are read as docker-compose reads them', (t) => {
  const table: readonly (readonly [string, readonly (readonly [string, string | null])[]])[] = [
    ['', []],
    [
      '\uFEFFA=1\r\n# no\n\n  B = 2  \n',
      [
        ['A', '1'],
        ['B', '2']
      ]
    ],
    ['export A=1', [['A', '1']]],
    ['A=', [['A', '']]],
    ['A', [['A', null]]],
    ['A=a=b', [['A', 'a=b']]],
    ['A=a b # c', [['A', 'a b']]],
    ['A=a#b', [['A', 'a#b']]],
    ['A="a # b" # c', [['A', 'a # b']]],
    ['A="a\\n\\"b\\\\"', [['A', 'a\n"b\\']]],
    ["A='a\\n$B'", [['A', 'a\\n$B']]],
    ['A="open', [['A', '"open']]]
  ]
  for (const [text, entries] of table) t.same(envFile(text), entries, JSON.stringify(text))
  t.end()
})

t.test('which files are read, and what the document writes itself', (t) => {
  const data: CloudConfig = {
    rancher: {
      environment: { DIR: '/etc' },
      services: { a: { env_file: ['${DIR}/a.env', '/b.env'] }, b: { env_file: ['/b.env'] } }
    },
    write_files: [
      { path: '/b.env', content: 'Qj0x', encoding: 'base64' },
      { path: '/etc/a.env', content: 'A=1', container: 'ntp' }
    ]
  }
  t.same(envFilePaths(data, { version: '1', kernel: '6' }), ['/etc/a.env', '/b.env'])
  t.same(withWritten({ '/etc/a.env': null, '/b.env': 'old' }, data), { '/etc/a.env': null, '/b.env': 'B=1' })
  t.end()
})
