import { describe, expect, it } from 'vitest';
import { type AnswerType, analyseQuestion } from '../../src/answering/question.js';
import { lexicalIndex } from '../../src/generation/lexical-index.js';

const lexical = lexicalIndex([], 0);

describe('analyseQuestion', () => {
  it.each<[string, AnswerType]>([
    ['When did Trabzon join?', 'date'],
    ['In which year was the pact signed?', 'date'],
    ['what were the dates of the forum', 'date'],
    ['How many pilots were trained?', 'number'],
    ['For how long is the director appointed?', 'number'],
    ['Who drafted the text?', 'agent'],
    ['Whom did the council elect?', 'person'],
    ['Who is the director of the centre?', 'person'],
    ['Name the chairman of the council', 'person'],
    ['Which minister opened the forum?', 'person'],
    ['Where was the third forum held?', 'place'],
    ['Which city hosts the training centre?', 'place'],
    ['List the members of the pact', 'list'],
    ['Did Trabzon become a member?', 'yesno'],
    ['Is the pact open to inland ports?', 'yesno'],
    ['What is the Harbour Forum?', 'definition'],
    ['Why was the pact signed?', 'reason'],
  ])('%s asks for a %s', (text, type) => {
    expect(analyseQuestion(text, lexical).type).toBe(type);
  });

  it('keeps what the question names, in normal form', () => {
    const question = analyseQuestion('Where was the 3rd Harbour Forum of June 2019?', lexical);
    expect(question.values).toContainEqual({ kind: 'ordinal', value: 3 });
    expect(question.values).toContainEqual({ kind: 'date', year: 2019, month: 6 });
    expect(question.terms.map(({ term }) => term)).toEqual(expect.arrayContaining(['harbour', 'forum']));
    expect(question.terms.map(({ term }) => term)).not.toContain('the');
  });

  it.each<[string, string | null]>([
    ['How many pilots were trained?', 'pilot'],
    ['how many junior officers took part', 'offic'],
    ['How many members?', 'member'],
    ['Who drafted it?', null],
  ])('%s counts %s', (text, counted) => {
    expect(analyseQuestion(text, lexical).counted).toBe(counted);
  });

  it.each([
    ['How many travel industry workers got a job?', 'travel industry workers'],
    ['How many sportsmen and coaches came?', 'sportsmen and coaches'],
    ['What was the total number of boats in the harbour?', 'boats'],
    ['What is the phone number of the harbour?', null],
    ['how many of the boats were lost?', 'boats'],
    ['When did the boats sail?', null],
  ])('%s asks for the number of %s', (text, thing) => {
    expect(analyseQuestion(text, lexical).countedThing).toBe(thing);
  });

  it('knows who is asked for, and not the World Health Organization', () => {
    expect(analyseQuestion('Whose boat won?', lexical).asksWho).toBe(true);
    expect(analyseQuestion('When did the WHO meet?', lexical).asksWho).toBe(false);
  });

  it.each([
    ['When was the most recent forum?', 'latest'],
    ['When did they first meet?', 'earliest'],
    ['When was the forum?', null],
  ])('%s asks for the %s', (text, temporal) => {
    expect(analyseQuestion(text, lexical).temporal).toBe(temporal);
  });
});
