import { describe, expect, it } from 'vitest';
import type { Document } from '../../src/documents/document.js';
import { parseDocument } from '../../src/documents/parse-document.js';
import { type DraftSentence, type Quote, quoteDefect, verify } from '../../src/verification/verify.js';

const OFFICE = `# Offices 🏛️

The office in Budapest was opened on 19 September 2019 by Péter Szijjártó and Baghdad Amreyev. It employs seven people. The office in Baku has 12 rooms.

Hungary became an observer on 3 September 2019 at the sixth summit.

🏛️ E\u0301mile Zátopek chaired the VIII summit, held from 3 to 5 May 2020; the WHO and the G20 sent observers.

The members of the council, who meet yearly, come from Kazakhstan, Türkiye and Uzbekistan. Members pay US$ 1,500, 7 per cent of 1.5 million, in March.
`;

const document = await parseDocument('offices.md', Buffer.from(OFFICE));
const other = await parseDocument(
  'other.txt',
  Buffer.from('The delegation from Poland visited the office of the president. The delegations of Georgia and Poland stayed.'),
);
const documents = new Map<string, Document>([
  [document.source, document],
  [other.source, other],
]);
const common = new Set(OFFICE.match(/(?<![\p{L}\p{M}])\p{Ll}+/gu));
const sources = { documents, isCommonWord: (word: string) => common.has(word) };

/** The quote of a stretch that stands once in the document. */
function quote(text: string, change: Partial<Quote> = {}): Quote {
  const start = document.text.indexOf(text);
  if (start < 0) throw new Error(`no such stretch: ${text}`);
  const paragraph = document.paragraphs.find((p) => p.start <= start && start < p.end)?.paragraph ?? 0;
  return { source: 'offices.md', paragraph, start, end: start + text.length, quote: text, ...change };
}

const OPENED = 'The office in Budapest was opened on 19 September 2019 by Péter Szijjártó and Baghdad Amreyev.';
const EMPLOYS = 'It employs seven people.';
const OBSERVER = 'Hungary became an observer on 3 September 2019 at the sixth summit.';
const SUMMIT = 'E\u0301mile Zátopek chaired the VIII summit, held from 3 to 5 May 2020; the WHO and the G20 sent observers.';
const COUNCIL = 'The members of the council, who meet yearly, come from Kazakhstan, Türkiye and Uzbekistan.';
const PAY = 'Members pay US$ 1,500, 7 per cent of 1.5 million, in March.';

const say = (text: string, ...quotes: (Quote | string)[]): DraftSentence => ({ text, quotes: quotes.map((q) => (typeof q === 'string' ? quote(q) : q)) });
const passes = (draft: DraftSentence) => verify([draft], sources).sentences.length === 1;
const reasons = (draft: DraftSentence) => verify([draft], sources).rejected.flatMap((r) => r.reasons);

describe('the verifier lets the truth through', () => {
  it.each([OPENED, EMPLOYS, OBSERVER, SUMMIT, COUNCIL, PAY])('a sentence that is its quote: %s', (text) => {
    expect(reasons(say(text, text))).toEqual([]);
  });

  it.each([
    ['a date in another form', 'Hungary has been an observer since the 3rd of September 2019.', OBSERVER],
    ['an ISO date', 'Hungary became an observer on 2019-09-03.', OBSERVER],
    ['a date abbreviated', 'Hungary became an observer on 3 Sept. 2019.', OBSERVER],
    ['a date with points', 'Hungary became an observer on 3. 9. 2019.', OBSERVER],
    ['less of a date', 'Hungary became an observer in September 2019.', OBSERVER],
    ['only the month', 'Hungary became an observer in September.', OBSERVER],
    ['a number in digits', 'It employs 7 people.', EMPLOYS],
    ['nothing but the number', 'Seven.', PAY],
    ['a number without separators', 'Members pay US$ 1,500.', PAY],
    ['a large number in words', 'It is part of one million five hundred thousand.', PAY],
    ['an ordinal in digits', 'Hungary became an observer at the 6th summit.', OBSERVER],
    ['an ordinal for a roman number', 'The eighth summit was chaired by E\u0301mile Zátopek.', SUMMIT],
    ['a roman number for an ordinal', 'Hungary became an observer at the VI summit.', OBSERVER],
    ['a name without accents', 'Peter Szijjarto opened the Budapest office.', OPENED],
    ['a name in capitals', 'HUNGARY became an observer.', OBSERVER],
    ['a possessive', 'Hungary’s observer status began on 3 September 2019.', OBSERVER],
    ['a common word at the beginning', 'Observers were sent by the WHO.', SUMMIT],
    ['"one" that is no number', 'Hungary is one of the observers.', OBSERVER],
    ['a range', 'The summit was held on 3–5 May 2020.', SUMMIT],
  ])('%s', (_, text, evidence) => {
    expect(reasons(say(text, evidence))).toEqual([]);
  });

  it('a sentence that rests on two quotes', () => {
    expect(reasons(say('The Budapest office employs seven people; Hungary is an observer.', OPENED, EMPLOYS, OBSERVER))).toEqual([]);
  });

  it('a quote after a surrogate pair and a combining accent', () => {
    expect(passes(say('The WHO sent observers.', 'the WHO and the G20 sent observers'))).toBe(true);
  });
});

