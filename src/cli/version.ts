import package_ from '../../package.json' with { type: 'json' }

/** Of this command; the same number the image and its service images carry. */
export const VERSION: string = package_.version
