import t from 'tap'
import { perDocument } from '../../src/core/per-document.ts'

t.test('what is asked of a document is computed once, and anew for another document or other links', async (t) => {
  let times = 0
  const count = perDocument(({ data, facts }) => {
    times += 1
    return { hostname: data.hostname, links: facts.links.length }
  })
  const [data, links] = [{ hostname: 'a' }, [{ name: 'eth0', mac: '', kind: '' }]]
  const first = count({ data, facts: { links } })
  t.same(first, { hostname: 'a', links: 1 })
  t.equal(count({ data, facts: { links } }), first, 'the very same')
  t.equal(times, 1)
  t.same(count({ data, facts: { links: [] } }), { hostname: 'a', links: 0 })
  t.same(count({ data: { hostname: 'b' }, facts: { links } }), { hostname: 'b', links: 1 })
  t.equal(count({ data, facts: { links } }), first, 'and still known')
  t.equal(times, 3)
})
