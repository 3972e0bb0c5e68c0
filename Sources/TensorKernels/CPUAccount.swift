import Foundation
import Synchronization

/// Processor time that goes into work that workers share, and that one spends alone: what more workers
/// could win, and what they could not.
///
/// It counts only while the environment has `DILUTION_ACCOUNT`. Time is that of the processor, not of
/// the clock, so that it can be measured on a machine that has other things to do.
public enum CPUAccount {
  /// Whether time is counted.
  public static let isOn = getenv("DILUTION_ACCOUNT") != nil

  private static let shared = Atomic<Int>(0)
  private static let sharedByMain = Atomic<Int>(0)

  /// Seconds within work that several workers share, over all of them.
  public static var sharedSeconds: Double { Double(shared.load(ordering: .relaxed)) * 1e-9 }

  /// Seconds that the main thread spent otherwise; to be asked on that thread.
  public static var aloneSeconds: Double {
    Double(now() - sharedByMain.load(ordering: .relaxed)) * 1e-9
  }

  /// Counts the time of `body`, a worker's share of some work.
  static func share(_ body: () -> Void) {
    guard isOn else { return body() }
    let start = now()
    body()
    let time = now() - start
    shared.wrappingAdd(time, ordering: .relaxed)
    if Thread.isMainThread { sharedByMain.wrappingAdd(time, ordering: .relaxed) }
  }

  /// Processor time of the calling thread, in nanoseconds.
  private static func now() -> Int {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
