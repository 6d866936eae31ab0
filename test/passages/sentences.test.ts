import { describe, expect, it } from 'vitest';
import { splitSentences } from '../../src/passages/sentences.js';

const sentences = (text: string) => splitSentences(text).map(({ start, end }) => text.slice(start, end));

describe('sentences', () => {
  it('end at full stops, question and exclamation marks, with their closing quotes and brackets', () => {
    expect(sentences('It opened. Did it close? “It did not!” (So they said.) Well.')).toEqual([
      'It opened.',
      'Did it close?',
      '“It did not!”',
      '(So they said.)',
      'Well.',
    ]);
  });

  it.each([
    'The speech of H.E. Mr. Viktor Orbán was heard by Dr. K. Aliyev, Prof. Nagy et al. and St. Petersburg’s mayor.',
    'The U.S. Ambassador and J. R. R. Tolkien met Gen. Sir A. B. Smith.',
    'Prices rose by 3.5 per cent to 1.234.567 in art. 5, para. 2, no. 7 of vol. 3.',
    'The office opened on 3. 9. 2019 in Budapest and on 03.09.2019 in Baku.',
    'It was signed on Sept. 3 and ratified on 5 Oct. 2019.',
    'Items such as e.g. Steel, i.e. Iron, cf. Annex A, were named.',
  ])('do not end inside "%s"', (text) => {
    expect(sentences(text)).toEqual([text]);
  });

  it('run over the line ends of wrapped text', () => {
    expect(sentences('The office\nopened in\n2019. It\nclosed.')).toEqual(['The office\nopened in\n2019.', 'It\nclosed.']);
  });

  it('are one a list item, with its number or bullet', () => {
    expect(sentences('1. The office opened\n2. The office closed. It was empty\n10) Third')).toEqual([
      '1. The office opened',
      '2. The office closed.',
      'It was empty',
      '10) Third',
    ]);
    expect(sentences('- Azerbaijan\n- Kazakhstan\n  * Astana\n• Türkiye')).toEqual(['- Azerbaijan', '- Kazakhstan', '* Astana', '• Türkiye']);
  });

  it('are the whole text where it has no full stop, and none where it is blank', () => {
    expect(sentences('  no full stop here  ')).toEqual(['no full stop here']);
    expect(sentences(' \n ')).toEqual([]);
  });

  it('have offsets into the whole text when only a stretch of it is split', () => {
    const text = '🏛️ Before. The office opened. It closed. After.';
    const start = text.indexOf('The');
    const end = text.indexOf(' After');
    expect(splitSentences(text, { start, end }).map((s) => text.slice(s.start, s.end))).toEqual(['The office opened.', 'It closed.']);
  });

  it.each([
    'One. Two! Three? 4. Five… six; seven: “eight.” nine.\n\n- ten\n- eleven. twelve\n13) e\u0301 🏛️. 𝒳 end',
    'H.E. A. B. C. D. 1. 2. 3. 4. 2019. ... ?! .',
    'Қазақстан мүше болды. 该办公室于2019年开设。它很小。 مكتب. العربية؟ نعم.',
    '\u00a0NBSP. \u2003EM. \r\n CRLF. \t tab.\u2028line',
  ])('lose nothing and do not overlap in %j', (text) => {
    let at = 0;
    for (const { start, end } of splitSentences(text)) {
      expect(text.slice(at, start).trim()).toBe('');
      expect(end).toBeGreaterThan(start);
      expect(text.slice(start, end)).toBe(text.slice(start, end).trim());
      at = end;
    }
    expect(text.slice(at).trim()).toBe('');
  });
});
