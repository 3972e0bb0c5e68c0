import Foundation
import Synchronization

/// Whether the user has asked the program to stop.
///
/// The first SIGINT or SIGTERM only leaves a mark, for the work to notice between two steps, save
/// what it has, and end; the second ends the process where it stands.
enum Interruption {
  private static let received = Atomic<Int32>(0)

  /// Begins to watch for signals.
  ///
  /// Also where the shell had SIGINT ignored, as it does for jobs started with `&` in a script: a
  /// long run in the background is stopped with `kill -INT`, and must save its state then too.
  static func watch() {
    // Reading it once initialises the variable, which must not happen inside the handler.
    _ = received.load(ordering: .relaxed)
    _ = HiddenCursor.isHidden.load(ordering: .relaxed)
    var watched = sigset_t()
    sigemptyset(&watched)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in
        if Interruption.received.exchange(number, ordering: .relaxed) != 0 {
          HiddenCursor.restore()
          _exit(128 + number)
        }
      }
      sigaddset(&watched, number)
    }
    // A parent that starts the program from a worker thread hands that thread's mask down, and
    // worker threads usually block every signal.
    pthread_sigmask(SIG_UNBLOCK, &watched, nil)
  }

  /// Whether a signal has arrived; cheap enough to ask between any two steps.
  static var isRequested: Bool { received.load(ordering: .relaxed) != 0 }

  /// Ends the work with an error when a signal has arrived.
  ///
  /// - Parameter isTold: whether the user knows already what became of the work.
  static func check(isTold: Bool = false) throws {
    let signal = received.load(ordering: .relaxed)
    if signal != 0 { throw Interrupted(signal: signal, isTold: isTold) }
  }
}

/// The cursor of the terminal behind standard error, which a live display hides while it draws.
enum HiddenCursor {
  static let isHidden = Atomic<Bool>(false)

  /// Shows the cursor again where it was hidden; may be called from a signal handler.
  static func restore() {
    guard isHidden.exchange(false, ordering: .relaxed) else { return }
    let text: StaticString = "\u{1B}[?25h\n"
    _ = write(STDERR_FILENO, text.utf8Start, text.utf8CodeUnitCount)
  }
}

/// The work ended early because of a signal.
struct Interrupted: Error {
  let signal: Int32
  /// Whether the user knows what became of the work.
  var isTold = false
}
