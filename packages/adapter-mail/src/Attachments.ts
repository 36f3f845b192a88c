import type { Attachment } from "@stoa/core/notifications/Message"

/** An attachment as nodemailer takes it: the bytes themselves, never a file or an address to be read. */
export const toNodemailer = ({ content, contentType, name }: Attachment) => ({
  filename: name,
  contentType,
  content: Buffer.from(content)
})
