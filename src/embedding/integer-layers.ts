import type { EncoderLayers } from './bert-graph.js';
import { contribDomain, type OnnxGraph } from './onnx-graph.js';
import { concatenate, type Tensor } from './safetensors.js';

/** The largest magnitude of each channel of a linear layer's input, by the name under which {@link EncoderLayers} asks for it. */
export type InputRanges = ReadonlyMap<string, Float32Array>;

/** Weights are signed bytes of at most this magnitude; so are activations, less their zero point. */
const LIMIT = 127;

/** Activations are unsigned bytes, weights signed ones: the pair that the integer kernels are fastest with. */
const MIDDLE = 128;

/** What GELU gives is never below -0.17: it needs few of the numbers that a byte has. */
const GELU_LEAST = 0.17;
const GELU_ZERO_POINT = 16;

/** How much of the difference between channels goes into the weights; 0.7 is nearest to the vectors in floats, of 0.5 to 1. */
const SMOOTHING = 0.7;

/** A channel that was hardly seen is not spread without end. */
const LEAST_RANGE = 0.01;

/** A matrix [out, in] or a vector [out] with its rows multiplied. */
function scaleRows({ shape, data }: Tensor, factors: ArrayLike<number>): Tensor {
  const columns = shape[1] ?? 1;
  return { shape, data: data.map((x, i) => x * (factors[Math.floor(i / columns)] as number)) };
}

/** A matrix [out, in] with its columns divided. */
function divideColumns({ shape, data }: Tensor, divisors: Float32Array): Tensor {
  return { shape, data: data.map((x, i) => x / (divisors[i % divisors.length] as number)) };
}

/**
 * Factors for the channels of an input that bring all of them near the limit, as far as that does the weights no harm:
 * the largest input there is times its factor is the limit. See SmoothQuant, https://arxiv.org/abs/2211.10438
 */
function smoothingFactors(ranges: Float32Array, { data }: Tensor): Float32Array {
  const inputs = ranges.length;
  const weights = new Float32Array(inputs);
  for (let i = 0; i < data.length; i++) weights[i % inputs] = Math.max(weights[i % inputs] as number, Math.abs(data[i] as number));
  const factors = ranges.map((range, c) => (weights[c] as number) ** (1 - SMOOTHING) / Math.max(range, LEAST_RANGE) ** SMOOTHING);
  const largest = factors.reduce((max, factor, c) => Math.max(max, factor * (ranges[c] as number)), 0);
  return factors.map((factor) => (factor * LIMIT) / largest);
}

/** Weights of a linear layer as signed bytes, transposed to [in, out], with a scale for each output channel. */
function quantiseWeights({ shape: [outputs = 0, inputs = 0], data }: Tensor): { values: Int8Array; scales: Float32Array } {
  const values = new Int8Array(data.length);
  const scales = new Float32Array(outputs);
  for (let o = 0; o < outputs; o++) {
    const row = data.subarray(o * inputs, (o + 1) * inputs);
    const scale = row.reduce((max, x) => Math.max(max, Math.abs(x)), 0) / LIMIT || 1;
    scales[o] = scale;
    row.forEach((x, i) => {
      values[i * outputs + o] = Math.round(x / scale);
    });
  }
  return { values, scales };
}

/**
 * The linear layers of a BERT encoder in whole numbers.
 *
 * Inputs that a layer normalisation bounds are quantised by steps known beforehand, which are made alike for all channels
 * by smoothing: nearer to the floats than a scale found for each token, and faster, as nothing has to be found. What comes
 * out of GELU has spikes in single tokens: there each token has a scale of its own. One scale for a whole batch, the usual
 * dynamic quantisation, is coarser than either, and makes a vector depend on what it was batched with.
 *
 * @param tensor The weight of a name.
 */
