// `vlans` of an interface, as people write it. Pure.

export interface Vlan {
  readonly text: string
  /** NaN when it is no number. */
  readonly id: number
  /** Null where the name of the link below is not known. */
  readonly name: string | null
}

/** The VLANs that `vlans` of a link asks for. */
export function vlansOf(link: string | null, vlans = ''): readonly Vlan[] {
  if (vlans.trim() === '') return []
  return vlans.split(',').map((part) => {
    const text = part.trim()
    const [id = '', ...name] = text.split(':')
    const given = name.length === 0 ? (link === null ? null : `${link}.${id}`) : name.join(':')
    return { text, id: /^\d{1,6}$/.test(id) ? Number(id) : Number.NaN, name: given }
  })
}
