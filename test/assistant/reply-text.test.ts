import { describe, expect, it } from 'vitest';
import type { Reply } from '../../src/assistant/reply.js';
import { replyText } from '../../src/assistant/reply-text.js';

const place = { source: 'ports.pdf', title: 'Ports', paragraph: 3, start: 10, end: 37 };
const quote = 'Ardal joined on 4 May 2011.';
const reply: Reply = {
  answer: `${quote} [1]`,
  answered: true,
  confidence: 0.9,
  shortAnswer: '4 May 2011',
  citations: [{ id: 1, url: '/sources/ports.pdf#p3', ...place, quote, page: 2 }],
  conflicts: [],
  passages: [],
  rewrittenQuestion: null,
  index: { generation: '000001', builtAt: '2026-01-01T00:00:00.000Z' },
  mode: 'extractive',
  tookMs: 1,
};

describe('a reply as text', () => {
  it('says where each quote stands, with the page where the document has pages', () => {
    expect(replyText(reply)).toBe(`${quote} [1]\n\nSources:\n- [1] ports.pdf, p. 2, paragraph 3: "${quote}"`);
  });

  it('says where the nearest passages stand, and what did not go as it should have', () => {
    const passages = [{ ...place, text: quote, score: 0.2 }];
    const refused = replyText({ ...reply, answer: 'No.', answered: false, citations: [], passages, warnings: ['the language model failed'] });
    expect(refused).toBe(`No.\n\nThe nearest passages:\n- ports.pdf, paragraph 3: ${quote}\n\nNote: the language model failed.`);
  });
});