export function integerLayers(graph: OnnxGraph, tensor: (name: string) => Tensor, ranges: InputRanges): EncoderLayers {
  const float = (name: string, value: number) => graph.constant(`quantisation.${name}`, 'float', [], new Float32Array([value]));
  const zeroPoint = (value: number) => graph.constant(`quantisation.zero_point_${value}`, 'uint8', [], new Uint8Array([value]));
  const rangeOf = (name: string): Float32Array => {
    const found = ranges.get(name);
    if (!found) throw new Error(`the input ranges lack ${name}`);
    return found;
  };

  /** Product with bytes whose step is one. */
  const product = (name: string, bytes: string, zero: string, weight: Tensor, bias?: Tensor): string => {
    const [outputs = 0, inputs = 0] = weight.shape;
    const { values, scales } = quantiseWeights(weight);
    const weights = graph.constant(`${name}.weight_int8`, 'int8', [inputs, outputs], values);
    const steps = graph.constant(`${name}.weight_scale`, 'float', [outputs], scales);
    const shift = bias ? ['', graph.constant(`${name}.bias`, 'float', [outputs], bias.data)] : [];
    return graph.node('MatMulIntegerToFloat', [bytes, weights, float('one', 1), steps, zero, ...shift], {}, contribDomain);
  };

  /** An input that was multiplied by its factors, in bytes. */
  const quantise = (input: string): string => graph.node('QuantizeLinear', [input, float('one', 1), zeroPoint(MIDDLE)]);

  /** A linear layer of such bytes. */
  const evenLinear = (name: string, bytes: string, factors: Float32Array, weight: Tensor, bias: Tensor): string =>
    product(name, bytes, zeroPoint(MIDDLE), divideColumns(weight, factors), bias);

  const smooth = (name: string, input: string, factors: Float32Array): string =>
    quantise(graph.node('Mul', [input, graph.constant(`${name}.input_factors`, 'float', [factors.length], factors)]));

  const attended = (layer: string) => {
    const name = `${layer}.attention.output.dense`;
    const weight = tensor(`${name}.weight`);
    return { name, weight, bias: tensor(`${name}.bias`), factors: smoothingFactors(rangeOf(name), weight) };
  };

  return {
    project(layer, input) {
      const name = `${layer}.attention.self`;
      const parts = ['query', 'key', 'value'] as const;
      const part = (which: string, kind: string) => tensor(`${name}.${which}.${kind}`);
      const factors = smoothingFactors(rangeOf(name), concatenate(parts.map((which) => part(which, 'weight'))));
      const bytes = smooth(name, input, factors);
      // What is attended to is a mean of values: their factors can be in the weights that make them.
      const scaled = (which: string, kind: string) => (which === 'value' ? scaleRows(part(which, kind), attended(layer).factors) : part(which, kind));
      return parts.map((which) => evenLinear(`${name}.${which}`, bytes, factors, scaled(which, 'weight'), scaled(which, 'bias'))) as [string, string, string];
    },
    attend(layer, input) {
      const { name, factors, weight, bias } = attended(layer);
      return evenLinear(name, quantise(input), factors, weight, bias);
    },
    widen(layer, input) {
      const name = `${layer}.intermediate.dense`;
      const weight = tensor(`${name}.weight`);
      const factors = smoothingFactors(rangeOf(name), weight);
      return evenLinear(name, smooth(name, input, factors), factors, weight, tensor(`${name}.bias`));
    },
    narrow(layer, input) {
      const name = `${layer}.output.dense`;
      const weight = tensor(`${name}.weight`);
      const [outputs = 0] = weight.shape;
      const zeroPoints = graph.node('Expand', [zeroPoint(GELU_ZERO_POINT), graph.node('Shape', [input], { end: 1 })]);
      const fitting = graph.node('Mul', [
        graph.node('ReduceMax', [input, graph.constant('quantisation.last_axis', 'int64', [1], new BigInt64Array([-1n]))], { keepdims: 1 }),
        float('gelu_share', 1 / (255 - GELU_ZERO_POINT)),
      ]);
      const scale = graph.node('Max', [fitting, float('gelu_least_scale', GELU_LEAST / GELU_ZERO_POINT)]);
      const scales = graph.node('Squeeze', [scale, graph.constant('quantisation.column', 'int64', [1], new BigInt64Array([1n]))]);
      const bytes = graph.node('QuantizeLinear', [input, scales, zeroPoints], { axis: 0 });
      const scaled = graph.node('Mul', [product(name, bytes, zeroPoint(GELU_ZERO_POINT), weight), scale]);
      return graph.node('Add', [scaled, graph.constant(`${name}.bias`, 'float', [outputs], tensor(`${name}.bias`).data)]);
    },
  };
}
