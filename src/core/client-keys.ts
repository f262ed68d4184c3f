/** Where docker looks for a client's keys, of the person who logs in to this machine. */
export const CLIENT_KEYS = '/home/rancher/.docker'
