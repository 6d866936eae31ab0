const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });

/**
 * Where the character that a reader sees at an offset begins: a letter with its accents, an emoji with its parts.
 * Offsets are UTF-16 code units.
 */
export const characterStart = (text: string, at: number): number => segmenter.segment(text).containing(at)?.index ?? Math.max(0, Math.min(at, text.length));

/** Whether a cut there would part what a reader sees as one character. */
export const splitsCharacter = (text: string, at: number): boolean => characterStart(text, at) !== at;
