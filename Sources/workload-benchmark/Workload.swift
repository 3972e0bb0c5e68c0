/// Something that is done again and again, and that the other sides can do as well.
protocol Workload: AnyObject {
  /// Numbers that every side must find, by name.
  func check() throws -> [(name: String, numbers: [Double])]

  /// Does it once more, and returns how many steps, tokens or items that were, for one of which times
  /// are given; `number` counts from 0.
  func run(_ number: Int) throws -> Int
}
