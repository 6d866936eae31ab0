/**
 * Text of documents as Markdown that shows it and does nothing: chat front ends render what a model says, so a link,
 * an image or a tag out of a document would become one. Numbers of citations stay as they are.
 */
export const escapeMarkdown = (text: string): string =>
  text.replace(/\[\d+(?:, \d+)*\](?![([:])|[\\`*<>[\]]/g, (match) => (match.length > 1 ? match : `\\${match}`));
