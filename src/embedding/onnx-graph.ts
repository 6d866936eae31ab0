import onnxProto from 'onnx-proto';

const { onnx } = onnxProto;
const { DataType } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;

type Attribute = number | { float: number } | number[];

/** Element types an initializer or a graph input may have. */
export type ElementType = 'float' | 'float16' | 'int8' | 'uint8' | 'int32' | 'int64';

const dataTypes: Record<ElementType, number> = {
  float: DataType.FLOAT,
  float16: DataType.FLOAT16,
  int8: DataType.INT8,
  uint8: DataType.UINT8,
  int32: DataType.INT32,
  int64: DataType.INT64,
};

/** Numeric code of an element type in the ONNX format, for the `to` attribute of Cast. */
export const elementTypeCode = (type: ElementType): number => dataTypes[type];

/**
 * Collects nodes and weights and encodes them as an ONNX model.
 * `node` and `constant` return the name of the value they make, so that calls nest like expressions.
 * A constant asked for again under the same name is the same constant.
 */
export interface OnnxGraph {
  input(name: string, type: ElementType, dims: (string | number)[]): string;
  output(name: string, value: string, dims: (string | number)[]): void;
  constant(name: string, type: ElementType, dims: number[], data: NodeJS.TypedArray): string;
  node(op: string, inputs: string[], attributes?: Record<string, Attribute>, domain?: string): string;
  encode(): Uint8Array;
}

/** The operator set of ONNX Runtime's own fused operators (Attention, SkipLayerNormalization, MatMulNBits ...). */
export const contribDomain = 'com.microsoft';

/** The first whose Attention takes the length of each sequence instead of a mask. */
const ONNX_OPSET = 24;
const ONNX_IR_VERSION = 11;

function attributeProto(name: string, value: Attribute) {
  if (Array.isArray(value)) return { name, type: AttributeType.INTS, ints: value };
  if (typeof value === 'object') return { name, type: AttributeType.FLOAT, f: value.float };
  return { name, type: AttributeType.INT, i: value };
}

function valueInfo(name: string, type: ElementType, dims: (string | number)[]) {
  const dim = dims.map((d) => (typeof d === 'string' ? { dimParam: d } : { dimValue: d }));
  return { name, type: { tensorType: { elemType: dataTypes[type], shape: { dim } } } };
}

/** Starts an empty graph. */
export function createOnnxGraph(name: string): OnnxGraph {
  const graph = { name, node: [] as object[], initializer: [] as object[], input: [] as object[], output: [] as object[] };
  const constants = new Set<string>();
  let values = 0;
  return {
    input(input, type, dims) {
      graph.input.push(valueInfo(input, type, dims));
      return input;
    },
    output(output, value, dims) {
      graph.node.push({ opType: 'Identity', input: [value], output: [output] });
      graph.output.push(valueInfo(output, 'float', dims));
    },
    constant(constant, type, dims, data) {
      if (constants.has(constant)) return constant;
      constants.add(constant);
      const rawData = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
      graph.initializer.push({ name: constant, dataType: dataTypes[type], dims, rawData });
      return constant;
    },
    node(op, inputs, attributes = {}, domain = '') {
      const output = `${op}_${values++}`;
      const attribute = Object.entries(attributes).map(([key, value]) => attributeProto(key, value));
      graph.node.push({ opType: op, name: output, input: inputs, output: [output], domain, attribute });
      return output;
    },
    encode() {
      const model = {
        irVersion: ONNX_IR_VERSION,
        producerName: 'verbatim',
        opsetImport: [
          { domain: '', version: ONNX_OPSET },
          { domain: contribDomain, version: 1 },
        ],
        graph,
      };
      return onnx.ModelProto.encode(onnx.ModelProto.fromObject(model)).finish();
    },
  };
}
