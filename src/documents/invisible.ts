/**
 * Characters that nobody sees and that can carry, hide or reorder text: controls (terminals obey some), soft hyphens,
 * zero-width spaces, directional overrides and isolates, and the tag block, which mirrors ASCII.
 * Joiners and directional marks stay: Persian, Hindi, Hebrew and emoji are written with them.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f-\u009f\u00ad\u180e\u200b\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** The text as a reader sees it, letter for letter. */
export const withoutInvisible = (text: string): string => text.replace(INVISIBLE, '');
