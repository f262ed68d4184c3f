/** One empty file per container started since this boot; /run forgets them with the boot. */
export const RAN = '/run/ros/ran'
