import Foundation
import Synchronization

/// Processor time that workers spend on work that is shared out, for telling how much a program could
/// gain from more of them.
///
/// It counts only while the environment has `DILUTION_ACCOUNT`. Time is that of the processor, not
/// of the clock, so that it can be measured on a machine that has other things to do.
public enum CPUAccount {
  /// Whether time is counted.
  public static let isOn = getenv("DILUTION_ACCOUNT") != nil

  private static let shared = Atomic<Int>(0)

  /// Seconds of processor time within work that several workers share, over all of them.
  public static var sharedSeconds: Double { Double(shared.load(ordering: .relaxed)) * 1e-9 }

  /// Seconds of processor time of the whole process.
  public static var allSeconds: Double { Double(now(CLOCK_PROCESS_CPUTIME_ID)) * 1e-9 }

  /// Counts the time of `body`, a worker's share of some work.
  static func share(_ body: () -> Void) {
    guard isOn else { return body() }
    let start = now(CLOCK_THREAD_CPUTIME_ID)
    body()
    shared.wrappingAdd(now(CLOCK_THREAD_CPUTIME_ID) - start, ordering: .relaxed)
  }

  private static func now(_ clock: clockid_t) -> Int {
    var time = timespec()
    clock_gettime(clock, &time)
    return time.tv_sec * 1_000_000_000 + time.tv_nsec
  }
}
