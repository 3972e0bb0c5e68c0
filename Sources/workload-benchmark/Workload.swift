/// Something that is done again and again, and that the other sides can do as well.
protocol Workload: AnyObject {
  /// Numbers that every side must find, by name.
  func check() throws -> [(name: String, numbers: [Double])]

  /// Does it once more; `number` counts from 0.
  func run(_ number: Int) throws -> Measured
}

/// How much was done at one call.
struct Measured {
  /// Steps, tokens or items; times are told for one of them.
  var units: Int
  /// What of the call counts; nil for all of it.
  var seconds: Double?

  init(units: Int, seconds: Double? = nil) {
    self.units = units
    self.seconds = seconds
  }
}

/// How long `body` takes, in seconds.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  try ContinuousClock().measure(body) / .seconds(1)
}
