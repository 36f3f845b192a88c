/**
 * Files of a shop at Cloudinary.
 */
export { cloudinary, type CloudinaryOptions } from "./CloudinaryStorage.ts"
