import { describe, expect, it } from 'vitest';
import { decodeText } from '../../src/documents/decode.js';
import { UnreadableError } from '../../src/documents/document.js';

const utf8 = (text: string) => Buffer.from(text, 'utf8');
const utf16le = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
const utf16be = (text: string) => utf16le(text).swap16();

/** Writes text in a single-byte encoding, by turning its decoder round. */
function encodeAs(encoding: string, text: string): Uint8Array {
  const decoder = new TextDecoder(encoding);
  const byteOf = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(new Uint8Array([byte])), byte] as const));
  // At the same place in all of them, but Node 20 does not know it of windows-1252.
  byteOf.set('’', 0x92).set('“', 0x93).set('”', 0x94);
  return Uint8Array.from(text, (character) => {
    const byte = byteOf.get(character);
    if (byte === undefined) throw new Error(`${encoding} has no ${character}`);
    return byte;
  });
}

describe('decoding a file', () => {
  it('reads UTF-8 with and without byte order mark as the same text', () => {
    const text = 'Türkiye, Қазақстан, 🏛 – 2019';
    expect(decodeText(utf8(text))).toEqual({ text, encoding: 'utf-8' });
    expect(decodeText(utf8(`\uFEFF${text}`))).toEqual({ text, encoding: 'utf-8' });
  });

  it('reads UTF-16 of either byte order by its byte order mark', () => {
    const text = 'The summit in Şuşa, 🏛 2023';
    expect(decodeText(utf16le(text))).toEqual({ text, encoding: 'utf-16le' });
    expect(decodeText(utf16be(text))).toEqual({ text, encoding: 'utf-16be' });
  });

  it('turns CRLF and lone CR into LF', () => {
    expect(decodeText(utf8('one\r\ntwo\rthree\nfour\r\n\r\nfive')).text).toBe('one\ntwo\nthree\nfour\n\nfive');
  });

  it.each([
    [
      'windows-1254',
      'Türk Devletleri Teşkilatı İstanbul’da kuruldu. Genel Sekreter, üye ülkelerin dışişleri bakanlarıyla görüştü ve işbirliği anlaşması imzalandı.',
    ],
    ['windows-1251', 'Организация исламского сотрудничества была основана в 1969 году. Казахстан является её членом с 1995 года.'],
    [
      'windows-1250',
      'A Magyar Köztársaság megfigyelőként vett részt az űrkutatásról szóló ülésen. A főtitkár köszöntötte a küldöttségeket és az előző év működését értékelte.',
    ],
    ['windows-1252', 'La réunion des ministres a été tenue à Genève. Les représentants ont adopté une décision après l’intervention du secrétaire général.'],
  ])('tells %s from its letters', (encoding, text) => {
    expect(decodeText(encodeAs(encoding, text)).text).toBe(text);
  });

  it('keeps the letters of a short Turkish line', () => {
    const text = 'Türkiye Cumhuriyeti Dışişleri Bakanlığı, Şubat ayında İstanbul’da bir toplantı düzenledi.';
    expect(decodeText(encodeAs('windows-1254', text)).text).toBe(text);
  });

  it('refuses a binary file, also where its bytes happen to be ASCII', () => {
    const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52, 0xff, 0xc0]);
    expect(() => decodeText(png)).toThrow(UnreadableError);
    expect(() => decodeText(png)).toThrow(/binary/);
    expect(() => decodeText(Uint8Array.from([0x50, 0x4b, 3, 4, 0x0a, 0, 0, 0, 0, 0, 0x41]))).toThrow(/binary/);
  });

  it('refuses broken UTF-8 that carries a byte order mark, and says what to do', () => {
    const bytes = Uint8Array.from([0xef, 0xbb, 0xbf, 0x41, 0xc3, 0x28, 0x41]);
    expect(() => decodeText(bytes)).toThrow(/utf-8 byte order mark but is not valid utf-8; save it as UTF-8/);
  });

  it('refuses UTF-16 that ends in the middle of a character', () => {
    expect(() => decodeText(Uint8Array.from([0xff, 0xfe, 0x41, 0x00, 0x42]))).toThrow(UnreadableError);
  });

  it('keeps the tabs and form feeds of old reports', () => {
    expect(decodeText(utf8('Page 1\f\n\tThe office.')).text).toBe('Page 1\f\n\tThe office.');
  });
});

describe('what nobody sees in a text', () => {
  it.each([
    ['controls that terminals obey', 'one\u001b[31m two\u009b', 'one[31m two'],
    ['soft hyphens and zero-width spaces', 'Har\u00adbour\u200b Fo\u2060rum', 'Harbour Forum'],
    ['a byte order mark inside', 'one\ufefftwo', 'onetwo'],
    ['overrides of the direction', 'until \u202e9102\u202c and \u2066then\u2069', 'until 9102 and then'],
    ['tags that spell out orders', 'pact\u{e0041}\u{e006e}\u{e007f}.', 'pact.'],
  ])('is left out: %s', (_, written, seen) => {
    expect(decodeText(utf8(written)).text).toBe(seen);
  });

  it('is kept where scripts and emoji are written with it, and white space is', () => {
    const text = 'نمی\u200cخواهم क्\u200dष 👩\u200d🚀 \u200fשלום\u200e\ttab\nline\u00a0space';
    expect(decodeText(utf8(text)).text).toBe(text);
  });
});
