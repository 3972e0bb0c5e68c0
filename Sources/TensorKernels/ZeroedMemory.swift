import Foundation

/// Zero-filled memory that is mapped lazily by the system, so that unused capacity costs nothing.
///
/// A block of some megabytes asks for pages of 2 MiB. A token read behind a long context, or a block of
/// queries, passes over all of its keys and values, and with pages of 4 KiB spends more on finding them
/// than on reading them: on a virtual machine every look-up of a page goes through two sets of tables.
struct ZeroedMemory {
  let start: UnsafeMutableRawPointer
  /// Where the block was mapped by itself, how long it is.
  private let mapped: Int?

  private static let largePage = 2 << 20
  private static let page = Int(sysconf(Int32(_SC_PAGESIZE)))

  /// `bytes` zeros, aligned to 64 bytes at least; the block may be longer, and is never empty.
  init(bytes: Int) {
    #if os(Linux)
      if bytes >= Self.largePage, let start = Self.map(bytes) {
        self.start = start
        mapped = (bytes + Self.page - 1) / Self.page * Self.page
        return
      }
    #endif
    // calloc rather than an aligned allocation: it hands out untouched zero pages.
    guard let raw = calloc(bytes + Self.alignment, 1) else {
      fatalError("out of memory: \(bytes) bytes")
    }
    start = raw
    mapped = nil
  }

  /// Where numbers begin: `start`, or the next multiple of 64 bytes behind it.
  var aligned: UnsafeMutableRawPointer {
    let address = Int(bitPattern: start)
    return start + (Self.alignment - address % Self.alignment) % Self.alignment
  }

  private static let alignment = 64

  func free() {
    if let mapped { munmap(start, mapped) } else { Foundation.free(start) }
  }

  #if os(Linux)
    /// A mapping that begins at a large page and ends with the bytes, so that its rest, which no large
    /// page covers, takes no more than it needs; nil where the system has none to give.
    private static func map(_ bytes: Int) -> UnsafeMutableRawPointer? {
      let length = (bytes + page - 1) / page * page
      let room = length + largePage
      guard
        let raw = mmap(nil, room, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
        raw != MAP_FAILED
      else { return nil }
      let address = Int(bitPattern: raw)
      let before = (largePage - address % largePage) % largePage
      let start = raw + before
      if before > 0 { munmap(raw, before) }
      munmap(start + length, room - before - length)
      madvise(start, length, MADV_HUGEPAGE)
      return start
    }
  #endif
}
