import { type Extracted, tooLong } from './blocks.js';
import { decodeText } from './decode.js';
import { type ParsedText, parseMarkdown } from './markdown.js';
import { parsePlainText } from './plain-text.js';

/** For files whose text is their bytes decoded. */
const extractWith =
  (parse: (text: string) => ParsedText) =>
  (bytes: Uint8Array, maxCharacters: number): Extracted => {
    const { text } = decodeText(bytes);
    if (text.length > maxCharacters) throw tooLong(maxCharacters);
    return { text, ...parse(text) };
  };

export const extractMarkdown = extractWith(parseMarkdown);
export const extractPlainText = extractWith(parsePlainText);
