import t from 'tap'
import { said, user } from '../support.ts'

t.test('a probe tries one thing, in a place there is', (t) => {
  const cases: readonly (readonly [string, RegExp | null])[] = [
    ['{tcp: "127.0.0.1:22"}', null],
    ['{command: "true", in: console}', null],
    ['{interval: 5}', /rancher\.probes\.x: says nothing to try/],
    ['{tcp: "a:1", http: "http://a"}', /rancher\.probes\.x\.http: tcp is tried already/],
    ['{tcp: "a:70000"}', /rancher\.probes\.x\.tcp: 70000 is no port/],
    ['{tcp: a}', /rancher\.probes\.x\.tcp/],
    ['{tcp: "a:1", status: 200}', /rancher\.probes\.x\.status: only http has a status/],
    ['{tcp: "a:1", in: console}', /rancher\.probes\.x\.in: only a command runs somewhere/],
    ['{command: "true", in: nowhere}', /rancher\.probes\.x\.in: there is no service `nowhere`/]
  ]
  for (const [text, wrong] of cases) {
    const all = said(user(`rancher:\n  probes:\n    x: ${text}\n`)).join('\n')
    if (wrong === null) t.equal(all, '', text)
    else t.match(all, wrong, text)
  }
  t.end()
})
