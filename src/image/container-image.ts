import { parse } from 'yaml'
import { ownSuite } from './apt.ts'
import { list, mapping, modes, only, texts } from './package-list.ts'

/** One image as `container-images.yml` describes it, with what is usual there. Paths have no leading slash. */
export interface ContainerImage {
  readonly name: string
  /** `rosd/qemu-guest-agent:0.1.0` */
  readonly tag: string
  readonly suite: string
  readonly packages: readonly string[]
  /** Packages that are not brought along, nor what only they need. */
  readonly without: readonly string[]
  /** Paths and patterns of the packages' files that stay behind; a path stands for all below it, too. */
  readonly drop: readonly string[]
  readonly directories: ReadonlyMap<string, number>
  readonly links: ReadonlyMap<string, string>
  /** Path in the image -> pattern in the packages; all matches one after the other, sorted by path. */
  readonly concat: ReadonlyMap<string, string>
  readonly modes: ReadonlyMap<string, number>
  /** System user (and group of the same name) -> its number. */
  readonly users: ReadonlyMap<string, number>
  readonly config: Readonly<Record<string, unknown>>
}

const usualKeys = ['without', 'drop', 'directories', 'links']
const imageKeys = [...usualKeys, 'suite', 'packages', 'concat', 'modes', 'users', 'config']

/** @throws naming file, image and key of what is not as the head of `container-images.yml` describes */
export function parseContainerImages(text: string, version: string, file = 'container-images.yml'): ContainerImage[] {
  const said = mapping(parse(text, { merge: true }), file)
  only(said, ['repository', 'usual', 'images'], file)
  const usual = mapping(said.usual, `${file}: usual`)
  only(usual, usualKeys, `${file}: usual`)
  const common = parseImage(usual, `${file}: usual`)
  return Object.entries(mapping(said.images, `${file}: images`)).map(([name, value]) => {
    const at = `${file}: images.${name}`
    if (!/^[a-z0-9]+([._-][a-z0-9]+)*$/.test(name)) throw new Error(`${at}: not the name of an image`)
    const own = mapping(value, at)
    only(own, imageKeys, at)
    const image = parseImage(own, at)
    if (image.packages.length === 0) throw new Error(`${at}.packages: names no package`)
    return {
      ...image,
      name,
      tag: `${String(said.repository)}/${name}:${version}`,
      without: [...common.without, ...image.without].filter((one) => !image.packages.includes(one)),
      drop: [...common.drop, ...image.drop],
      directories: new Map([...common.directories, ...image.directories]),
      links: new Map([...common.links, ...image.links])
    }
  })
}

function parseImage(said: Record<string, unknown>, at: string): Omit<ContainerImage, 'name' | 'tag'> {
  const suite = said.suite ?? ownSuite
  if (typeof suite !== 'string' || !/^[a-z]+$/.test(suite)) {
    throw new Error(`${at}.suite: expected a release of Debian such as bookworm, found ${JSON.stringify(suite)}`)
  }
  return {
    suite,
    packages: list(said.packages, `${at}.packages`),
    without: list(said.without, `${at}.without`),
    drop: list(said.drop, `${at}.drop`),
    directories: modes(said.directories, `${at}.directories`, 0o755),
    links: texts(said.links, `${at}.links`),
    concat: texts(said.concat, `${at}.concat`),
    modes: modes(said.modes, `${at}.modes`),
    users: users(said.users, `${at}.users`),
    config: mapping(said.config, `${at}.config`)
  }
}

function users(value: unknown, at: string): Map<string, number> {
  return new Map(
    Object.entries(mapping(value, at)).map(([name, id]) => {
      if (typeof id !== 'number' || !Number.isInteger(id) || id < 1 || id > 999) {
        throw new Error(`${at}.${name}: expected a number from 1 to 999, found ${JSON.stringify(id)}`)
      }
      return [name, id]
    })
  )
}
