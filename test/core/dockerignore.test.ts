import t from 'tap'
import { ignored } from '../../src/core/dockerignore.ts'

t.test('which paths a .dockerignore names', (t) => {
  const table: readonly (readonly [rules: string, out: readonly string[], kept: readonly string[]])[] = [
    ['', [], ['a']],
    ['# a\n\na\n', ['a', 'a/b'], ['b/a', 'ab', '# a']],
    ['/a/\n', ['a', 'a/b'], ['b/a']],
    ['*.log', ['x.log'], ['a/x.log', 'x.logs']],
    ['*/x', ['a/x', 'a/x/y'], ['x', 'a/b/x']],
    ['**/x', ['x', 'a/x', 'a/b/x'], ['ax']],
    ['a/**', ['a/b', 'a/b/c'], ['a']],
    ['a?', ['ab'], ['a', 'a/b']],
    ['[a-c]x', ['bx'], ['dx']],
    ['*.md\n!README.md', ['a.md'], ['README.md']],
    ['!a\na', ['a'], []],
    ['a+b.c', ['a+b.c'], ['aab.c', 'a+bxc']]
  ]
  for (const [rules, out, kept] of table) {
    const test = ignored(rules)
    t.same([...out, ...kept].filter(test), out, JSON.stringify(rules))
  }
  t.same([ignored('a').exceptions, ignored('a\n!a/b').exceptions], [false, true])
  t.end()
})
