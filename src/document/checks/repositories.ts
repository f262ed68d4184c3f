import { isName } from '../../repository/index.ts'
import type { CloudConfig } from '../types.gen.ts'
import { type Finding, quoted, wrong } from './finding.ts'

/** Where a person's own definitions lie, as in RancherOS. */
const OWN = /^\/var\/lib\/rancher\/conf\/[^/]+\.yml$/
const ADDRESS = /^https?:\/\/[^\s/]+\S*$/

/** Addresses of repositories, and what services_include names. */
export function* repositories({ rancher }: CloudConfig): Iterable<Finding> {
  for (const [name, { url }] of Object.entries(rancher?.repositories ?? {})) {
    const path = ['rancher', 'repositories', name]
    if (!isName(name)) {
      const [message, expected] = [`${quoted(name)} is no name of a repository`, 'letters, digits, `_`, `.` and `-`']
      yield { path, code: 'ROS_DOC_NOTATION', message, expected, fix: 'correct the name' }
    } else if (url === undefined) {
      yield {
        path,
        code: 'ROS_DOC_MISSING_KEY',
        message: 'the repository has no address',
        expected: '`url:`',
        fix: 'add it, or take the repository away'
      }
    } else if (!ADDRESS.test(url) && !/^(file:\/\/)?\/\S*$/.test(url)) {
      yield wrong(
        'ROS_DOC_NOTATION',
        [...path, 'url'],
        `${quoted(url)} is no address of a repository`,
        'an address that begins with http:// or https://, or the path of a directory',
        'give the directory that holds index.yml'
      )
    }
  }
  for (const name of Object.keys(rancher?.services_include ?? {})) {
    if (ADDRESS.test(name) || OWN.test(name) || isName(name)) continue
    const path = ['rancher', 'services_include', name]
    yield {
      path,
      code: 'ROS_DOC_NOTATION',
      severity: 'warning',
      message: name.startsWith('/')
        ? `${quoted(name)} is not in /var/lib/rancher/conf`
        : `${quoted(name)} names no service`,
      expected: 'a name of a repository, an address, or a file /var/lib/rancher/conf/NAME.yml',
      fix: name.startsWith('/') ? 'move the file there, and name it there' : 'correct the name'
    }
  }
}
