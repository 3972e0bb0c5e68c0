import Synchronization
import TerminalGraphics

/// Lines above a progress bar that say more than it does.
protocol ProgressPanel: Sendable {
  /// The lines now: at most `rows`, each to be cut to the columns; none while there is nothing to say.
  ///
  /// - Parameter isPlain: whether only ASCII can be shown.
  func lines(columns: Int, rows: Int, isPlain: Bool) -> [String]
}

/// Shows how far some work has come: a bar that is redrawn on a terminal, with a panel above it where
/// there is one and room for it, a line every ten seconds elsewhere, and one closing line in both. May
/// be used from several threads.
final class ProgressReporter: Sendable {
  private struct State {
    var done: Int
    var note = ""
    var nextShown: ContinuousClock.Instant
    var isFinished = false
    var barIsVisible = false
    var block = LiveBlock()
  }

  private static let barInterval = Duration.milliseconds(100)
  private static let panelInterval = Duration.milliseconds(250)
  /// Smaller terminals show the bar alone.
  private static let leastRows = 12
  private static let leastColumns = 40
  private static let lineInterval = Duration.seconds(10)

  private let isSilent: Bool
  private let terminal: Terminal?
  private let label: String
  private let unit: String
  private let total: Int?
  private let alreadyDone: Int
  private let panel: (any ProgressPanel)?
  private let start = ContinuousClock.now
  private let state: Mutex<State>

  init(
    isSilent: Bool, terminal: Terminal?, label: String, unit: String, total: Int?,
    alreadyDone: Int, panel: (any ProgressPanel)? = nil
  ) {
    self.panel = panel
    self.isSilent = isSilent
    self.terminal = terminal
    (self.label, self.unit, self.total) = (label, unit, total)
    self.alreadyDone = alreadyDone
    // The bar appears with the first news; a log gets no line before there is something to say.
    let firstShown = terminal == nil ? start + Self.lineInterval : start
    state = Mutex(State(done: alreadyDone, nextShown: firstShown))
  }

  deinit { clear() }

  /// Counts work as done, and shows it when it is time to.
  func advance(note: String? = nil) {
    state.withLock { state in
      state.done += 1
      show(&state, note: note)
    }
  }

  /// Sets how much is done in all, and shows it when it is time to.
  ///
  /// - Parameter note: a few words on the present state, such as "loss 0.113"; nil keeps the last.
  func update(done: Int, note: String? = nil) {
    state.withLock { state in
      state.done = done
      show(&state, note: note)
    }
  }

  /// Ends the display with one line that says what was done and how fast.
  func finish() {
    guard !isSilent else { return }
    state.withLock { state in
      guard !state.isFinished else { return }
      clear(&state)
      state.isFinished = true
      StandardStream.error.writeIfPossible(style(state).closingLine + "\n")
    }
  }

  /// Takes the bar off the terminal without a closing line, as a last word or an error needs it.
  func clear() {
    state.withLock { clear(&$0) }
  }

  private func clear(_ state: inout State) {
    if state.block.height > 0 {
      StandardStream.error.writeIfPossible(state.block.clear())
      HiddenCursor.isHidden.store(false, ordering: .relaxed)
    }
    guard state.barIsVisible else { return }
    StandardStream.error.writeIfPossible("\r\u{1B}[K")
    state.barIsVisible = false
  }

  private func show(_ state: inout State, note: String?) {
    if let note { state.note = note }
    guard !isSilent, !state.isFinished else { return }
    let now = ContinuousClock.now
    guard now >= state.nextShown else { return }
    let interval = panel == nil ? Self.barInterval : Self.panelInterval
    state.nextShown = now + (terminal == nil ? Self.lineInterval : interval)
    if let terminal {
      let (columns, rows) = terminal.size
      let bar = style(state).bar(columns: columns, isColored: terminal.usesColor)
      let lines = panelLines(columns: columns, rows: rows, isPlain: terminal.isPlain)
      if !lines.isEmpty {
        // Hidden before it is said to be: a signal between the two must not leave it so.
        HiddenCursor.isHidden.store(true, ordering: .relaxed)
        return StandardStream.error.writeIfPossible(state.block.show(lines + [bar]))
      }
      if state.block.height > 0 { clear(&state) }
      StandardStream.error.writeIfPossible("\r\(bar)\u{1B}[K")
      state.barIsVisible = true
    } else {
      StandardStream.error.writeIfPossible(style(state).line + "\n")
    }
  }

  private func panelLines(columns: Int, rows: Int, isPlain: Bool) -> [String] {
    guard let panel, columns >= Self.leastColumns, rows >= Self.leastRows else { return [] }
    let lines = panel.lines(columns: columns, rows: min(rows - 2, 20), isPlain: isPlain)
    return lines.prefix(rows - 2).map { LiveBlock.fitted($0, columns: columns) }
  }

  private func style(_ state: State) -> ProgressStyle {
    ProgressStyle(
      label: label, unit: unit, total: total, done: state.done, doneHere: state.done - alreadyDone,
      seconds: (ContinuousClock.now - start) / .seconds(1), note: state.note)
  }
}
