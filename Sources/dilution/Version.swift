/// The version of the lab, which every output file and `--version` name.
///
/// A constant rather than a value that the build finds out, so that one source makes one binary.
let labVersion = "0.2.0"
