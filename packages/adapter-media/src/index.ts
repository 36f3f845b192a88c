/**
 * Files of a shop on this machine: a folder to keep them in, and sharp to make sizes of pictures.
 */
export { localDisk, type LocalDiskOptions } from "./LocalDisk.ts"
export { sharpImages, type SharpOptions } from "./SharpImages.ts"
