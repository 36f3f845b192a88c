/**
 * Files of a shop in S3, or in any store that speaks its protocol.
 */
export { s3, type S3Options } from "./S3Storage.ts"
