/**
 * A quoted stretch of a document as a sentence to say: without Markdown marks and list markers, on one line,
 * with a full stop. Letters and digits stay as they are.
 */
export function plainSentence(quote: string): string {
  const plain = quote
    .replace(/!?\[([^\]]*)\]\((?:[^()]|\([^)]*\))*\)/g, '$1')
    // A number in square brackets would be taken for a citation of ours.
    .replace(/\[(\d+(?:\s*[,–-]\s*\d+)*)\]/g, '($1)')
    .replace(/<\/?[a-z][^>]*>/gi, ' ')
    .replace(/(\*\*|__|~~|`)(.+?)\1/gs, '$2')
    .replace(/(?<![\p{L}\p{N}])([*_])(\S(?:.*?\S)?)\1(?![\p{L}\p{N}])/gsu, '$2')
    .replace(/^\s*\|\s*|\s*\|\s*$/g, '')
    .replace(/\s*\|\s*/g, ' | ')
    .replace(/^[ \t]*(?:[-*+•–—]|\d{1,3}[.)]|>)[ \t]+/gm, '')
    .replace(/\s+/g, ' ')
    .trim();
  return /[.!?…:;]["”’)]*$/.test(plain) ? plain : `${plain}.`;
}

export const countWords = (text: string): number => text.split(/\s+/).filter(Boolean).length;
