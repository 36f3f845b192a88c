/**
 * Senders of text messages: Twilio's protocol for shops that are open, the console for development.
 */
export { consoleSender } from "./ConsoleSender.ts"
export { twilio, type TwilioOptions } from "./TwilioSender.ts"