describe('the verifier stops lies', () => {
  it.each([
    ['a wrong year', 'Hungary became an observer on 3 September 2018.', OBSERVER],
    ['a wrong year alone', 'Hungary became an observer in 2018.', OBSERVER],
    ['a wrong day', 'Hungary became an observer on 4 September 2019.', OBSERVER],
    ['a wrong month', 'Hungary became an observer on 3 October 2019.', OBSERVER],
    ['a wrong month alone', 'Hungary became an observer in June.', OBSERVER],
    ['day and month swapped', 'Hungary became an observer on 2019-03-09.', OBSERVER],
    ['the end of a range moved', 'The summit was held from 3 to 6 May 2020.', SUMMIT],
    ['a day inside a range', 'The summit was held on 4 May 2020.', SUMMIT],
    ['a date put together from two', 'The office was opened on 3 September 2019.', OPENED],
    ['more of a date than the quote says', 'The meeting is on 3 March.', PAY],
    ['a swapped name', 'Poland became an observer on 3 September 2019.', OBSERVER],
    ['an invented name inside the sentence', 'The office was opened by Viktor Orbán.', OPENED],
    ['an invented name at the beginning', 'Poland opened the office in Budapest.', OPENED],
    ['an invented name after a title', 'The office was opened by Mr. Poland.', OPENED],
    ['an invented name after an initial', 'The office was opened by B. Council.', OPENED],
    ['a name of two people', 'The office was opened by Péter Amreyev.', OPENED],
    ['a known name in lower case', 'The office was opened by poland.', OPENED],
    ['a name in another form of the word', 'The Kazakhstani and the Uzbekistani members meet yearly.', COUNCIL],
    ['a name inside a hyphenated word', 'The office was opened by Poland-born Baghdad Amreyev.', OPENED],
    ['an abbreviation that looks like a common word', 'The members of the council come from the WHO.', COUNCIL],
    ['another abbreviation', 'The G20 and the IT sent observers.', SUMMIT],
    ['a number inside an abbreviation', 'The WHO and the G7 sent observers.', SUMMIT],
    ['a number from the neighbouring sentence', 'The office in Budapest has seven people.', OPENED],
    ['a wrong number in words', 'It employs eight people.', EMPLOYS],
    ['a wrong number in digits', 'It employs 8 people.', EMPLOYS],
    ['an ordinal for a cardinal', 'It employs the seventh people.', EMPLOYS],
    ['a cardinal for an ordinal', 'Hungary became an observer at six summits.', OBSERVER],
    ['a wrong roman number', 'E\u0301mile Zátopek chaired the VII summit.', SUMMIT],
    ['a wrong scale', 'Members pay 7 per cent of 1.5 billion.', PAY],
    ['a wrong separator', 'Members pay US$ 1.500.', PAY],
    ['"one" that is a number', 'It employs one person, not seven people.', EMPLOYS],
    ['a dozen', 'It employs a dozen people.', EMPLOYS],
    ['digits of another script', 'Hungary became an observer on 3 September ٢٠١٨.', OBSERVER],
    ['a number with many points', 'Members pay by rule 1.5.9 of the council.', PAY],
    ['a month in lower case', 'Hungary became an observer in june.', OBSERVER],
    ['a time made of two numbers', 'The summit was held at 3:05.', SUMMIT],
    ['a reference made of two numbers', 'Members pay by resolution 7/1500.', PAY],
    ['letters of full width', 'Ｐｏｌａｎｄ became an observer.', OBSERVER],
    ['an invisible character in a name', 'Pol\u200dand became an observer.', OBSERVER],
    ['an invisible character in a year', 'Hungary became an observer in 20\u200b18.', OBSERVER],
    ['a name mixed from two quotes', 'Péter Zátopek opened the office.', `${OPENED}+${SUMMIT}`],
    ['a short range of years', 'Hungary was an observer in 2019-21.', OBSERVER],
    ['a letter from another alphabet in a name', 'Hungаry became an observer.', OBSERVER],
    ['a name that begins in lower case', 'The office was opened by iPoland.', OPENED],
  ])('%s', (_, text, evidence) => {
    expect(passes(say(text, ...evidence.split('+')))).toBe(false);
  });

  it('that rest on nothing', () => {
    expect(reasons(say('The office was closed.'))).toContain('it has no quote');
    expect(passes(say('…', OPENED))).toBe(false);
    expect(passes(say('', OPENED))).toBe(false);
  });

  it('that rest on a quote which says nothing, or nothing about it', () => {
    const at = document.text.indexOf('. It employs');
    expect(passes(say('It was so.', quote('. ', { start: at, end: at + 2, paragraph: 2 })))).toBe(false);
    expect(passes(say('Negotiations collapsed completely.', EMPLOYS))).toBe(false);
  });

  it('and names what is wrong', () => {
    expect(reasons(say('Poland became an observer on 3 September 2018.', OBSERVER))).toEqual([
      '"3 September 2018" stands in none of its quotes',
      '"Poland" stands in none of its quotes',
    ]);
  });

  it('one among true sentences, and keeps the others in their order', () => {
    const draft = [say(OBSERVER, OBSERVER), say('Poland became an observer.', OBSERVER), say(EMPLOYS, EMPLOYS)];
    const { sentences, rejected } = verify(draft, sources);
    expect(sentences).toEqual([draft[0], draft[2]]);
    expect(rejected.map(({ sentence }) => sentence)).toEqual([draft[1]]);
  });

  it('also when nothing is known about common words', () => {
    expect(verify([say('Council opened the office in Budapest.', OPENED)], { documents }).sentences).toEqual([]);
  });
});

