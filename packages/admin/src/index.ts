/**
 * The page on which a Stoa shop is run, for the option `admin` of `@stoa/http`.
 */
export { adminPage, type AdminPageOptions } from "./AdminPage.ts"
