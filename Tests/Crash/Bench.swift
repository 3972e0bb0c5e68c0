import Foundation
import Randomness

/// Where trials are made, and the program that is tried.
final class Bench {
  let program: String
  /// Holds everything; goes away at the end.
  let folder: String
  var random: RandomStream
  /// Small file systems that can be mounted; nil where that is refused.
  private(set) lazy var canMount: Bool = probeMount()

  init(program: String, seed: UInt64) throws {
    guard let path = realpath(program, nil) else { throw Problem("\(program) does not exist") }
    self.program = String(cString: path)
    free(path)
    random = RandomStream(seed: seed, label: "crash")
    folder =
      FileManager.default.temporaryDirectory.appendingPathComponent(
        "dilution-crash-\(UUID().uuidString)"
      ).path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  /// A new empty folder for one trial.
  func freshFolder() throws -> String {
    let path = "\(folder)/trial-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    return path
  }

  func remove(_ path: String) { try? FileManager.default.removeItem(atPath: path) }

  /// A moment between now and `seconds` from now.
  func wait(upTo seconds: Double) { pause(random.unit() * seconds) }

  func pause(_ seconds: Double) { usleep(UInt32(min(max(seconds, 0), 600) * 1e6)) }

  /// Mounts an empty file system in memory of so many bytes over an empty folder.
  func mount(_ path: String, bytes: Int) throws -> Bool {
    try Self.system(["mount", "-t", "tmpfs", "-o", "size=\(bytes)", "none", path])
  }

  func remount(_ path: String, _ options: String) throws -> Bool {
    try Self.system(["mount", "-o", "remount,\(options)", path])
  }

  func unmount(_ path: String) throws { _ = try Self.system(["umount", path]) }

  private func probeMount() -> Bool {
    guard let path = try? freshFolder(), (try? mount(path, bytes: 1 << 16)) == true else {
      return false
    }
    defer { try? unmount(path) }
    // Some sandboxes mount, and then neither keep to the size nor to read-only.
    let isBounded = !FileManager.default.createFile(
      atPath: "\(path)/big", contents: Data(count: 1 << 18))
    let isProtected =
      (try? remount(path, "ro")) == true
      && !FileManager.default.createFile(atPath: "\(path)/small", contents: Data(count: 1))
    return isBounded && isProtected
  }

  private static func system(_ words: [String]) throws -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = words
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}

/// Why a trial cannot be made at all.
struct Problem: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
