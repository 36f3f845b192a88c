/**
 * Pushes to browsers.
 */
export { generateKeys, type VapidKeys } from "./VapidKeys.ts"
export { webPush, type WebPushOptions } from "./WebPush.ts"
