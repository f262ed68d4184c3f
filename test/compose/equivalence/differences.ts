// Where a container of rosd is meant to be another than docker-compose's. A line that no case needs any more fails the test.

export interface Intended {
  /** Where, as `Part.Field` of what the engine tells of a container. */
  readonly field: string
  readonly services: RegExp
  /** What docker-compose's and what ours has there, and ours only then. */
  readonly theirs: RegExp
  readonly ours: RegExp
  readonly why: string
}

export const INTENDED: readonly Intended[] = [
  {
    field: 'Config.Env',
    services: /^texts$/,
    theirs: /"GIVEN=given \$5"/,
    ours: /^(?!.*"GIVEN=)/,
    why: 'in a map, null takes away what a lower layer of the document says; a name to be looked up stands in a list'
  },
  {
    field: 'Config.Volumes',
    services: /^mounts$/,
    theirs: /"\/one":/,
    ours: /^\{"\/five":null\}$/,
    why: 'docker-compose says of each mount a second time that there is one; the engine mounts the same'
  },
  {
    field: 'HostConfig.Links',
    services: /^names$/,
    theirs: /plain_1/,
    ours: /^\["\/outside:\/names\/there","\/plain:\/names\/alias"\]$/,
    why: 'docker-compose adds the numbered names of its containers; a container of rosd has the name of its service alone'
  }
]

/** Keys that no definition uses, and why. */
export const WITHOUT: Readonly<Record<string, string>> = {
  container_name: 'says nothing: a service is called by its key',
  name: 'says nothing: a service is called by its key'
}

/** Keys that docker-compose 1.29 does not know, with what the engine is to tell of them. */
export const UNKNOWN_TO_IT: Readonly<
  Record<string, { readonly service: string; readonly field: string; readonly is: unknown }>
> = {
  cgroup: { service: 'cgroup: host', field: 'HostConfig.CgroupnsMode', is: 'host' },
  uts: { service: 'uts: host', field: 'HostConfig.UTSMode', is: 'host' }
}
