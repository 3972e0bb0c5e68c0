import CCairo
import Foundation

/// Collects what Cairo writes: the far end of its stream callbacks.
final class ByteSink {
  var bytes = Data()

  /// The callback that Cairo calls with each piece; `closure` is an unretained `ByteSink`.
  static let receive:
    @convention(c) (
      UnsafeMutableRawPointer?, UnsafePointer<UInt8>?, UInt32
    ) -> cairo_status_t = { closure, pointer, count in
      guard let closure, let pointer else { return CAIRO_STATUS_WRITE_ERROR }
      let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
      sink.bytes.append(pointer, count: Int(count))
      return CAIRO_STATUS_SUCCESS
    }

  var closure: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }
}
