/// A figure that knows how to draw itself from plain data.
public protocol FigureMaker: Sendable {
  /// The finished figure; its data is checked when it is written.
  var figure: Figure { get }
}
