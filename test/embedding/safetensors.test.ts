import { describe, expect, it } from 'vitest';
import { floatToHalf, halfToFloat, parseSafetensors, toHalves } from '../../src/embedding/safetensors.js';

type Entry = { dtype: string; shape: number[]; data_offsets: [number, number] };

function safetensors(header: Record<string, Entry | Record<string, string>>, data: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  return Buffer.concat([length, json, data]);
}

describe('half-precision numbers', () => {
  it.each([
    [0x0000, 0],
    [0x3c00, 1],
    [0xc000, -2],
    [0x3555, 0.333251953125],
    [0x7bff, 65504],
    [0x0001, 2 ** -24],
    [0x7c00, Number.POSITIVE_INFINITY],
  ])('of the bits %i are %d', (bits, value) => {
    expect(halfToFloat(bits)).toBe(value);
    expect(floatToHalf(value)).toBe(bits);
  });

  it('all come back from 32 bits as they were, those that are no number apart', () => {
    const bits = Array.from({ length: 0x10000 }, (_, i) => i).filter((i) => !Number.isNaN(halfToFloat(i)));
    expect([...toHalves(Float32Array.from(bits, halfToFloat))]).toEqual(bits);
  });
});

describe('a safetensors file', () => {
  const floats = new Uint8Array(new Float32Array([1, -2.5]).buffer);

  it('gives its tensors as 32-bit floats; counters and notes are left out', () => {
    const file = safetensors(
      {
        __metadata__: { format: 'pt' },
        a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
        b: { dtype: 'F16', shape: [1, 2], data_offsets: [8, 12] },
        ids: { dtype: 'I64', shape: [1], data_offsets: [12, 20] },
      },
      Buffer.concat([floats, Buffer.from([0x00, 0x3c, 0x00, 0xc0]), Buffer.alloc(8)]),
    );
    const tensors = parseSafetensors(file);
    expect([...tensors.keys()]).toEqual(['a', 'b']);
    expect(tensors.get('a')).toEqual({ shape: [2], data: new Float32Array([1, -2.5]) });
    expect(tensors.get('b')).toEqual({ shape: [1, 2], data: new Float32Array([1, -2]) });
  });

  it('that is cut short or something else is refused', () => {
    const file = safetensors({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, floats);
    expect(() => parseSafetensors(file.subarray(0, -1))).toThrow('tensor a is truncated');
    expect(() => parseSafetensors(file.subarray(0, 5))).toThrow(/not a safetensors file/);
    expect(() => parseSafetensors(Buffer.from('<!doctype html><html>'))).toThrow(/not a safetensors file/);
  });
});
