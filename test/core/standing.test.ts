import { readFileSync } from 'node:fs'
import t from 'tap'
import { STANDING, standingOf, standOn } from '../../src/core/standing.ts'
import type { Schema } from '../../src/document/generate/schema.ts'

const began = { rancher: { system_docker: { graph: '/a', debug: true }, docker: { storage_driver: 'overlay2' } } }

t.test('what an engine stands on is what the boot began with; all else is what the document says now', async (t) => {
  const standing = standingOf(began)
  t.strictSame(standing, { system_docker: { graph: '/a' }, docker: { storage_driver: 'overlay2' } })
  const now = {
    hostname: 'a',
    rancher: { system_docker: { exec_root: '/run/b', debug: false }, docker: { graph: '/b', group: 'docker' } }
  }
  t.strictSame(standOn(now, standing), {
    hostname: 'a',
    rancher: {
      system_docker: { graph: '/a', debug: false },
      docker: { storage_driver: 'overlay2', group: 'docker' }
    }
  })
  t.strictSame(standOn(began, standing), began)
  t.equal(standOn(now, undefined), now, 'where no boot is known the document counts')
})

t.test('these are the options of an engine that take effect with the next boot', async (t) => {
  const schema: Schema = JSON.parse(
    readFileSync(new URL('../../schemas/cloud-config.schema.json', import.meta.url), 'utf8')
  )
  const options = Object.entries(schema.$defs?.['engine']?.properties ?? {})
  const reboot = options.filter(([, option]) => option['x-applies'] === 'reboot').map(([key]) => key)
  t.same(reboot.toSorted(), [...STANDING])
})