describe('a quote', () => {
  const good = quote(OBSERVER);
  it.each<[string, Partial<Quote>, RegExp]>([
    ['of an unknown source', { source: 'unknown.md' }, /no source unknown\.md/],
    ['of another source', { source: 'other.txt' }, /no paragraph|leaves|not what stands/],
    ['of a source named like a property of objects', { source: '__proto__' }, /no source/],
    ['of paragraph 0', { paragraph: 0 }, /no paragraph 0/],
    ['of paragraph -1', { paragraph: -1 }, /no paragraph/],
    ['of half a paragraph', { paragraph: 1.5 }, /no paragraph/],
    ['of a paragraph that is no number', { paragraph: Number.NaN }, /no paragraph/],
    ['of a paragraph beyond the last', { paragraph: 99 }, /no paragraph 99/],
    ['of the wrong paragraph', { paragraph: good.paragraph + 1 }, /leaves paragraph/],
    ['that begins one too early', { start: good.start - 1 }, /leaves paragraph/],
    ['that begins one too late', { start: good.start + 1 }, /not what stands/],
    ['that ends one too early', { end: good.end - 1 }, /not what stands/],
    ['that ends one too late', { end: good.end + 1 }, /leaves paragraph/],
    ['with offsets that are no numbers', { start: Number.NaN, end: Number.NaN }, /no stretch/],
    ['with an endless end', { end: Number.POSITIVE_INFINITY }, /no stretch/],
    ['with a fraction for an offset', { start: good.start + 0.5 }, /no stretch/],
    ['with negative offsets', { start: -10, end: -1 }, /leaves paragraph/],
    ['that is empty', { end: good.start, quote: '' }, /no stretch/],
    ['that is turned round', { start: good.end, end: good.start }, /no stretch/],
    ['with a letter changed', { quote: good.quote.replace('Hungary', 'Hungarv') }, /not what stands/],
    ['with a space changed', { quote: good.quote.replace(' ', '\u00a0') }, /not what stands/],
    ['with an accent composed otherwise', { ...quote('E\u0301mile'), quote: '\u00c9mile' }, /not what stands/],
  ])('%s is refused', (_, change, reason) => {
    expect(quoteDefect({ ...good, ...change }, documents)).toMatch(reason);
  });

  it('that stands in its source is good', () => {
    expect(quoteDefect(good, documents)).toBeNull();
  });

  it('across two paragraphs is refused, whichever of the two it names', () => {
    const start = document.text.indexOf('has 12 rooms');
    const end = document.text.indexOf('became an observer');
    const across = { source: 'offices.md', start, end, quote: document.text.slice(start, end) };
    for (const paragraph of [2, 3]) expect(quoteDefect({ ...across, paragraph }, documents)).toMatch(/leaves paragraph/);
  });

  it.each([
    ['inside a surrogate pair', '🏛️ E', 1],
    ['between a letter and its combining accent', 'E\u0301mile', 1],
    ['between an emoji and its variation selector', '🏛️ E', 2],
  ])('cut %s is refused', (_, at, offset) => {
    const cut = document.text.indexOf(at) + offset;
    const { start, end, paragraph } = { ...document.paragraphs[3] } as Document['paragraphs'][number];
    expect([start <= cut, cut < end]).toEqual([true, true]);
    const stop = document.text.indexOf('chaired');
    for (const [from, to] of [[cut, stop], ...(cut > start ? [[start, cut]] : [])] as [number, number][]) {
      expect(quoteDefect({ source: 'offices.md', paragraph, start: from, end: to, quote: document.text.slice(from, to) }, documents)).toMatch(
        /cuts a character/,
      );
    }
  });

  it('with a defect takes its sentence with it, however good the other quotes are', () => {
    expect(passes(say(OBSERVER, OBSERVER, quote(EMPLOYS, { paragraph: 1 })))).toBe(false);
  });
});
