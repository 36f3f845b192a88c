/**
 * Mailers: SMTP and Resend for shops that are open, the console and files for development.
 */
export { consoleMailer } from "./ConsoleMailer.ts"
export { fileMailer, type FileMailerOptions } from "./FileMailer.ts"
export { resend, type ResendOptions } from "./ResendMailer.ts"
export { smtp, type SmtpOptions } from "./SmtpMailer.ts"
