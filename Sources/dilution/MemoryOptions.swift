import ArgumentParsing
import TensorKernels

/// The options of commands that read long contexts.
enum MemoryOptions {
  static let keyValuePrecision = Option.defaulted(
    "kv-precision", .choice.shown(as: "PRECISION"), to: StoragePrecision.float32,
    help:
      "How the key-value cache is stored. float16 and bfloat16 take half the memory and round each "
      + "number by at most 2^-11 and 2^-8 of itself.")
}
