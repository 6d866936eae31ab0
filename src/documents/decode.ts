import { analyse } from 'chardet';
import { UnreadableError } from './document.js';
import { withoutInvisible } from './invisible.js';

const BYTE_ORDER_MARKS: [encoding: string, mark: number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** Guesses below this (of 100) were wrong about as often as right on short Turkish, Hungarian and Russian files. */
const MIN_CONFIDENCE = 30;

/** More control characters than this share means a binary file that happens to decode. */
const MAX_CONTROL_SHARE = 0.01;

/** What windows-1252 has at 0x80 to 0x9F. Node from 20.18.3 on leaves control characters there: https://github.com/nodejs/node/issues/56542 */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

function decodeStrictly(encoding: string, bytes: Uint8Array): string | null {
  try {
    const decoder = new TextDecoder(encoding, { fatal: true });
    const text = decoder.decode(bytes);
    if (decoder.encoding !== 'windows-1252') return text;
    return text.replace(/[\x80-\x9f]/g, (control) => WINDOWS_1252.charAt(control.charCodeAt(0) - 0x80));
  } catch {
    return null;
  }
}

function isBinary(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
  const controls = text.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/g)?.length ?? 0;
  return controls > MAX_CONTROL_SHARE * text.length;
}

function decodeDeclared(bytes: Uint8Array, encoding: string | undefined): { text: string; encoding: string } | null {
  const text = encoding ? decodeStrictly(encoding, bytes) : null;
  return encoding && text !== null ? { text, encoding: encoding.toLowerCase() } : null;
}

function decodeGuessed(bytes: Uint8Array): { text: string; encoding: string } | null {
  for (const { name, confidence } of analyse(bytes)) {
    const text = confidence >= MIN_CONFIDENCE ? decodeStrictly(name, bytes) : null;
    if (text !== null) return { text, encoding: name.toLowerCase() };
  }
  return null;
}

/**
 * Decodes a text file: a byte order mark decides, then UTF-8, then what the file itself declares, then a guess by
 * letter statistics. The result has LF line ends and no characters that nobody sees, a byte order mark among them.
 *
 * @param declared Encoding that the file names, as an HTML page does.
 * @throws UnreadableError when the bytes are binary or in no encoding that can be told.
 */
export function decodeText(bytes: Uint8Array, declared?: string): { text: string; encoding: string } {
  const marked = BYTE_ORDER_MARKS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte))?.[0];
  const encoding = marked ?? 'utf-8';
  const strict = decodeStrictly(encoding, bytes);
  if (strict === null && marked) throw new UnreadableError(`has a ${marked} byte order mark but is not valid ${marked}; save it as UTF-8`);
  if (strict === null && bytes.includes(0)) throw new UnreadableError('is a binary file, not text');
  const decoded = strict === null ? (decodeDeclared(bytes, declared) ?? decodeGuessed(bytes)) : { text: strict, encoding };
  if (!decoded) throw new UnreadableError('is neither UTF-8 nor in an encoding that can be told; save it as UTF-8');
  if (isBinary(decoded.text)) throw new UnreadableError('is a binary file, not text');
  return { text: withoutInvisible(decoded.text.replace(/\r\n?/g, '\n')), encoding: decoded.encoding };
}
