import { describe, expect, it } from 'vitest';
import { ConfigError, readConfig, settings } from '../../src/config/config.js';

const messageOf = (environment: NodeJS.ProcessEnv): string => {
  try {
    readConfig(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as Error).message;
  }
  throw new Error('no error');
};

describe('configuration', () => {
  it('has a default for every setting, so that nothing need be set', () => {
    expect(readConfig({})).toMatchObject({ HOST: '127.0.0.1', PORT: 3000, CORPUS_DIR: 'corpus', INDEX_DIR: 'index', EMBEDDING_MODEL: 'all-MiniLM-L6-v2' });
    expect(Object.keys(readConfig({})).sort()).toEqual(Object.keys(settings).sort());
  });

  it('takes what the environment says', () => {
    const environment = { PORT: '8080', CORPUS_DIR: '/documents', EMBEDDING_DTYPE: 'fp32', ANSWER_THRESHOLD: '0.75', QUERY_PREFIX: 'query: ' };
    expect(readConfig(environment)).toMatchObject({ ...environment, PORT: 8080, ANSWER_THRESHOLD: 0.75 });
  });

  it.each(['', ' ', '\t'])('counts %j as not set', (value) => {
    expect(readConfig({ PORT: value, CORPUS_DIR: value, EMBEDDING_DTYPE: value, ANSWER_THRESHOLD: value })).toEqual(readConfig({}));
  });

  it('leaves other variables alone', () => {
    expect(readConfig({ PATH: '/bin', HOME: '/root' })).toEqual(readConfig({}));
  });

  it.each([
    ['PORT', 'abc', 'a whole number from 0 to 65535'],
    ['PORT', '70000', 'a whole number from 0 to 65535'],
    ['PORT', '-1', 'a whole number from 0 to 65535'],
    ['PORT', '3000.5', 'a whole number from 0 to 65535'],
    ['EMBEDDING_WINDOW', '8', 'a whole number from 32 to 8192'],
    ['THREADS', '0', 'a whole number from 1 to 64'],
    ['MAX_FILE_BYTES', '20MB', 'a whole number from 1 to 1073741824'],
    ['ANSWER_THRESHOLD', '1.5', 'a number from 0 to 1'],
    ['ANSWER_THRESHOLD', 'NaN', 'a number from 0 to 1'],
    ['EMBEDDING_DTYPE', 'fp16', 'one of fp32, int8'],
    ['EMBEDDING_POOLING', 'max', 'one of mean, cls'],
    ['LLM_BASE_URL', 'localhost:11434', 'an address that begins with http:// or https://'],
    ['LLM_TIMEOUT_MS', '30s', 'a whole number from 100 to 600000'],
    ['LOG_LEVEL', 'debug', 'one of silent, warn, info'],
  ])('%s=%s stops the start with the name, the value and what is allowed', (name, value, allowed) => {
    expect(messageOf({ [name]: value })).toBe(`${name}=${JSON.stringify(value)} is not allowed; it must be ${allowed}`);
  });

  it.each([
    [{ LLM_BASE_URL: 'http://127.0.0.1:1/v1' }, 'LLM_MODEL'],
    [{ LLM_MODEL: 'llama' }, 'LLM_BASE_URL'],
  ])('wants address and name of a language model together: %j lacks %s', (environment, missing) => {
    expect(messageOf(environment)).toMatch(new RegExp(`${missing} is not; set it`));
  });

  it('names every wrong setting, a line for each', () => {
    expect(messageOf({ PORT: 'x', THREADS: 'y', HOST: 'localhost' }).split('\n')).toHaveLength(2);
  });
});
