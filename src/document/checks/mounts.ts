import { posix } from 'node:path'
import { isSwap, mountOf } from '../../core/mounts.ts'
import type { Path } from '../shape.ts'
import type { CloudConfig } from '../types.gen.ts'
import { doubtful, type Finding, quoted, wrong } from './finding.ts'

const EXPECTED = '[DEVICE, TARGET, TYPE, OPTIONS], for instance [LABEL=data, /mnt/data, ext4, defaults]'
/** File systems that lie on a block device. */
const ON_DEVICES: ReadonlySet<string> = new Set(
  'btrfs exfat ext2 ext3 ext4 f2fs iso9660 ntfs ntfs3 vfat xfs'.split(' ')
)

interface Row {
  readonly at: number
  readonly target: string
  readonly path: Path
}

/** The rows of `mounts`: such as can be mounted, each target once, and each after the mount it lies in. */
export function* mounts(data: CloudConfig): Iterable<Finding> {
  const rows = data.mounts ?? []
  const targets = new Map<string, Row>()
  const areas = new Map<string, number>()
  for (const [at, row] of rows.entries()) {
    const path = ['mounts', at]
    const { target, spec } = mountOf(row)
    if (isSwap(row)) {
      yield* device(spec.source, 'swap', path)
      yield* twice(areas, spec.source, at, 'swap area')
    } else {
      yield* form(row, path)
      const other = targets.get(target)
      if (other !== undefined) yield duplicate(path, `something is mounted on ${target}`, other.at)
      else if (target.startsWith('/')) targets.set(target, { at, target, path })
    }
  }
  for (const [at, row] of rows.entries()) yield* late(row, at, targets)
}

function* twice(areas: Map<string, number>, source: string, at: number, what: string): Iterable<Finding> {
  const other = areas.get(source)
  areas.set(source, other ?? at)
  if (other !== undefined) yield duplicate(['mounts', at], `${what} ${source} is listed`, other)
}

function duplicate(path: Path, what: string, other: number): Finding {
  const expected = 'each target and each swap area once'
  return wrong('ROS_DOC_DUPLICATE', path, `${what} by mounts[${other}] already`, expected, 'take one of the two out')
}

function* form(row: readonly string[], path: Path): Iterable<Finding> {
  const { spec } = mountOf(row)
  if (spec.broken !== null) yield wrong('ROS_DOC_MOUNT', path, spec.broken, EXPECTED, 'correct the entry')
  else if (/^nfs4?$/.test(spec.type) && !/^(\[[^\]]+\]|[^\s:/]+):\S/.test(spec.source))
    yield wrong(
      'ROS_DOC_MOUNT',
      [...path, 0],
      `${quoted(spec.source)} names no directory of a server`,
      'SERVER:/PATH, for instance nas.example.org:/export/data',
      'put the server before the path'
    )
  else yield* device(spec.source, spec.type, path)
}

function* device(source: string, type: string, path: Path): Iterable<Finding> {
  const label = /^((?:PART)?(?:LABEL|UUID))=(.*)$/.exec(source)
  if (label !== null && label[2]?.replaceAll(/["']/g, '') === '')
    yield wrong('ROS_DOC_MOUNT', [...path, 0], `${label[1]}= names nothing`, EXPECTED, 'write the label after the `=`')
  const needed = ON_DEVICES.has(type) || type === 'swap'
  if (label !== null || source.startsWith('/') || (!needed && type !== 'auto')) return
  const expected = 'a path such as /dev/sdb1, or LABEL=, UUID=, PARTLABEL= or PARTUUID='
  const fix = /^[a-z]+\d*$/.test(source) ? `write /dev/${source}` : 'name the device by its path or label'
  const of = needed ? `, which ${type} needs` : ''
  const make = needed ? wrong : doubtful
  yield make('ROS_DOC_MOUNT', [...path, 0], `${quoted(source)} is no device${of}`, expected, fix)
}

/** RancherOS mounted in the order of the list. Here each comes after what it lies in, so this is told and not refused. */
function* late(row: readonly string[], at: number, targets: ReadonlyMap<string, Row>): Iterable<Finding> {
  const { target, spec } = mountOf(row)
  const path = ['mounts', at]
  const outer = isSwap(row) || targets.get(target)?.at !== at ? null : laterAbove(targets, posix.dirname(target), at)
  if (outer !== null)
    yield order([...path, 1], `${target} lies in ${outer.target}, which mounts[${outer.at}] mounts later`, outer)
  if ((spec.type !== 'bind' && !isSwap(row)) || !spec.source.startsWith('/')) return
  const holder = laterAbove(targets, posix.normalize(spec.source), at)
  if (holder !== null && holder !== outer)
    yield order(
      [...path, 0],
      `${spec.source} lies in ${holder.target}, which mounts[${holder.at}] mounts later`,
      holder
    )
}

function order(path: Path, message: string, { at, target }: Row): Finding {
  return doubtful(
    'ROS_DOC_MOUNT_ORDER',
    path,
    message,
    `the row of ${target} first`,
    `move mounts[${at}] before this one; rosd mounts it first whatever the order`
  )
}

/** The nearest mount at or above a path, if a later row makes it. */
function laterAbove(targets: ReadonlyMap<string, Row>, path: string, at: number): Row | null {
  for (let here = path; here !== '/' && here !== '.'; here = posix.dirname(here)) {
    const row = targets.get(here)
    if (row !== undefined) return row.at > at ? row : null
  }
  return null
}
