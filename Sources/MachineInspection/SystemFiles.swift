import Foundation

/// What the system's own files say.
public enum SystemFiles {
  /// A file's whole text; nil when it cannot be read.
  public static func text(_ path: String) -> String? {
    FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The distribution and the kernel.
  public static var systemName: String {
    var kernel = utsname()
    uname(&kernel)
    let release = withUnsafeBytes(of: kernel.release) { bytes in
      String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
    let distribution = text("/etc/os-release")?.split(separator: "\n")
      .first { $0.hasPrefix("PRETTY_NAME=") }?
      .dropFirst("PRETTY_NAME=".count).filter { $0 != "\"" }
    return [distribution, "Linux \(release)"].compactMap { $0 }.joined(separator: ", ")
  }

  /// Memory in all and what is free for new work, whichever of machine and container allows less.
  public static var memory: MachineReport.Memory? {
    guard let lines = text("/proc/meminfo")?.split(separator: "\n") else { return nil }
    func bytes(_ name: String) -> Int? {
      lines.first { $0.hasPrefix("\(name):") }?
        .split(separator: " ").dropFirst().first
        .flatMap { Int($0) }.map { $0 << 10 }
    }
    guard var total = bytes("MemTotal"), var free = bytes("MemAvailable") else { return nil }
    if let limit = number("/sys/fs/cgroup/memory.max"), limit < total {
      total = limit
      free = min(free, max(limit - (number("/sys/fs/cgroup/memory.current") ?? 0), 0))
    }
    return MachineReport.Memory(totalBytes: total, freeBytes: free)
  }

  /// Memory that this process holds at present, and the most that it has held, in bytes.
  public static var ownMemory: (present: Int, peak: Int)? {
    guard let lines = text("/proc/self/status")?.split(separator: "\n") else { return nil }
    func bytes(_ name: String) -> Int? {
      lines.first { $0.hasPrefix("\(name):") }?
        .split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) }
        .map { $0 << 10 }
    }
    guard let present = bytes("VmRSS"), let peak = bytes("VmHWM") else { return nil }
    return (present, peak)
  }

  /// Has the system count the most that this process holds from now on, and returns what it holds at
  /// present; nil where the system does not do so.
  public static func forgetPeakMemory() -> Int? {
    let file = open("/proc/self/clear_refs", O_WRONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    // 5 resets the peak alone.
    guard write(file, "5", 1) == 1 else { return nil }
    return ownMemory?.present
  }

  private static func number(_ path: String) -> Int? {
    text(path).flatMap { Int($0.filter { !$0.isWhitespace }) }
  }
}
