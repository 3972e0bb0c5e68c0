import CCairo

/// The drawing library beneath the figures.
public enum CairoInformation {
  /// The version of the library that is loaded, such as "1.16.0".
  public static var version: String { String(cString: cairo_version_string()) }
}
