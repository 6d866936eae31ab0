/** One tensor of a safetensors file, widened to 32-bit floats, row-major. */
export interface Tensor {
  shape: number[];
  data: Float32Array;
}

interface TensorEntry {
  dtype: string;
  shape: number[];
  data_offsets: [number, number];
}

/** Bytes of an element, for the types that are read. */
const WIDTHS: Record<string, number> = { F32: 4, F16: 2, I8: 1 };

/** Value of an IEEE 754 half-precision number given by its 16 bits. */
export function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * 2 ** -24 * fraction;
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * 2 ** (exponent - 15) * (1 + fraction / 1024);
}

/** All 65,536 half-precision numbers: looking one up is ten times as fast as computing it. */
const halves = (): Float32Array => Float32Array.from({ length: 0x10000 }, (_, bits) => halfToFloat(bits));

const floatBits = new DataView(new ArrayBuffer(4));

/** The 16 bits of the half-precision number nearest below in magnitude; exact for what {@link halfToFloat} made. */
export function floatToHalf(value: number): number {
  floatBits.setFloat32(0, value);
  const bits = floatBits.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const exponent = ((bits >>> 23) & 0xff) - 112;
  const fraction = bits & 0x7fffff;
  if (exponent >= 31) return sign | 0x7c00;
  if (exponent > 0) return sign | (exponent << 10) | (fraction >> 13);
  return exponent < -10 ? sign : sign | ((fraction | 0x800000) >> (14 - exponent));
}

/** The values of a tensor in half precision, as their 16 bits. */
export function toHalves(values: Float32Array): Uint16Array {
  const bits = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) bits[i] = floatToHalf(values[i] as number);
  return bits;
}

/**
 * Reads a safetensors file: 8 bytes of little-endian header length, a JSON header, raw data.
 * Format: https://github.com/huggingface/safetensors#format
 *
 * Tensors that are neither F32, F16 nor I8 (position counters, say) are left out.
 *
 * @throws Error when the header is broken or a tensor is cut short.
 */
export function parseSafetensors(file: Uint8Array): Map<string, Tensor> {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const headerLength = file.byteLength >= 8 ? Number(view.getBigUint64(0, true)) : 0;
  if (headerLength < 2 || headerLength > file.byteLength - 8) {
    throw new Error('not a safetensors file: its header length is impossible');
  }
  const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + headerLength))) as Record<string, TensorEntry>;
  const base = 8 + headerLength;
  const tensors = new Map<string, Tensor>();
  const half = halves();
  for (const [name, { dtype, shape, data_offsets }] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const size = shape.reduce((product, n) => product * n, 1);
    const width = WIDTHS[dtype];
    if (!width) continue;
    const [from, to] = data_offsets;
    if (to - from !== size * width || base + to > file.byteLength) throw new Error(`tensor ${name} is truncated`);
    const data = new Float32Array(size);
    for (let i = 0; i < size; i++) {
      const at = base + from + i * width;
      data[i] = dtype === 'F32' ? view.getFloat32(at, true) : dtype === 'F16' ? (half[view.getUint16(at, true)] as number) : view.getInt8(at);
    }
    tensors.set(name, { shape, data });
  }
  return tensors;
}

/** Puts the rows of several matrices, or the elements of several vectors, one after the other. */
export function concatenate(tensors: Tensor[]): Tensor {
  const data = new Float32Array(tensors.reduce((sum, tensor) => sum + tensor.data.length, 0));
  let at = 0;
  for (const tensor of tensors) {
    data.set(tensor.data, at);
    at += tensor.data.length;
  }
  const rows = tensors.reduce((sum, { shape }) => sum + (shape[0] ?? 0), 0);
  return { shape: [rows, ...(tensors[0]?.shape.slice(1) ?? [])], data };
}
