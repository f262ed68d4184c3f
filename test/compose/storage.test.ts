import t from 'tap'
import { device, tmpfs, volume } from '../../src/compose/storage.ts'
import { NotationError } from '../../src/compose/values.ts'

/** What a notation says is wrong; null when it takes it. */
function wrong(read: () => unknown): string | null {
  try {
    read()
  } catch (error) {
    return error instanceof NotationError ? error.what : String(error)
  }
  return null
}

t.test('volumes come from a path, from a name or from nowhere', async (t) => {
  for (const [entry, source, target] of [
    ['/srv:/data', '/srv', '/data'],
    ['/srv:/data/:ro,rshared', '/srv', '/data'],
    ['db:/var/lib/db:nocopy', 'db', '/var/lib/db'],
    ['/cache', '', '/cache'],
    ['cache', '', '/cache']
  ] as const) {
    t.same(volume(entry), { source, target }, entry)
  }
  for (const [entry, why] of [
    ['./www:/srv', "comes from './www', which is neither an absolute path nor the name of a volume"],
    ['.', 'goes over the whole container'],
    ['/a:b', "has 'b' for its path inside the container, which is not absolute"],
    ['/a:/', 'goes over the whole container'],
    [':/a', 'has nothing before its colon'],
    ['/a:/b:ro:x', 'has more than two colons'],
    ['/a:/b:readonly', "has the option 'readonly'"],
    ['', "has '' for its path inside the container, which is not absolute"]
  ] as const) {
    t.equal(
      wrong(() => volume(entry)),
      `volume '${entry}' ${why}`
    )
  }
})

t.test('tmpfs mounts have a path and options', async (t) => {
  t.same(tmpfs('/run'), ['/run', ''])
  t.same(tmpfs('/tmp:size=64m,mode=1777'), ['/tmp', 'size=64m,mode=1777'])
  for (const wrong of ['run', '/', '', 'size=64m']) t.throws(() => tmpfs(wrong), /is on no path of a container/)
})

t.test('devices', async (t) => {
  for (const [entry, ...parts] of [
    ['/dev/fuse', '/dev/fuse', '/dev/fuse', 'rwm'],
    ['/dev/fuse:r', '/dev/fuse', '/dev/fuse', 'r'],
    ['/dev/sda:/dev/xvda', '/dev/sda', '/dev/xvda', 'rwm'],
    ['/dev/sda:/dev/xvda:rw', '/dev/sda', '/dev/xvda', 'rw']
  ] as const) {
    const { PathOnHost, PathInContainer, CgroupPermissions } = device(entry)
    t.same([PathOnHost, PathInContainer, CgroupPermissions], parts, entry)
  }
  for (const wrong of ['fuse', '', '/dev/a:b', '/dev/a:/dev/b:rx', '/dev/a:/dev/b:rr', '/dev/a:/b:r:w'])
    t.throws(() => device(wrong), /is not a device/, wrong)
})
