// Whether what the kernel tells of nftables is about the agent's own table: engines and people change theirs all the time.
import { attributesOf } from './netlink.ts'

const HEADER = 16
/** struct nfgenmsg of <linux/netfilter/nfnetlink.h>: family, version, resource id. */
const GENERIC = 4
const NFPROTO_INET = 1
/** Attribute 1 of every message but that of a generation is the name of the table: NFTA_TABLE_NAME, NFTA_CHAIN_TABLE, … */
const TABLE = 1
const NAMES = new Set([TABLE])
const OURS = 'rosd'
const NFNL_SUBSYS_NFTABLES = 10
/** NFT_MSG_NEWGEN: the number of the transaction. */
const NEWGEN = 15

/** True when a message of the datagram is about `inet rosd`. */
export function tellsOf(datagram: Buffer): boolean {
  for (let at = 0; at + HEADER + GENERIC <= datagram.length; ) {
    const length = datagram.readUInt32LE(at)
    if (length < HEADER + GENERIC || at + length > datagram.length) return false
    const type = datagram.readUInt16LE(at + 4)
    const body = datagram.subarray(at + HEADER, at + length)
    const said = type >> 8 === NFNL_SUBSYS_NFTABLES && (type & 255) !== NEWGEN && body.readUInt8(0) === NFPROTO_INET
    const name = said ? attributesOf(body, GENERIC, NAMES).get(TABLE) : undefined
    if (name?.toString('utf8').replace(/\0.*$/s, '') === OURS) return true
    at += (length + 3) & ~3
  }
  return false
}
